import { createHash, X509Certificate } from 'node:crypto';
import { compactVerify, decodeProtectedHeader } from 'jose';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { connectGraph, type GraphConnection, type GraphOptions, type TenantOptions } from '#adapters/graph/connection';
import type { Rendering } from '#core/rendering';
import type { CallOptions, Place } from '#ports/mailboxes';
import { systemChance } from '#runtime/system-chance';
import { systemClock } from '#runtime/system-clock';
import { newCertificatePem } from './new-certificate.ts';
import { type SmallGraph, startSmallGraph, tenantId } from './small-graph.ts';

const live: CallOptions = { lane: 'live' };
const place: Place = { tenant: 't', user: 'u1', folder: 'F+/=' };
const rendering: Rendering = { owned: ['displayName'], fields: { displayName: 'Ann' } };

let graph: SmallGraph;
let connection: GraphConnection | undefined;

beforeEach(async () => {
  graph = await startSmallGraph();
});
afterEach(async () => {
  const open = connection;
  connection = undefined;
  await graph.close();
  await open?.close();
});

function connect(tenant: Partial<TenantOptions> = {}, more: Partial<GraphOptions> = {}): GraphConnection {
  connection = connectGraph({
    tenants: [{ key: 't', id: tenantId, cloud: 'global', clientId: 'app', secret: 'secret', ...tenant }],
    graphUrl: graph.url,
    loginUrl: graph.url,
    clock: systemClock,
    chance: systemChance,
    timing: { call: 400 },
    ...more,
  });
  return connection;
}

describe('log-in', () => {
  test('F-07: one token by secret serves many calls', async () => {
    const { mailboxes } = connect();
    for (const id of ['a', 'b', 'c']) await mailboxes.get(place, id, live);
    expect(graph.tokenForms.map((form) => form.get('client_secret'))).toEqual(['secret']);
    expect(graph.tokenForms[0]?.get('scope')).toMatch(/^https:\/\/graph\.microsoft\.com\/\.default/);
    expect(graph.batches.map(({ authorization }) => authorization)).toEqual([
      'Bearer token-1',
      'Bearer token-1',
      'Bearer token-1',
    ]);
  });

  test('F-06: a certificate signs with PS256 and names itself by x5t#S256', async () => {
    const pem = newCertificatePem();
    const { secret: _, ...tenant } = { key: 't', id: tenantId, cloud: 'global', clientId: 'app', secret: '' } as const;
    connection = connectGraph({
      tenants: [{ ...tenant, certificate: { pem } }],
      ...{ graphUrl: graph.url, loginUrl: graph.url, clock: systemClock, chance: systemChance, timing: { call: 400 } },
    });
    await connection.mailboxes.get(place, 'a', live);
    const form = graph.tokenForms[0] as URLSearchParams;
    const assertion = form.get('client_assertion') as string;
    const certificate = new X509Certificate(pem);
    expect(decodeProtectedHeader(assertion)).toMatchObject({
      alg: 'PS256',
      'x5t#S256': createHash('sha256').update(certificate.raw).digest('base64url'),
    });
    const { payload } = await compactVerify(assertion, certificate.publicKey);
    expect(JSON.parse(new TextDecoder().decode(payload))).toMatchObject({
      iss: 'app',
      sub: 'app',
      aud: `${graph.url}/${tenantId}/oauth2/v2.0/token`,
    });
    expect(form.has('client_secret')).toBe(false);
  });

  test.each([
    [7000215, 'client secret is wrong'],
    [7000222, 'has expired'],
    [700027, 'Upload its public part'],
    [700016, 'not known in this tenant'],
  ])('F-17: AADSTS%i is told in plain words', async (number, words) => {
    graph.refuseLogin = {
      status: 401,
      body: {
        error: 'invalid_client',
        error_description: `AADSTS${number}: Quoting secrets. Trace ID: x`,
        error_codes: [number],
      },
    };
    const refused = connect().mailboxes.get(place, 'a', live);
    await expect(refused).rejects.toMatchObject({ kind: 'denied', code: `AADSTS${number}` });
    await expect(refused).rejects.toThrow(words);
    await expect(refused).rejects.not.toThrow('Quoting');
    expect(graph.batches).toHaveLength(0);
  });

  test('F-17: a tenant that does not exist', async () => {
    const unknown = connect({ id: 'c0ffee00-0000-4000-8000-00000000dead' });
    await expect(unknown.mailboxes.get(place, 'a', live)).rejects.toMatchObject({ code: 'AADSTS90002' });
    await expect(unknown.mailboxes.get(place, 'a', live)).rejects.toThrow('tenant was not found');
    await unknown.close();
    await expect(connect({ id: 'nobody.test' }).directory.tenantId('t')).rejects.toMatchObject({ code: 'AADSTS90002' });
  });

  test('a log-in service that is away denies nobody: it is asked again later', async () => {
    const away = connect({}, { loginUrl: 'http://127.0.0.1:9' });
    const outcome = away.mailboxes.create(place, rendering, 's', live);
    await expect(outcome).rejects.toMatchObject({ kind: 'throttled', scope: 'tenant' });
    expect(graph.batches).toHaveLength(0);
    await away.close();
    const byDomain = connect({ id: 'contoso.test' }, { loginUrl: 'http://127.0.0.1:9' });
    await expect(byDomain.directory.tenantId('t')).rejects.toMatchObject({ kind: 'throttled' });
  });

  test('a token that Graph refuses is replaced, once', async () => {
    const refusal = { whole: { status: 401, body: { error: { code: 'InvalidAuthenticationToken' } } } };
    graph.scripts.push(refusal);
    await connect().mailboxes.create(place, rendering, 's', live);
    expect(graph.batches.map(({ authorization }) => authorization)).toEqual(['Bearer token-1', 'Bearer token-2']);
    graph.scripts.push(refusal, refusal, refusal, refusal);
    await expect(connection?.mailboxes.get(place, 'a', live)).rejects.toMatchObject({ kind: 'denied' });
  });

  test('a tenant configured by domain has its GUID from the log-in service', async () => {
    expect(await connect({ id: 'contoso.test' }).directory.tenantId('t')).toBe(tenantId);
    expect(await connect({ id: tenantId.toUpperCase() }).directory.tenantId('t')).toBe(tenantId);
  });
});

