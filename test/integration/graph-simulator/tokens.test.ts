import { createHash, generateKeyPairSync, randomUUID, X509Certificate } from 'node:crypto';
import { ConfidentialClientApplication } from '@azure/msal-node';
import { decodeJwt, SignJWT } from 'jose';
import { expect, test } from 'vitest';
import { askToken, at, client, control, simulate, withToken } from './raw-client.ts';
import { makeRsaCertificate, trusting } from './rsa-certificate.ts';

const assertionType = 'urn:ietf:params:oauth:client-assertion-type:jwt-bearer';

test('graph.md 8.1: a secret gets a token with the roles of its app', async () => {
  const simulator = await simulate();
  const { status, body } = await askToken(simulator);
  expect(status).toBe(200);
  expect(body).toMatchObject({ token_type: 'Bearer', expires_in: 3599, ext_expires_in: 3599 });
  const claims = decodeJwt(String(at(body, 'access_token')));
  expect(claims).toMatchObject({ tid: simulator.tenantId, appid: simulator.clientId, idtyp: 'app' });
  expect(claims['roles']).toContain('Contacts.ReadWrite');
});

test.each([
  ['a wrong secret', { client_secret: 'nope' }, 401, 'invalid_client', 7000215],
  ['no credential', { client_secret: undefined }, 401, 'invalid_client', 7000216],
  ['an unknown app', { client_id: randomUUID() }, 400, 'unauthorized_client', 700016],
  ['a scope without .default', { scope: 'https://graph.microsoft.com/Contacts.Read' }, 400, 'invalid_scope', 1002012],
  ['another cloud', { scope: 'https://graph.microsoft.us/.default' }, 400, 'invalid_resource', 500011],
  ['no grant type', { grant_type: undefined }, 400, 'invalid_request', 900144],
  ['another grant', { grant_type: 'password' }, 400, 'unsupported_grant_type', 70003],
])('F-17, graph.md 8.1: %s is refused', async (_, fields, status, error, code) => {
  const reply = await askToken(await simulate(), fields);
  expect(reply.status).toBe(status);
  expect(reply.body).toMatchObject({ error, error_codes: [code] });
  expect(at(reply.body, 'error_description')).toMatch(
    new RegExp(
      `^AADSTS${code}: .+ Trace ID: \\S+ Correlation ID: \\S+ Timestamp: \\d{4}-\\d\\d-\\d\\d \\d\\d:\\d\\d:\\d\\dZ$`,
    ),
  );
});

test('F-17, graph.md 12.4: an unknown tenant is refused at the token and the discovery address', async () => {
  const simulator = await simulate();
  const other = randomUUID();
  expect((await askToken(simulator, {}, other)).body).toMatchObject({ error: 'invalid_request', error_codes: [90002] });
  const discovery = await fetch(`${simulator.loginUrl}/${other}/v2.0/.well-known/openid-configuration`);
  expect(discovery.status).toBe(400);
  expect(await discovery.json()).toMatchObject({ error: 'invalid_tenant', error_codes: [90002] });
});

test.each(['PS256', 'RS256'] as const)(
  'F-06, graph.md 8.2: an assertion signed %s by the registered key gets a token',
  async (alg) => {
    const { pem, key, certificate } = await makeRsaCertificate();
    const simulator = await simulate({ certificatePem: pem });
    const thumbprint = (hash: string): string => createHash(hash).update(certificate.raw).digest('base64url');
    const header = alg === 'PS256' ? { alg, 'x5t#S256': thumbprint('sha256') } : { alg, x5t: thumbprint('sha1') };
    const audience = `${simulator.loginUrl}/${simulator.tenantId}/oauth2/v2.0/token`;
    const sign = (
      claims: { aud?: string; exp?: string; iss?: string; jti?: string } = {},
      signer = key,
    ): Promise<string> =>
      new SignJWT({ jti: claims.jti ?? randomUUID() })
        .setProtectedHeader(header)
        .setIssuer(claims.iss ?? simulator.clientId)
        .setSubject(claims.iss ?? simulator.clientId)
        .setAudience(claims.aud ?? audience)
        .setIssuedAt()
        .setExpirationTime(claims.exp ?? '10m')
        .sign(signer);
    const ask = async (assertion: string) =>
      askToken(simulator, {
        client_secret: undefined,
        client_assertion_type: assertionType,
        client_assertion: assertion,
      });

    expect((await ask(await sign())).status).toBe(200);
    const stranger = generateKeyPairSync('rsa', { modulusLength: 2048 }).privateKey;
    expect((await ask(await sign({}, stranger))).body).toMatchObject({ error_codes: [700027] });
    expect((await ask(await sign({ exp: '-10m' }))).body).toMatchObject({ error_codes: [700024] });
    expect((await ask(await sign({ aud: 'https://example.com' }))).body).toMatchObject({ error_codes: [700023] });
    expect((await ask(await sign({ iss: randomUUID() }))).body).toMatchObject({ error_codes: [50012] });
  },
);

