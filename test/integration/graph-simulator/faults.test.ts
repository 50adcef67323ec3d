import { expect, test } from 'vitest';
import { at, byId, client, control, type Send, simulate } from './raw-client.ts';

const ada = '/users/ada@contoso.com/contacts';
const bob = '/users/bob@contoso.com/contacts';
const read = (send: Send, path = ada) => send('GET', `${path}?$top=1`);
const count = async (send: Send): Promise<number> =>
  (at((await send('GET', `${ada}?$top=999`)).body, 'value') as unknown[]).length;

async function ready() {
  const simulator = await simulate();
  const fault = (json: object) => control(simulator, 'POST', '/faults', json);
  return { simulator, send: await client(simulator), fault };
}

test('issue 5, graph.md section 11: a 429 with Retry-After hits the next Graph request and no other', async () => {
  const { send, fault } = await ready();
  expect((await fault({ status: 429, retryAfter: 1, times: 1 })).status).toBe(201);
  const hit = await read(send);
  expect([hit.status, hit.headers.get('retry-after')]).toEqual([429, '1']);
  expect(at(hit.body, 'error', 'code')).toBe('TooManyRequests');
  expect((await read(send)).status).toBe(200);
});

test('graph.md 10, 30: Retry-After may be absent or a decimal; a 503 may have an empty body', async () => {
  const { send, fault } = await ready();
  await fault({ status: 429 });
  await fault({ status: 429, retryAfter: 0.249 });
  await fault({ status: 503, body: '' });
  expect((await read(send)).headers.get('retry-after')).toBeNull();
  expect((await read(send)).headers.get('retry-after')).toBe('0.249');
  const empty = await read(send);
  expect([empty.status, empty.body]).toEqual([503, undefined]);
});

test('a fault is narrowed by method, path, regular expression and mailbox', async () => {
  const { send, fault, simulator } = await ready();
  await fault({ status: 500, method: 'POST' });
  await fault({ status: 501, path: '/contactFolders' });
  await fault({ status: 502, path: '/contacts\\?.*top=1$/' });
  await fault({ status: 504, mailbox: 'bob@contoso.com' });
  expect((await send('GET', '/users?$top=1')).status).toBe(200);
  expect((await send('GET', `/users/${simulator.mailboxIdOf('bob@contoso.com')}/contacts?$top=5`)).status).toBe(504);
  expect((await read(send)).status).toBe(502);
  expect((await send('GET', '/users/ada@contoso.com/contactFolders')).status).toBe(501);
  expect((await send('POST', ada, { json: { givenName: 'Ann' } })).status).toBe(500);
  expect(at((await control(simulator, 'GET', '/faults')).body, 'faults')).toEqual([]);
});

test('F18, F39: an error after the effect leaves the effect', async () => {
  const { send, fault } = await ready();
  const before = await count(send);
  await fault({ status: 504, afterEffect: true, method: 'POST' });
  expect((await send('POST', ada, { json: { givenName: 'Ann' } })).status).toBe(504);
  expect(await count(send)).toBe(before + 1);
  await fault({ status: 503, method: 'POST' });
  expect((await send('POST', ada, { json: { givenName: 'Ann' } })).status).toBe(503);
  expect(await count(send)).toBe(before + 1);
});

test('graph.md section 11: a connection is cut before or after the effect', async () => {
  const { send, fault, simulator } = await ready();
  const before = await count(send);
  await fault({ drop: 'before', method: 'POST' });
  await expect(send('POST', ada, { json: { givenName: 'Ann' } })).rejects.toThrow();
  expect(await count(send)).toBe(before);
  await fault({ drop: 'after', method: 'POST' });
  await expect(send('POST', ada, { json: { givenName: 'Ann' } })).rejects.toThrow();
  expect(await count(send)).toBe(before + 1);
  expect(simulator.journal.entries({ method: 'POST', status: 0 })).toHaveLength(2);
});

test('faults strike single items of a batch; one that names $batch strikes the batch', async () => {
  const { send, fault } = await ready();
  const requests = ['1', '2'].map((id) => ({ id, method: 'GET', url: `${ada}?$top=1` }));
  await fault({ status: 429, retryAfter: 7 });
  const responses = [...byId(await send('POST', '/$batch', { json: { requests } })).values()];
  expect(responses.map(({ status }) => status).sort()).toEqual([200, 429]);
  expect(responses.find(({ status }) => status === 429)?.headers['Retry-After']).toBe('7');
  await fault({ status: 503, path: '$batch' });
  expect((await send('POST', '/$batch', { json: { requests } })).status).toBe(503);
  expect((await send('POST', '/$batch', { json: { requests } })).status).toBe(200);
});

