import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterEach, describe, expect, test } from 'vitest';
import { connectGraph, type GraphConnection } from '#adapters/graph/connection';
import { systemChance } from '#runtime/system-chance';
import { systemClock } from '#runtime/system-clock';
import type { Simulator } from '../../../services/graph-simulator/service.ts';
import { startSimulator } from '../../../services/graph-simulator/service.ts';
import { type Connected, connectTo, mailbox, people } from './company.ts';
import { newCertificatePem } from './new-certificate.ts';

let connected: Connected | undefined;
const others: { close(): Promise<void> }[] = [];
afterEach(async () => {
  const breaches = connected?.simulator.judge.breaches() ?? [];
  await connected?.close();
  connected = undefined;
  for (const one of others.splice(0)) await one.close();
  expect(breaches).toEqual([]);
});

async function start(...options: Parameters<typeof connectTo>): Promise<Connected> {
  connected = await connectTo(...options);
  return connected;
}

/** A second connection to a simulator, with other credentials. */
function connectAs(simulator: Simulator, tenant: object): GraphConnection {
  const { graphUrl, loginUrl, tenantId: id, clientId, clientSecret: secret } = simulator;
  const graph = connectGraph({
    tenants: [{ key: 't', id, cloud: 'global', clientId, secret, ...tenant }],
    ...{ graphUrl, loginUrl, clock: systemClock, chance: systemChance, timing: { call: 20_000 } },
  });
  others.push(graph);
  return graph;
}

describe('directory', () => {
  test('people are found by object id, user principal name and mail; others are not', async () => {
    const company = people(3);
    const [first, ...rest] = company.users;
    const users = [{ ...first, mail: "o'brien@contoso.com" }, ...rest] as typeof company.users;
    const { directory } = (await start({ ...company, users })).graph;
    const member = { user: mailbox(0).user, address: 'm0@contoso.com' };
    expect(await directory.find('t', member.user)).toEqual(member);
    expect(await directory.find('t', 'M0@contoso.com')).toEqual(member);
    expect(await directory.find('t', "o'brien@contoso.com")).toEqual(member);
    expect(await directory.find('t', 'nobody@contoso.com')).toBeUndefined();
    expect(await directory.find('t', 'aaaaaaaa-0000-4000-8000-00000000dead')).toBeUndefined();
  });

  test('A-17: everybody with a licence, over several pages', async () => {
    const company = people(1203);
    const users = company.users.map((user, n) => ({ ...user, licensed: n % 400 !== 1 }));
    const { directory } = (await start({ ...company, users })).graph;
    const found = await directory.licensed('t');
    const wanted = users.filter(({ licensed }) => licensed).map(({ id, upn }) => ({ user: id, address: upn }));
    expect(found.toSorted((a, b) => (a.user < b.user ? -1 : 1))).toEqual(wanted);
  });

  test('A-19: when the filter is refused the other form gives the same', async () => {
    const graph = await start(people(3));
    const before = await graph.graph.directory.licensed('t');
    graph.simulator.faults.add({ path: '/users', status: 400, code: 'Request_UnsupportedQuery' });
    expect(await graph.graph.directory.licensed('t')).toEqual(before);
    expect(before).toHaveLength(3);
  });

  test('the permission that is missing is named', async () => {
    const { simulator } = await start(people(1));
    const app = simulator.addApp(['Contacts.ReadWrite']);
    const { directory } = connectAs(simulator, { clientId: app.clientId, secret: app.clientSecret });
    const refused = directory.find('t', 'm0@contoso.com');
    await expect(refused).rejects.toMatchObject({ kind: 'denied', code: 'Authorization_RequestDenied' });
    await expect(refused).rejects.toThrow('User.Read.All');
  });

  test('the tenant’s GUID is known from its domain', async () => {
    const { simulator } = await start(people(1));
    expect(await connectAs(simulator, { id: 'contoso.com' }).directory.tenantId('t')).toBe(simulator.tenantId);
  });
});

