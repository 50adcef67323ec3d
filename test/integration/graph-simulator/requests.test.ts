import { expect, test } from 'vitest';
import { askToken, at, client, control, simulate } from './raw-client.ts';

const limited = (simulator: { limitedClientId: string; limitedClientSecret: string }) => ({
  clientId: simulator.limitedClientId,
  clientSecret: simulator.limitedClientSecret,
});

test('graph.md section 11: every answer carries request-id, echoes client-request-id and has Graph’s content type', async () => {
  const simulator = await simulate();
  const send = await client(simulator);
  const reply = await send('GET', '/users?$top=1', { headers: { 'client-request-id': 'mine' } });
  expect(reply.headers.get('request-id')).toMatch(/^[0-9a-f-]{36}$/);
  expect(reply.headers.get('client-request-id')).toBe('mine');
  expect(reply.headers.get('content-type')).toBe(
    'application/json;odata.metadata=minimal;odata.streaming=true;IEEE754Compatible=false;charset=utf-8',
  );
  const missing = await send('GET', '/users/nobody@contoso.com/contacts');
  expect(missing.status).toBe(404);
  expect(at(missing.body, 'error', 'innerError')).toEqual({
    date: expect.stringMatching(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d$/),
    'request-id': missing.headers.get('request-id'),
    'client-request-id': missing.headers.get('client-request-id'),
  });
});

test('F-12, graph.md 8.6: roles decide per operation; Exchange and the directory refuse in their own words', async () => {
  const simulator = await simulate();
  const send = await client(simulator, limited(simulator));
  expect((await send('GET', '/users?$top=1')).status).toBe(200);
  const contacts = await send('GET', '/users/ada@contoso.com/contacts');
  expect([contacts.status, at(contacts.body, 'error', 'code')]).toEqual([403, 'ErrorAccessDenied']);
  const orgContacts = await send('GET', '/contacts');
  expect([orgContacts.status, at(orgContacts.body, 'error', 'code')]).toEqual([403, 'Authorization_RequestDenied']);
});

test.each([
  ['Contacts.Read', 'GET', '/users/ada@contoso.com/contacts', 200],
  ['Contacts.Read', 'POST', '/users/ada@contoso.com/contacts', 403],
  ['Contacts.ReadWrite', 'POST', '/users/ada@contoso.com/contacts', 201],
  ['Contacts.ReadWrite', 'GET', '/users', 403],
  ['User.Read.All', 'GET', '/users/delta', 200],
  ['User.Read.All', 'GET', '/groups', 403],
  ['GroupMember.Read.All', 'GET', '/groups', 200],
  ['OrgContact.Read.All', 'GET', '/contacts', 200],
  ['Mail.Send', 'GET', '/users/ada@contoso.com/contacts', 403],
  ['MailboxSettings.Read', 'GET', '/users/ada@contoso.com/mailboxSettings/userPurpose', 200],
])('F-12, graph.md 8.6: with %s alone, %s %s is %i', async (role, method, path, status) => {
  const simulator = await simulate();
  const send = await client(simulator, simulator.addApp([role]));
  const json = method === 'POST' ? { givenName: 'Ann' } : undefined;
  expect((await send(method, path, { json })).status).toBe(status);
});

test('F-14, graph.md 8.7: a grant limited to some mailboxes adds to the token; an access policy takes away', async () => {
  const simulator = await simulate();
  const app = simulator.addApp([]);
  const send = await client(simulator, app);
  const grants = [{ role: 'Contacts.Read', mailboxes: ['ada@contoso.com'], afterMs: 1000 }];
  await control(simulator, 'PATCH', `/apps/${app.clientId}`, { grants });
  expect((await send('GET', '/users/ada@contoso.com/contacts')).status).toBe(403);
  simulator.clock.advance(1001);
  expect((await send('GET', '/users/ada@contoso.com/contacts')).status).toBe(200);
  expect((await send('GET', '/users/bob@contoso.com/contacts')).status).toBe(403);

  const accessPolicy = { kind: 'deny', mailboxes: ['ada@contoso.com'] };
  await control(simulator, 'PATCH', `/apps/${simulator.clientId}`, { accessPolicy });
  const full = await client(simulator);
  const blocked = await full('GET', '/users/ada@contoso.com/contacts');
  expect([blocked.status, at(blocked.body, 'error', 'message')]).toEqual([403, expect.stringContaining('[RAOP]')]);
  expect((await full('GET', '/users/bob@contoso.com/contacts')).status).toBe(200);
});

