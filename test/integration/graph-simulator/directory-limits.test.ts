import { expect, test } from 'vitest';
import { at, client, control, simulate } from './raw-client.ts';

const eventual = { headers: { ConsistencyLevel: 'eventual' } };

test('graph.md 4.1 and 4.2: directory answers tell their cost; mailbox answers do not', async () => {
  const send = await client(await simulate());
  const cost = async (path: string) => (await send('GET', path, eventual)).headers.get('x-ms-resource-unit');
  const group = String(at((await send('GET', '/groups')).body, 'value', 0, 'id'));
  expect(await cost('/users')).toBe('2');
  expect(await cost('/users?$select=id')).toBe('1');
  expect(await cost(`/groups/${group}/members`)).toBe('3');
  expect(await cost(`/groups/${group}/transitiveMembers`)).toBe('5');
  expect(await cost(`/groups/${group}/transitiveMembers?$select=id&$top=5`)).toBe('3');
  expect(await cost('/users/ada@contoso.com/contacts')).toBeNull();
});

test('graph.md 4.1: a small tenant gives 3,500 units in ten seconds, warns from 80 % on, and then refuses', async () => {
  const simulator = await simulate({ frozenAt: Date.UTC(2026, 5, 1) });
  const send = await client(simulator);
  const group = String(at((await send('GET', '/groups')).body, 'value', 0, 'id'));
  const items = Array.from({ length: 20 }, (_, id) => ({
    id: String(id),
    method: 'GET',
    url: `/groups/${group}/transitiveMembers`,
  }));
  // One unit was spent on the list of groups; 28 batches of 20 at 5 units make 2,800 more.
  for (let batch = 0; batch < 27; batch++) await send('POST', '/$batch', { json: { requests: items } });
  const before = await send('GET', '/users');
  expect(before.headers.has('x-ms-throttle-limit-percentage')).toBe(false);
  for (let batch = 0; batch < 9; batch++) await send('POST', '/$batch', { json: { requests: items } });
  const refused = await send('GET', '/users');
  expect(refused.status).toBe(429);
  expect(refused.headers.get('retry-after')).toBe('10');
  expect(refused.headers.get('x-ms-throttle-information')).toBe('ResourceUnitLimitExceeded');
  expect(Number(refused.headers.get('x-ms-throttle-limit-percentage'))).toBeGreaterThan(1);
  expect((await send('GET', '/users/ada@contoso.com/contacts')).status).toBe(200);
  simulator.clock.advance(10_000);
  expect((await send('GET', '/users')).status).toBe(200);
});

test('graph.md 7.1: the directory takes `in`, contacts do not', async () => {
  const send = await client(await simulate());
  const filter = "userPrincipalName in ('ada@contoso.com', 'bob@contoso.com')";
  const { body } = await send('GET', `/users?$select=userPrincipalName&$filter=${encodeURIComponent(filter)}`);
  expect(at(body, 'value')).toHaveLength(2);
  const refused = await send('GET', "/users/ada@contoso.com/contacts?$filter=givenName in ('A','B')");
  expect(refused.status).toBe(400);
});

test('graph.md 7.4: a user photo, its facts and its sizes; 404 ImageNotFound without one', async () => {
  const simulator = await simulate();
  const send = await client(simulator);
  const none = await send('GET', '/users/ada@contoso.com/photo');
  expect([none.status, at(none.body, 'error', 'code')]).toEqual([404, 'ImageNotFound']);
  const bytes = Buffer.from([0xff, 0xd8, 0xff, 0xd9]);
  await control(simulator, 'POST', '/world/users/ada@contoso.com/photo', { base64: bytes.toString('base64') });
  const facts = await send('GET', '/users/ada@contoso.com/photo');
  expect(facts.body).toMatchObject({ '@odata.mediaContentType': 'image/jpeg', width: 240 });
  expect((await send('GET', '/users/ada@contoso.com/photo/$value')).body).toEqual(bytes);
  expect((await send('GET', '/users/ada@contoso.com/photos/48x48/$value')).body).toEqual(bytes);
  await control(simulator, 'POST', '/world/users/ada@contoso.com/photo', { base64: '/9j/2Q==' });
  await control(simulator, 'POST', '/world/users/ada@contoso.com/photo', { base64: null });
  expect((await send('GET', '/users/ada@contoso.com/photo/$value')).status).toBe(404);
});