test('F37: a mailbox answers with changing codes for a period, the others do not', async () => {
  const { send, fault, simulator } = await ready();
  const turns = [
    { status: 503, code: 'MailboxInfoStale' },
    { status: 404, code: 'MailboxNotEnabledForRESTAPI' },
    { status: 401, code: 'MailboxNotSupportedForRESTAPI' },
  ];
  await fault({ turns, mailbox: 'bob@contoso.com', forMs: 60_000 });
  const codes: unknown[] = [];
  for (let turn = 0; turn < 4; turn++) codes.push(at((await read(send, bob)).body, 'error', 'code'));
  expect(codes).toEqual([...turns.map(({ code }) => code), 'MailboxInfoStale']);
  expect((await read(send)).status).toBe(200);
  simulator.clock.advance(60_001);
  expect((await read(send, bob)).status).toBe(200);
});

test('graph.md 4.2: a mailbox throttled for a period says how long it lasts', async () => {
  const { send, fault } = await ready();
  await fault({ status: 429, mailbox: 'bob@contoso.com', forMs: 30_000 });
  expect(Number((await read(send, bob)).headers.get('retry-after'))).toBeGreaterThanOrEqual(29);
  expect((await read(send, bob)).status).toBe(429);
});

test('skip, times and DELETE: the third request is hit, then all are forgiven', async () => {
  const { send, fault, simulator } = await ready();
  await fault({ status: 500, skip: 2, times: 0 });
  const statuses: number[] = [];
  for (let turn = 0; turn < 4; turn++) statuses.push((await read(send)).status);
  expect(statuses).toEqual([200, 200, 500, 500]);
  await control(simulator, 'DELETE', '/faults');
  expect((await read(send)).status).toBe(200);
});

test('a slow answer is late and right', async () => {
  const { send, fault } = await ready();
  await fault({ delayMs: 120 });
  const started = performance.now();
  expect((await read(send)).status).toBe(200);
  expect(performance.now() - started).toBeGreaterThan(115);
});

test('A-56: notes are dropped on POST, everything else is kept', async () => {
  const { send, fault } = await ready();
  await fault({ kind: 'notesDropped' });
  const made = await send('POST', ada, { json: { givenName: 'Ann', personalNotes: 'Chess' } });
  expect(made.body).toMatchObject({ givenName: 'Ann', personalNotes: '' });
});

test('graph.md 2.2: an expired delta is 410 with a Location that starts anew', async () => {
  const { send, fault } = await ready();
  const path = '/users/ada@contoso.com/contactFolders/contacts/contacts/delta';
  const first = await send('GET', path);
  const link = String(at(first.body, '@odata.deltaLink') ?? at(first.body, '@odata.nextLink'));
  await fault({ kind: 'deltaExpired' });
  const gone = await send('GET', link);
  expect([gone.status, at(gone.body, 'error', 'code')]).toEqual([410, 'SyncStateNotFound']);
  expect(gone.headers.get('location')).toMatch(/\/delta\?\$deltatoken=$/);
  expect((await send('GET', link)).status).toBe(200);
});

test('graph.md 2.6: stale reads show what was there before a write, in item and list, for a while', async () => {
  const { send, fault, simulator } = await ready();
  const id = String(at((await send('POST', ada, { json: { givenName: 'Ann', jobTitle: 'Old' } })).body, 'id'));
  const before = await count(send);
  await fault({ kind: 'staleReads', lagMs: 1000 });
  const written = await send('PATCH', `${ada}/${id}`, { json: { jobTitle: 'New' } });
  expect(at(written.body, 'jobTitle')).toBe('New');
  expect(at((await send('GET', `${ada}/${id}`)).body, 'jobTitle')).toBe('Old');
  const fresh = String(at((await send('POST', ada, { json: { givenName: 'Fresh' } })).body, 'id'));
  expect((await send('GET', `${ada}/${fresh}`)).status).toBe(404);
  expect(await count(send)).toBe(before);
  simulator.clock.advance(1001);
  const later = await client(simulator);
  expect(at((await later('GET', `${ada}/${id}`)).body, 'jobTitle')).toBe('New');
  expect(await count(later)).toBe(before + 1);
});

test('issue 6: a lying delta shows an item older than the list does', async () => {
  const { send, fault } = await ready();
  const id = String(at((await send('POST', ada, { json: { givenName: 'Ann', jobTitle: 'Old' } })).body, 'id'));
  const path = '/users/ada@contoso.com/contactFolders/contacts/contacts/delta';
  const link = String(at((await send('GET', path)).body, '@odata.deltaLink'));
  await fault({ kind: 'lyingDelta' });
  await send('PATCH', `${ada}/${id}`, { json: { jobTitle: 'New' } });
  const delta = await send('GET', link);
  expect(at(delta.body, 'value', 0)).toMatchObject({ id, jobTitle: 'Old' });
  expect(at((await send('GET', `${ada}/${id}`)).body, 'jobTitle')).toBe('New');
});

test.each([
  ['nothing to do', {}],
  ['a field that does not exist', { status: 429, retryafter: 1 }],
  ['a status that is none', { status: 42 }],
  ['a broken expression', { status: 429, path: '/a(b/' }],
])('a fault with %s is refused with a sentence', async (_, json) => {
  const { fault } = await ready();
  const reply = await fault(json);
  expect(reply.status).toBe(400);
  expect(String(at(reply.body, 'error')).length).toBeGreaterThan(10);
});
