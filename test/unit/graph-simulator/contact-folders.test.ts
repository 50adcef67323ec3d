import { expect, test } from 'vitest';
import type { GraphChange } from '../../../services/graph-simulator/engine/wire.ts';
import { ann, person, refusal, root, round, rows, smallCompany, smallWorld, userOf } from './small-world.ts';

const folders = `/users/${ann}/contactFolders`;

test('graph 1.6: the list shows the children of the default folder, which itself only the alias and parentFolderId reach', () => {
  const { ok } = smallWorld({
    folders: [{ displayName: 'Team', folders: [{ displayName: 'Deep' }] }, { displayName: 'Équipe' }],
  });
  const listed = rows(ok('GET', folders));
  expect(listed.map((row) => row['displayName'])).toEqual(['Team', 'Équipe']);
  const standard = ok('GET', `${folders}/Contacts`);
  expect(standard).toMatchObject({ id: listed[0]?.['parentFolderId'], displayName: 'Contacts' });
  expect(String(standard['id'])).toMatch(/^AAMk[\w-]{108}AAEOAAA=$/);
  expect(rows(ok('GET', `${folders}/contacts/childFolders`))).toEqual(listed);
  const [deep] = rows(ok('GET', `${folders}/${listed[0]?.['id']}/childFolders`));
  expect(deep).toMatchObject({ displayName: 'Deep', parentFolderId: listed[0]?.['id'] });
  expect(ok('GET', `${folders}/${listed[0]?.['id']}/childFolders/${deep?.['id']}`)['id']).toBe(deep?.['id']);
  expect(rows(ok('GET', `${folders}?$filter=displayName+eq+'équipe'`))).toEqual([listed[1]]);
  expect(rows(smallWorld().ok('GET', folders))).toEqual([]);
});

test('graph 1.6: folders are created, nested, renamed; a sibling of that name is 409, the parent stays what it is', () => {
  const { call, ok } = smallWorld();
  const answer = call('POST', folders, { body: { displayName: 'Team' } });
  const team = answer.body as Record<string, unknown>;
  expect(answer).toMatchObject({
    status: 201,
    headers: { location: `${root}/users('${ann}')/contactFolders('${team['id']}')` },
  });
  expect(refusal(call('POST', folders, { body: { displayName: 'team' } }))).toEqual([409, 'ErrorFolderExists']);
  const nested = ok('POST', `${folders}/${team['id']}/childFolders`, { body: { displayName: 'Team' } });
  const placed = ok('POST', folders, { body: { displayName: 'Other', parentFolderId: nested['id'] } });
  expect(placed['parentFolderId']).toBe(nested['id']);
  const renamed = ok('PATCH', `${folders}/${nested['id']}`, {
    body: { displayName: 'New', parentFolderId: team['parentFolderId'] },
  });
  expect(renamed).toMatchObject({ id: nested['id'], displayName: 'New', parentFolderId: team['id'] });
  expect(refusal(call('POST', folders, { body: {} }))).toEqual([400, 'UnableToDeserializePostBody']);
});

test('graph 1.6: the default folder cannot be deleted; another goes with all below it and tells of every contact', () => {
  const { call, ok, engine } = smallWorld({
    folders: [
      {
        displayName: 'Team',
        explicit: [person(1), person(2)],
        folders: [{ displayName: 'Deep', explicit: [person(3)] }],
      },
    ],
  });
  expect(refusal(call('DELETE', `${folders}/contacts`))).toEqual([400, 'ErrorDeleteDistinguishedFolder']);
  const [team] = rows(ok('GET', folders));
  const [deep] = rows(ok('GET', `${folders}/${team?.['id']}/childFolders`));
  const [contact] = rows(ok('GET', `${folders}/${team?.['id']}/contacts`));
  const heard: GraphChange[] = [];
  engine.onChange((change) => heard.push(change));
  ok('DELETE', `${folders}/${team?.['id']}`, { status: 204 });
  expect(heard.filter(({ entity, kind }) => entity === 'contact' && kind === 'deleted')).toHaveLength(3);
  expect(rows(ok('GET', folders))).toEqual([]);
  for (const url of [
    `${folders}/${team?.['id']}`,
    `${folders}/${deep?.['id']}/contacts`,
    `/users/${ann}/contacts/${contact?.['id']}`,
  ]) {
    expect(refusal(call('GET', url))).toEqual([404, 'ErrorItemNotFound']);
  }
});

test('graph 1.6: the name of the default folder follows the language; another client can make two folders of one name', () => {
  const german = userOf(ann, 'ann', {}, { mailbox: { kind: 'user', language: 'de-DE' } });
  const { ok, engine } = smallWorld({}, { users: [german, ...smallCompany().users.slice(1)] });
  expect(ok('GET', `${folders}/contacts`)['displayName']).toBe('Kontakte');
  const mailbox = engine.world.mailbox(ann);
  mailbox?.createFolder(mailbox.contacts, 'Twice');
  mailbox?.createFolder(mailbox.contacts, 'Twice', true);
  expect(rows(ok('GET', `${folders}?$filter=displayName eq 'Twice'`))).toHaveLength(2);
  mailbox?.setLanguage('ja');
  expect(ok('GET', `${folders}/contacts`)['displayName']).toBe('連絡先');
});

