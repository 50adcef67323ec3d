import { expect, test } from 'vitest';
import { askToken, at, client, control, simulate } from './raw-client.ts';

const ada = '/users/ada@contoso.com/contacts';
const stamp = 'String {00020329-0000-0000-C000-000000000046} Name Stamp';

test('issue 6 Judge: good manners leave no breach', async () => {
  const simulator = await simulate();
  const send = await client(simulator);
  const singleValueExtendedProperties = [{ id: stamp, value: 'a' }];
  const json = { givenName: 'Ann', surname: 'Lee', personalNotes: 'x', singleValueExtendedProperties };
  const id = at((await send('POST', ada, { json })).body, 'id');
  expect((await send('PATCH', `${ada}/${id}`, { json: { jobTitle: 'CTO' } })).status).toBe(200);
  expect(simulator.judge.breaches()).toEqual([]);
});

test('issue 6 Judge: an unknown and a read-only field are told', async () => {
  const simulator = await simulate();
  const send = await client(simulator);
  await send('POST', ada, { json: { givenName: 'Ann', shoeSize: 44, changeKey: 'x' } });
  const { body } = await control(simulator, 'GET', '/judge');
  expect(at(body, 'breaches')).toMatchObject([
    { kind: 'unknown-field', sentence: `POST ${ada} sent shoeSize, which a contact does not have.` },
    { kind: 'read-only-field', sentence: `POST ${ada} sent changeKey, which only the server may set.` },
  ]);
});

test.each([
  ['the same text', { jobTitle: 'CTO' }, true],
  ['another text', { jobTitle: 'CFO' }, false],
  ['the same list', { businessPhones: ['+1 425 555 0100'] }, true],
  ['the same birthday', { birthday: '1986-05-30' }, true],
  ['the same address', { homeAddress: { city: 'Oslo' } }, true],
  ['an address with one line more', { homeAddress: { city: 'Oslo', street: 'Karl Johans gate' } }, false],
  ['nothing where nothing is', { middleName: null, children: [] }, true],
  ['the same stamp', { singleValueExtendedProperties: [{ id: stamp, value: 'a' }] }, true],
  ['another stamp', { singleValueExtendedProperties: [{ id: stamp, value: 'b' }] }, false],
])('issue 6 Judge: a PATCH with %s is seen for what it is', async (_, json, idle) => {
  const simulator = await simulate();
  const send = await client(simulator);
  const start = {
    ...{ givenName: 'Ann', jobTitle: 'CTO', businessPhones: ['+1 425 555 0100'], birthday: '1986-05-30' },
    ...{ homeAddress: { city: 'Oslo' }, singleValueExtendedProperties: [{ id: stamp, value: 'a' }] },
  };
  const id = at((await send('POST', ada, { json: start })).body, 'id');
  expect((await send('PATCH', `${ada}/${id}`, { json })).status).toBe(200);
  expect(simulator.judge.breaches('idle-write')).toHaveLength(idle ? 1 : 0);
});

test('issue 6 Judge: a call before Retry-After is over is a breach, one after it is not', async () => {
  let now = Date.parse('2026-05-01T08:00:00Z');
  const simulator = await simulate({ now: () => now });
  const send = await client(simulator);
  simulator.faults.add({ status: 429, retryAfter: 5, mailbox: 'ada@contoso.com' });
  await send('GET', ada);
  now += 100;
  await send('GET', ada);
  expect(simulator.judge.breaches()).toEqual([]);
  now += 3000;
  await send('GET', '/users/bob@contoso.com/contacts');
  expect(simulator.judge.breaches()).toEqual([]);
  await send('GET', ada);
  expect(simulator.judge.breaches()).toMatchObject([
    { kind: 'retry-after', sentence: expect.stringContaining('1900 ms') },
  ]);
  now += 1900;
  await send('GET', ada);
  expect(simulator.judge.breaches()).toHaveLength(1);
});

test('issue 6 Judge: a delta restarted while its link is good is a breach; after an error it is not', async () => {
  const simulator = await simulate();
  const send = await client(simulator);
  const path = '/users/ada@contoso.com/contactFolders/contacts/contacts/delta';
  const link = String(at((await send('GET', path)).body, '@odata.deltaLink'));
  simulator.faults.add({ kind: 'deltaExpired' });
  expect((await send('GET', link)).status).toBe(410);
  await send('GET', path);
  expect(simulator.judge.breaches()).toEqual([]);
  await send('GET', path);
  expect(simulator.judge.breaches()).toMatchObject([{ kind: 'delta-restart' }]);
});

test('issue 6 Judge: the eleventh token within a minute is one too many', async () => {
  const simulator = await simulate();
  for (let turn = 0; turn < 10; turn++) await askToken(simulator);
  expect(simulator.judge.breaches()).toEqual([]);
  await askToken(simulator);
  expect(simulator.judge.breaches()).toMatchObject([{ kind: 'token-rate', app: simulator.clientId }]);
});

test('issue 6 Judge: the journal is read over HTTP with filters and forgets the oldest', async () => {
  const simulator = await simulate({ journalSize: 4 });
  const send = await client(simulator);
  for (let turn = 0; turn < 4; turn++) await send('GET', `${ada}?$top=1`);
  await send('GET', '/users/bob@contoso.com/contacts?$top=1');
  await send('POST', ada, { json: { givenName: 'Ann' } });
  const entries = async (query: string) => at((await control(simulator, 'GET', `/journal${query}`)).body, 'entries');
  expect(await entries('')).toHaveLength(4);
  expect(await entries('?mailbox=bob@contoso.com')).toMatchObject([
    { path: '/users/bob@contoso.com/contacts', status: 200 },
  ]);
  expect(await entries('?method=POST')).toMatchObject([{ status: 201, body: { givenName: 'Ann' } }]);
  expect(await entries('?limit=1')).toMatchObject([{ method: 'POST' }]);
  await control(simulator, 'DELETE', '/journal');
  expect(await entries('')).toEqual([]);
  await send('GET', ada);
  expect(await entries('')).toHaveLength(1);
});