describe('log-in at the simulator', () => {
  test('F-06: by certificate, whose signature is checked', async () => {
    const pem = newCertificatePem();
    const simulator = await startSimulator({ scenario: people(1), certificatePem: pem });
    others.push(simulator);
    const graph = connectAs(simulator, { secret: undefined, certificate: { pem } });
    expect(await graph.directory.find('t', 'm0@contoso.com')).toBeDefined();
    const stranger = connectAs(simulator, { secret: undefined, certificate: { pem: newCertificatePem() } });
    await expect(stranger.directory.find('t', 'm0@contoso.com')).rejects.toMatchObject({
      kind: 'denied',
      code: 'AADSTS700027',
    });
  });

  test('F-17: a wrong secret, an unknown app, an unknown tenant', async () => {
    const { simulator } = await start(people(1));
    const codeOf = (tenant: object) =>
      connectAs(simulator, tenant)
        .directory.find('t', 'm0@contoso.com')
        .then(
          () => 'found',
          ({ code }: { code: string }) => code,
        );
    expect(await codeOf({ secret: 'wrong' })).toBe('AADSTS7000215');
    expect(await codeOf({ clientId: 'aaaaaaaa-0000-4000-8000-00000000beef' })).toBe('AADSTS700016');
    expect(await codeOf({ id: 'aaaaaaaa-0000-4000-8000-00000000beef' })).toBe('AADSTS90002');
  });
});

async function receiver(): Promise<{ server: Server; url: string; paths: string[] }> {
  const paths: string[] = [];
  const server = createServer((request, response) => {
    const url = new URL(String(request.url), 'http://receiver');
    paths.push(url.pathname);
    response.writeHead(200, { 'content-type': 'text/plain' }).end(url.searchParams.get('validationToken') ?? '');
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  others.push({
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  });
  return { server, url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`, paths };
}

describe('subscriptions', () => {
  test('created with both URLs, listed, renewed, removed', async () => {
    const { url, paths } = await receiver();
    const notification = { url: `${url}/hook`, lifecycleUrl: `${url}/life` };
    const graph = await start(people(1), { allowHttpWebhooks: true }, { notification });
    const { subscriptions } = graph.graph;
    expect(subscriptions.available).toBe(true);
    const expires = Date.now() + 3_600_000;
    const made = await subscriptions.create('t', { user: mailbox(0).user, clientState: 'state', expires });
    expect(made).toMatchObject({
      resource: `users/${mailbox(0).user}/contacts`,
      notificationUrl: `${url}/hook`,
      expires,
    });
    expect(paths.toSorted()).toEqual(['/hook', '/life']);
    expect(await subscriptions.list('t')).toEqual([made]);
    const later = await subscriptions.renew('t', made.id, expires + 60_000);
    expect(later?.expires).toBe(expires + 60_000);
    const far = await subscriptions.renew('t', made.id, expires + 30 * 86_400_000);
    expect((far?.expires ?? 0) - Date.now()).toBeLessThan(10_000.1 * 60_000);
    await subscriptions.remove('t', made.id);
    await subscriptions.remove('t', made.id);
    expect(await subscriptions.renew('t', made.id, expires)).toBeUndefined();
    expect(await subscriptions.list('t')).toEqual([]);
  });

  test('without a public address there are none', async () => {
    expect((await start(people(1))).graph.subscriptions.available).toBe(false);
  });

  test('F-12: ReadWrite alone is not enough, and the message says what is', async () => {
    const { url } = await receiver();
    const { simulator } = await start(people(1), { allowHttpWebhooks: true });
    const app = simulator.addApp(['Contacts.ReadWrite']);
    const { graphUrl, loginUrl, tenantId: id } = simulator;
    const graph = connectGraph({
      tenants: [{ key: 't', id, cloud: 'global', clientId: app.clientId, secret: app.clientSecret }],
      ...{
        graphUrl,
        loginUrl,
        clock: systemClock,
        chance: systemChance,
        timing: { call: 20_000 },
        notification: { url },
      },
    });
    others.push(graph);
    const wish = { user: mailbox(0).user, clientState: 's', expires: Date.now() + 3_600_000 };
    const refused = graph.subscriptions.create('t', wish);
    await expect(refused).rejects.toMatchObject({ kind: 'denied' });
    await expect(refused).rejects.toThrow('Contacts.Read.');
  });
});