test('graph 1.4: contacts of a nested folder are reached by any of its paths and by id alone', () => {
  const { ok, call } = smallWorld({ folders: [{ displayName: 'Team', folders: [{ displayName: 'Deep' }] }] });
  const [team] = rows(ok('GET', folders));
  const [deep] = rows(ok('GET', `${folders}/${team?.['id']}/childFolders`));
  const nested = `${folders}/${team?.['id']}/childFolders/${deep?.['id']}/contacts`;
  const made = ok('POST', nested, { body: person(1) });
  expect(made['parentFolderId']).toBe(deep?.['id']);
  expect(rows(ok('GET', `${folders}/${deep?.['id']}/contacts`))[0]?.['id']).toBe(made['id']);
  expect(ok('GET', `/users/${ann}/contacts/${made['id']}`)['id']).toBe(made['id']);
  expect(rows(ok('GET', `/users/${ann}/contacts`))).toEqual([]);
  expect(refusal(call('GET', `${folders}/${team?.['id']}/contacts/${made['id']}`))).toEqual([404, 'ErrorItemNotFound']);
});

test('graph 2.1: folder delta tells adds, renames and deletions; childFolders have none', () => {
  const world = smallWorld({ folders: [{ displayName: 'Team', folders: [{ displayName: 'Deep' }] }] });
  const first = round(world, `${folders}/delta`);
  expect(first.rows.map((row) => row['displayName'])).toEqual(['Team', 'Deep']);
  const [team, deep] = first.rows;
  const added = world.ok('POST', folders, { body: { displayName: 'Added' } });
  world.ok('PATCH', `${folders}/${added['id']}`, { body: { displayName: 'Renamed' } });
  world.ok('DELETE', `${folders}/${deep?.['id']}`, { status: 204 });
  const second = round(world, first.deltaLink);
  expect(second.rows).toEqual([
    {
      '@odata.type': '#microsoft.graph.contactFolder',
      id: added['id'],
      parentFolderId: team?.['parentFolderId'],
      displayName: 'Renamed',
    },
    { '@odata.type': '#microsoft.graph.contactFolder', id: deep?.['id'], '@removed': { reason: 'deleted' } },
  ]);
  expect(round(world, second.deltaLink).rows).toEqual([]);
  expect(world.call('GET', `${folders}/contacts/childFolders/delta`).status).toBe(400);
});

test('graph 1.7: a folder carries extended properties of its own', () => {
  const { ok } = smallWorld();
  const id = 'String {66f5a359-4659-4830-9070-00047ec6ac6e} Name Owner';
  const made = ok('POST', folders, {
    body: { displayName: 'Team', singleValueExtendedProperties: [{ id, value: 'us' }] },
  });
  const expand = `$expand=singleValueExtendedProperties($filter=id eq '${id}')`;
  expect(made).not.toHaveProperty('singleValueExtendedProperties');
  expect(ok('GET', `${folders}/${made['id']}?${expand}`)['singleValueExtendedProperties']).toEqual([
    { id, value: 'us' },
  ]);
  expect(rows(ok('GET', `${folders}?${expand}`))[0]).toHaveProperty('singleValueExtendedProperties');
});

test('graph 1.6, 12.22: a name that Deleted Items has already makes a deletion go wrong, if so wished', () => {
  const { call, ok, engine } = smallWorld();
  const remake = () => `${folders}/${ok('POST', folders, { body: { displayName: 'Team' } })['id']}`;
  ok('DELETE', remake(), { status: 204 });
  engine.world.quirks.folderDeletionClash = 'refused';
  const again = remake();
  expect(refusal(call('DELETE', again))).toEqual([403, 'ErrorCannotDeleteObject']);
  engine.world.quirks.folderDeletionClash = 'ignored';
  ok('DELETE', again, { status: 204 });
  expect(rows(ok('GET', folders))).toHaveLength(1);
  ok('PATCH', again, { body: { displayName: 'Unique' } });
  ok('DELETE', again, { status: 204 });
  expect(rows(ok('GET', folders))).toEqual([]);
});

test('graph 1.4: permanentDelete is there in the global cloud only', () => {
  for (const [cloud, statuses] of [
    ['global', [204, 204]],
    ['usGov', [400, 400]],
  ] as const) {
    const { call, ok } = smallWorld({}, { cloud });
    const folder = `${folders}/${ok('POST', folders, { body: { displayName: 'Team' } })['id']}`;
    const contact = `${folder}/contacts/${ok('POST', `${folder}/contacts`, { body: person(1) })['id']}`;
    expect([contact, folder].map((url) => call('POST', `${url}/permanentDelete`).status)).toEqual(statuses);
    expect(call('GET', contact).status).toBe(cloud === 'global' ? 404 : 200);
  }
});