test('F-06, graph.md 8.2: an unregistered certificate is told by its thumbprint; a replayed jti only if the switch is on', async () => {
  const { pem, key, certificate } = await makeRsaCertificate();
  const strict = await simulate({ certificatePem: pem, allowAssertionReplay: false });
  const assertion = await new SignJWT({ jti: 'once' })
    .setProtectedHeader({ alg: 'PS256', 'x5t#S256': createHash('sha256').update(certificate.raw).digest('base64url') })
    .setIssuer(strict.clientId)
    .setSubject(strict.clientId)
    .setAudience(`${strict.loginUrl}/${strict.tenantId}/oauth2/v2.0/token`)
    .setExpirationTime('5m')
    .sign(key);
  const fields = { client_secret: undefined, client_assertion_type: assertionType, client_assertion: assertion };
  expect((await askToken(strict, fields)).status).toBe(200);
  expect((await askToken(strict, fields)).body).toMatchObject({ error_codes: [50012] });
  const without = await simulate();
  expect((await askToken(without, fields)).body).toMatchObject({ error_codes: [700027] });
});

test('graph.md section 11: a missing, malformed, expired or revoked token is 401 with a challenge', async () => {
  const simulator = await simulate({ tokenLifetimeSeconds: 60 });
  const get = await client(simulator);
  expect((await get('GET', '/users')).status).toBe(200);
  const bare = await fetch(`${simulator.graphUrl}/v1.0/users`);
  expect(bare.status).toBe(401);
  expect(bare.headers.get('www-authenticate')).toContain('Bearer');
  expect(await bare.json()).toMatchObject({ error: { code: 'InvalidAuthenticationToken' } });
  const words = await withToken(simulator, 'no-jwt')('GET', '/users');
  expect(at(words.body, 'error', 'message')).toMatch(/^IDX14100/);
  const forged = await withToken(simulator, 'aaaa.bbbb.cccc')('GET', '/users');
  expect(forged.status).toBe(401);
  simulator.clock.advance(61_000);
  expect(at((await get('GET', '/users')).body, 'error', 'message')).toBe(
    'Lifetime validation failed, the token is expired.',
  );
  const again = await client(simulator);
  await control(simulator, 'DELETE', '/tokens');
  expect((await again('GET', '/users')).status).toBe(401);
  expect((await (await client(simulator))('GET', '/users')).status).toBe(200);
});

test('graph.md 8.3: a role granted later is in new tokens only', async () => {
  const simulator = await simulate();
  const app = simulator.addApp(['User.Read.All']);
  const before = await client(simulator, app);
  await control(simulator, 'PATCH', `/apps/${app.clientId}`, { roles: ['User.Read.All', 'Contacts.Read'] });
  expect((await before('GET', '/users/ada@contoso.com/contacts')).status).toBe(403);
  const after = await client(simulator, app);
  expect((await after('GET', '/users/ada@contoso.com/contacts')).status).toBe(200);
});

test('graph.md 8.4: MSAL Node logs in with secret and certificate over TLS', async () => {
  const { pem, key, certificate } = await makeRsaCertificate();
  const simulator = await simulate({ certificatePem: pem, tls: true });
  const { host } = new URL(simulator.loginUrl);
  const networkClient = trusting(simulator.certificatePem ?? '');
  const common = {
    clientId: simulator.clientId,
    authority: `${simulator.loginUrl}/${simulator.tenantId}`,
    knownAuthorities: [host],
  };
  const scopes = ['https://graph.microsoft.com/.default'];
  const bySecret = new ConfidentialClientApplication({
    auth: { ...common, clientSecret: simulator.clientSecret },
    system: { networkClient },
  });
  expect((await bySecret.acquireTokenByClientCredential({ scopes }))?.accessToken).toMatch(/^ey/);
  const thumbprintSha256 = new X509Certificate(certificate.toString()).fingerprint256.replaceAll(':', '');
  const privateKey = key.export({ type: 'pkcs8', format: 'pem' }).toString();
  const byCertificate = new ConfidentialClientApplication({
    auth: { ...common, clientCertificate: { thumbprintSha256, privateKey } },
    system: { networkClient },
  });
  expect((await byCertificate.acquireTokenByClientCredential({ scopes }))?.accessToken).toMatch(/^ey/);
});