test('graph.md section 6: malformed JSON, a foreign content type and odd verbs get the error envelope', async () => {
  const simulator = await simulate();
  const send = await client(simulator);
  const path = '/users/ada@contoso.com/contacts';
  const bytes = new TextEncoder().encode('{"givenName":');
  for (const type of ['application/json', 'application/xml']) {
    const reply = await send('POST', path, { bytes, headers: { 'content-type': type } });
    expect([reply.status, at(reply.body, 'error', 'code')]).toEqual([400, 'BadRequest']);
  }
  const options = await send('OPTIONS', path);
  expect([options.status, at(options.body, 'error', 'code')]).toEqual([405, 'Request_BadRequest']);
  const nowhere = await send('GET', '/no/such/thing');
  expect(nowhere.status).toBe(400);
  const odd = await send('GET', '/users/%E0%A4%A/contacts');
  expect(odd.status).toBeLessThan(500);
});

test('graph.md section 6: a body that is far too large is 413 and does not end the server', async () => {
  const simulator = await simulate();
  const send = await client(simulator);
  const bytes = new Uint8Array(9 * 1024 * 1024);
  const headers = { 'content-type': 'image/jpeg' };
  const reply = await send('PUT', '/users/ada@contoso.com/contacts/x/photo/$value', { bytes, headers }).catch(
    (error: unknown) => error,
  );
  // The connection may be cut while the rest is still being sent.
  if (!(reply instanceof Error)) expect(at(reply, 'status')).toBe(413);
  expect((await send('GET', '/users?$top=1')).status).toBe(200);
});

test('graph.md 4.1: the fifth request at once in a mailbox is 429 ApplicationThrottled; another mailbox is not slowed', async () => {
  const simulator = await simulate({ latencyMs: 100 });
  const send = await client(simulator);
  const of = (name: string) => send('GET', `/users/${name}@contoso.com/contacts?$top=1`);
  const replies = await Promise.all([...Array.from({ length: 6 }, () => of('ada')), of('bob'), of('bob')]);
  const statuses = replies.map(({ status }) => status);
  expect(statuses.slice(0, 6).sort()).toEqual([200, 200, 200, 200, 429, 429]);
  expect(statuses.slice(6)).toEqual([200, 200]);
  const refused = replies.find(({ status }) => status === 429);
  expect(refused?.headers.get('retry-after')).toBe('1');
  expect(at(refused?.body, 'error', 'code')).toBe('ApplicationThrottled');
  expect(at(refused?.body, 'error', 'message')).toBe('Application is over its MailboxConcurrency limit.');
  expect(simulator.judge.breaches('concurrency')).toHaveLength(2);
});

test('graph.md 4.1: requests per mailbox, uploads and subscription lists have their windows; a switch lifts each', async () => {
  const throttling = { requestsPer10Minutes: 3, uploadPer5Minutes: 10_000_000 } as const;
  const simulator = await simulate({ throttling });
  const send = await client(simulator);
  const get = () => send('GET', '/users/ada@contoso.com/contacts?$top=1');
  for (let turn = 0; turn < 3; turn++) expect((await get()).status).toBe(200);
  const over = await get();
  expect([over.status, Number(over.headers.get('retry-after')) > 590]).toEqual([429, true]);
  expect((await send('GET', '/users/bob@contoso.com/contacts?$top=1')).status).toBe(200);
  simulator.clock.advance(600_000);
  const later = await client(simulator);
  const again = () => later('GET', '/users/ada@contoso.com/contacts?$top=1');
  expect((await again()).status).toBe(200);
  await control(simulator, 'PATCH', '/settings', { throttling: { requestsPer10Minutes: false } });
  for (let turn = 0; turn < 5; turn++) expect((await again()).status).toBe(200);
  const lists = await Promise.all(Array.from({ length: 26 }, () => later('GET', '/subscriptions')));
  expect(lists.filter(({ status }) => status === 429)).toHaveLength(1);
});

test('style 33: the same seed gives the same company, ids and secrets; another seed does not', async () => {
  const [one, two, other] = await Promise.all([simulate({ seed: 5 }), simulate({ seed: 5 }), simulate({ seed: 6 })]);
  const identity = ({ tenantId, clientId, clientSecret, limitedClientId }: typeof one) =>
    JSON.stringify({ tenantId, clientId, clientSecret, limitedClientId });
  expect(identity(one)).toBe(identity(two));
  expect(identity(one)).not.toBe(identity(other));
  const list = async (simulator: typeof one) =>
    at((await (await client(simulator))('GET', '/users/shared.contacts@contoso.com/contactFolders')).body, 'value');
  expect(await list(one)).toEqual(await list(two));
});

test('graph.md 8.1: a token is not asked for by the journal or told in it', async () => {
  const simulator = await simulate();
  const token = String(at((await askToken(simulator)).body, 'access_token'));
  await (await client(simulator))('GET', '/users?$top=1');
  const journal = await control(simulator, 'GET', '/journal');
  expect(JSON.stringify(journal.body)).not.toContain(token.slice(0, 40));
  expect(JSON.stringify(journal.body)).not.toContain('authorization');
  expect(at(journal.body, 'entries', 0, 'path')).toBe('/users');
});
