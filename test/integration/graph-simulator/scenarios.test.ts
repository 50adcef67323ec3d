import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, expect, test } from 'vitest';
import { at, client, type Send, simulate } from './raw-client.ts';

const folders: string[] = [];

afterEach(async () => {
  for (const folder of folders.splice(0)) await rm(folder, { recursive: true });
});

async function fileWith(text: string): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), 'scenario-'));
  folders.push(folder);
  await writeFile(join(folder, 'company.json'), text);
  return join(folder, 'company.json');
}

const list = async (send: Send, path: string) =>
  at((await send('GET', path, { headers: { ConsistencyLevel: 'eventual' } })).body, 'value') as Record<
    string,
    unknown
  >[];

test('issue 5: the default company has 25 mailboxes, unlicensed users, three groups (one nested) and 120 shared contacts', async () => {
  const send = await client(await simulate({ scenario: 'default' }));
  const users = await list(send, '/users?$select=id,userPrincipalName,assignedLicenses&$top=999');
  const licensed = users.filter(({ assignedLicenses }) => (assignedLicenses as unknown[]).length > 0);
  expect(licensed.length).toBeGreaterThanOrEqual(25);
  expect(users.length - licensed.length).toBeGreaterThanOrEqual(3);
  for (const { userPrincipalName } of licensed.slice(0, 3))
    expect((await list(send, `/users/${userPrincipalName}/contacts`)).length).toBeGreaterThan(0);

  const groups = await list(send, '/groups');
  expect(groups).toHaveLength(3);
  const kinds = await Promise.all(
    groups.map(async ({ id }) => (await list(send, `/groups/${id}/members`)).map((member) => member['@odata.type'])),
  );
  expect(kinds.every((kind) => kind.includes('#microsoft.graph.user'))).toBe(true);
  expect(kinds.some((kind) => kind.includes('#microsoft.graph.group'))).toBe(true);

  const shared = '/users/shared.contacts@contoso.com/contactFolders';
  const [customers] = await list(send, shared);
  expect(customers).toMatchObject({ displayName: 'Customers' });
  const contacts = await list(send, `${shared}/${customers?.['id']}/contacts?$top=999`);
  expect(contacts).toHaveLength(120);
  const names = new Set(contacts.map(({ displayName }) => displayName));
  expect(names.size).toBeGreaterThan(90);
  expect([...names].join('')).toMatch(/\p{Script=Han}|\p{Script=Cyrillic}|\p{Script=Greek}/u);
});

const scenario = {
  domain: 'example.org',
  users: [
    { upn: 'lea@example.org', displayName: 'Léa', contacts: [{ givenName: 'Own', surname: 'Contact' }] },
    {
      upn: 'box@example.org',
      mailbox: 'shared',
      language: 'de-DE',
      folders: [
        {
          displayName: 'Kunden',
          generated: { count: 7 },
          folders: [{ displayName: 'Alte', contacts: [{ surname: 'X' }] }],
        },
      ],
    },
    { upn: 'guest@example.org', mailbox: 'none', licensed: false, userType: 'Guest' },
  ],
  groups: [
    { displayName: 'Inner', members: ['lea@example.org'] },
    { displayName: 'Outer', members: ['Inner', 'Desk'] },
  ],
  orgContacts: [{ displayName: 'Desk', mail: 'desk@fabrikam.com' }],
};

test('issue 6: a scenario file describes a company; the same file gives the same ids', async () => {
  const file = await fileWith(JSON.stringify(scenario));
  const simulator = await simulate({ scenario: file });
  const send = await client(simulator);
  expect(await list(send, '/users/lea@example.org/contacts')).toMatchObject([{ givenName: 'Own', surname: 'Contact' }]);
  const [kunden] = await list(send, '/users/box@example.org/contactFolders');
  expect(kunden).toMatchObject({ displayName: 'Kunden' });
  expect(await list(send, `/users/box@example.org/contactFolders/${kunden?.['id']}/contacts`)).toHaveLength(7);
  expect(await list(send, `/users/box@example.org/contactFolders/${kunden?.['id']}/childFolders`)).toMatchObject([
    { displayName: 'Alte' },
  ]);
  const outer = (await list(send, '/groups')).find(({ displayName }) => displayName === 'Outer');
  const types = (await list(send, `/groups/${outer?.['id']}/members`)).map((member) => member['@odata.type']);
  expect(types.sort()).toEqual(['#microsoft.graph.group', '#microsoft.graph.orgContact']);
  const twin = await simulate({ scenario: file });
  expect([twin.tenantId, twin.mailboxIdOf('lea@example.org')]).toEqual([
    simulator.tenantId,
    simulator.mailboxIdOf('lea@example.org'),
  ]);
});

test.each([
  ['is no JSON', '{', /no JSON/],
  ['has a wrong field', '{"users":[{"upn":"a@b.c","colour":1}]}', /no scenario:[\s\S]*colour/],
  ['has a stranger in a group', '{"groups":[{"displayName":"G","members":["who@b.c"]}]}', /member "who@b\.c"/],
])('issue 6: a scenario file that %s is refused with a sentence', async (_, text, message) => {
  await expect(simulate({ scenario: await fileWith(text) })).rejects.toThrow(message);
});

test('issue 6: an unknown scenario is refused with its name', async () => {
  await expect(simulate({ scenario: 'nowhere' })).rejects.toThrow(/no scenario named nowhere/);
});