describe('what is not known', () => {
  test.each(['reset', 'silence', { whole: { status: 502 } }, { whole: { status: 503 } }] as const)(
    'a create whose batch ends with %j is unanswered, and not sent again',
    async (script) => {
      graph.scripts.push(script);
      await expect(connect().mailboxes.create(place, rendering, 's', live)).rejects.toMatchObject({
        kind: 'unanswered',
      });
      expect(graph.batches).toHaveLength(1);
    },
  );

  test('a read whose connection was reset is asked again', async () => {
    graph.scripts.push('reset', { items: () => ({ status: 200, body: { id: 'a', displayName: 'Ann' } }) });
    const item = await connect({}, { timing: { call: 5000 } }).mailboxes.get(place, 'a', live);
    expect(item?.fields.displayName).toBe('Ann');
  });

  test('a server that cannot be reached took nothing: the create may be sent later', async () => {
    const { mailboxes } = connect();
    await mailboxes.get(place, 'a', live);
    await graph.close();
    await expect(mailboxes.create(place, rendering, 's', live)).rejects.toMatchObject({
      kind: 'throttled',
      scope: 'tenant',
    });
  });

  test('ids of another kind are not believed', async () => {
    const headers = { 'Preference-Applied': 'IdType="RestId"' };
    graph.scripts.push({ items: () => ({ status: 201, headers, body: { id: 'a' } }) });
    await expect(connect().mailboxes.create(place, rendering, 's', live)).rejects.toMatchObject({ kind: 'unanswered' });
  });
});

describe('what is sent', () => {
  test('each item has its own Prefer, If-Match and Content-Type', async () => {
    const { mailboxes } = connect();
    await Promise.all([
      mailboxes.update(place, 'a/b', 'W/"1"', rendering, live),
      mailboxes.delete(place, 'c', 'W/"2"', live),
      mailboxes.create(place, rendering, 'stamp', live),
      mailboxes.get(place, 'd', live),
    ]);
    expect(graph.batches).toHaveLength(1);
    const prefer = 'IdType="ImmutableId"';
    expect(graph.batches[0]?.requests).toMatchObject([
      {
        method: 'PATCH',
        url: '/users/u1/contactFolders/F%2B%2F%3D/contacts/a%2Fb',
        headers: { Prefer: prefer, 'If-Match': 'W/"1"', 'Content-Type': 'application/json' },
        body: { displayName: 'Ann' },
      },
      {
        method: 'DELETE',
        url: '/users/u1/contactFolders/F%2B%2F%3D/contacts/c',
        headers: { Prefer: prefer, 'If-Match': 'W/"2"' },
      },
      {
        method: 'POST',
        url: '/users/u1/contactFolders/F%2B%2F%3D/contacts',
        headers: { Prefer: prefer, 'Content-Type': 'application/json' },
      },
      { method: 'GET', headers: { Prefer: prefer } },
    ]);
  });

  test('a delta link to another host is not followed, one from another Graph is dead', async () => {
    const body = { value: [], '@odata.deltaLink': 'https://evil.example/v1.0/x' };
    graph.scripts.push({ items: () => ({ status: 200, body }) });
    const { mailboxes } = connect();
    await expect(mailboxes.delta(place, null, live)).rejects.toMatchObject({ kind: 'refused' });
    await expect(mailboxes.delta(place, 'https://graph.microsoft.com/v1.0/x', live)).rejects.toMatchObject({
      kind: 'cursor expired',
    });
    expect(graph.batches).toHaveLength(1);
  });

  test('F-11: China has no contact delta', () => {
    expect(connect({ cloud: 'china' }).mailboxes.capabilities('t').delta).toBe(false);
    expect(connect({ cloud: 'dod' }).mailboxes.capabilities('t').delta).toBe(true);
  });
});
