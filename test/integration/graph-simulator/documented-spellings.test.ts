import { expect, test } from 'vitest';
import { at, client, simulate } from './raw-client.ts';

const id = 'String {66f5a359-4659-4830-9070-00047ec6ac6e} Name firm';

test('graph.md 1.6, 1.7: folders are found by an extended property, and `contactfolders/Any` is taken as documented', async () => {
  const send = await client(await simulate());
  const box = '/users/ada@contoso.com';
  const stamped = { displayName: 'Stamped', singleValueExtendedProperties: [{ id, value: 'Contoso' }] };
  await send('POST', `${box}/contactFolders`, { json: { displayName: 'Plain' } });
  await send('POST', `${box}/contactFolders`, { json: stamped });
  const found = async (value: string): Promise<unknown> => {
    const filter = `singleValueExtendedProperties/Any(p: p/id eq '${id}' and p/value eq '${value}')`;
    const { body } = await send('GET', `${box}/contactfolders?$filter=${encodeURIComponent(filter)}`);
    return (at(body, 'value') as { displayName: string }[]).map(({ displayName }) => displayName);
  };
  expect(await found('Contoso')).toEqual(['Stamped']);
  expect(await found('Fabrikam')).toEqual([]);
  const wrong = `singleValueExtendedProperties/any(p: p/id eq '${id.replace('firm', 'Firm')}' and p/value eq 'Contoso')`;
  const { body } = await send('GET', `${box}/contactFolders?$filter=${encodeURIComponent(wrong)}`);
  expect(at(body, 'value')).toEqual([]);
});

test('graph.md 6: a path that goes on behind its end is a 400, and `$count` takes GET only', async () => {
  const send = await client(await simulate());
  const box = '/users/ada@contoso.com';
  const advanced = { headers: { ConsistencyLevel: 'eventual' } };
  for (const path of ['contacts/$count', 'contacts/delta', 'contactFolders/$count', 'contactFolders/delta', 'photo'])
    expect((await send('GET', `${box}/${path}/more/still`)).status, path).toBe(400);
  for (const path of ['/users/$count', '/groups/delta', `${box}/mailboxSettings/userPurpose`])
    expect((await send('GET', `${path}/more`, advanced)).status, path).toBe(400);
  expect((await send('DELETE', `${box}/contactFolders/$count`)).status).toBe(405);
  expect((await send('GET', `${box}/contactFolders/$count`)).status).toBe(200);
});
