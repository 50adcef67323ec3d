import { expect, test } from 'vitest';
import { ann, immutable, person, refusal, root, round, rows, type SmallWorld, smallWorld } from './small-world.ts';

const contacts = `/users/${ann}/contacts`;
const delta = `/users/${ann}/contactFolders/contacts/contacts/delta`;
const pages = (size: number) => ({ prefer: `odata.maxpagesize=${size}` });
const removed = { reason: 'deleted' };

const add = (world: SmallWorld, index: number, at = contacts): string =>
  String(world.ok('POST', at, { body: person(index) })['id']);

test('graph 2.1: a first round tells all in pages of the preferred size, the next only what changed', () => {
  const world = smallWorld({ generated: { flavour: 'people', seed: 1, count: 12 } });
  const mine = [add(world, 1), add(world, 2)];
  const first = round(world, delta, pages(5));
  expect(first).toMatchObject({ pages: 3 });
  expect(first.rows).toHaveLength(14);
  expect(new Set(first.rows.map((row) => row['id'])).size).toBe(14);
  expect(first.rows[0]).toMatchObject({ '@odata.type': '#microsoft.graph.contact', givenName: 'Given1000' });
  expect(first.rows[0]).toHaveProperty('@odata.etag');
  const quiet = round(world, first.deltaLink);
  expect(quiet.rows).toEqual([]);

  world.ok('PATCH', `${contacts}/${first.rows[3]?.['id']}`, { body: { jobTitle: 'New' } });
  world.ok('PATCH', `${contacts}/${first.rows[3]?.['id']}`, { body: { jobTitle: 'Newer' } });
  world.ok('DELETE', `${contacts}/${mine[0]}`, { status: 204 });
  const third = add(world, 3);
  const second = round(world, quiet.deltaLink);
  expect(second.rows).toHaveLength(3);
  expect(second.rows).toContainEqual(expect.objectContaining({ id: first.rows[3]?.['id'], jobTitle: 'Newer' }));
  expect(second.rows).toContainEqual({ '@odata.type': '#microsoft.graph.contact', id: mine[0], '@removed': removed });
  expect(second.rows).toContainEqual(expect.objectContaining({ id: third }));
});

test('graph 2.1: three spellings, key form and the default folder by alias or alone are one query', () => {
  const world = smallWorld({ generated: { flavour: 'people', seed: 1, count: 2 } });
  for (const url of [
    `${contacts}/delta`,
    `${contacts}/delta()`,
    `${contacts}/microsoft.graph.delta()`,
    `/users('${ann}')/contactFolders('contacts')/contacts/delta()`,
  ]) {
    expect(round(world, url).rows).toHaveLength(2);
  }
  expect(round(world, delta).deltaLink).toMatch(
    new RegExp(
      `^${root}/users\\('${ann}'\\)/contactFolders\\('AAMk[\\w=-]+'\\)/contacts/delta\\?\\$deltatoken=[\\w-]+$`,
    ),
  );
});

test('graph 2.1: what is created and deleted between two rounds is not told, what changes while a round pages is not lost', () => {
  const world = smallWorld({ generated: { flavour: 'people', seed: 1, count: 6 } });
  const page = world.ok('GET', delta, { headers: pages(2) });
  const [early] = rows(page);
  world.ok('PATCH', `${contacts}/${early?.['id']}`, { body: { jobTitle: 'During' } });
  const during = add(world, 7);
  const rest = round(world, String(page['@odata.nextLink']), pages(2));
  const next = round(world, rest.deltaLink);
  expect([...rest.rows, ...next.rows].map((row) => row['id'])).toContain(during);
  expect(next.rows).toContainEqual(expect.objectContaining({ id: early?.['id'], jobTitle: 'During' }));
  world.ok('DELETE', `${contacts}/${add(world, 8)}`, { status: 204 });
  expect(round(world, next.deltaLink).rows).toEqual([]);
});

test('graph 2.1: an item told by one page and deleted before the next is told as removed', () => {
  const world = smallWorld();
  const start = round(world, delta).deltaLink;
  const [one, two] = [add(world, 1), add(world, 2)];
  const page = world.ok('GET', start, { headers: pages(1) });
  expect(rows(page).map((row) => row['id'])).toEqual([one]);
  world.ok('DELETE', `${contacts}/${one}`, { status: 204 });
  const rest = round(world, String(page['@odata.nextLink']));
  expect(rest.rows.map((row) => [row['id'], row['@removed']])).toEqual([
    [two, undefined],
    [one, removed],
  ]);
});

test('graph 1.8, 2.1: a move is a removal at the source and an arrival at the target, under another ordinary and the same immutable id', () => {
  const world = smallWorld({ folders: [{ displayName: 'Team' }] });
  const mailbox = world.engine.world.mailbox(ann);
  const team = mailbox?.folders.find(({ displayName }) => displayName === 'Team');
  if (!mailbox || !team) throw new Error('no folder');
  const teamDelta = `/users/${ann}/contactFolders/${team.id}/contacts/delta`;
  const id = add(world, 1);
  const kept = String(world.ok('GET', `${contacts}/${id}`, { headers: immutable })['id']);
  expect(kept).toMatch(/^AAkALgAAAAAAHYQDEapmEc2byACqAC-EWg0A[\w-]{32}$/);
  const before = { here: round(world, delta), there: round(world, teamDelta) };
  const item = mailbox.itemById(id);
  if (item) mailbox.moveContact(item, team);
  expect(round(world, before.here.deltaLink).rows).toEqual([
    { '@odata.type': '#microsoft.graph.contact', id, '@removed': removed },
  ]);
  const [arrived] = round(world, before.there.deltaLink).rows;
  expect(arrived).toMatchObject({ givenName: 'Given1', parentFolderId: team.id });
  expect(arrived?.['id']).not.toBe(id);
  expect(refusal(world.call('GET', `${contacts}/${id}`))).toEqual([404, 'ErrorItemNotFound']);
  expect(world.ok('GET', `${contacts}/${kept}`)['id']).toBe(arrived?.['id']);

  const gone = round(world, `${delta}`, immutable);
  if (item) mailbox.moveContact(item, mailbox.contacts);
  expect(round(world, gone.deltaLink, immutable).rows).toMatchObject([{ id: kept, givenName: 'Given1' }]);
});

test('graph 2.5: with the defect on, an item that went and came back is told as removed and never again', () => {
  const world = smallWorld({ folders: [{ displayName: 'Team' }] });
  const mailbox = world.engine.world.mailbox(ann);
  const team = mailbox?.folders.find(({ displayName }) => displayName === 'Team');
  const item = mailbox?.itemById(add(world, 1));
  if (!mailbox || !team || !item) throw new Error('no item');
  world.engine.world.quirks.deltaLosesReturned = true;
  const start = round(world, delta, immutable);
  mailbox.moveContact(item, team);
  mailbox.moveContact(item, mailbox.contacts);
  const next = round(world, start.deltaLink, immutable);
  expect(next.rows).toEqual([expect.objectContaining({ '@removed': removed })]);
  expect(round(world, next.deltaLink, immutable).rows).toEqual([]);
});

test('graph 2.2: only the last three generations of a token live, then 410 with the way to start anew', () => {
  const world = smallWorld({ generated: { flavour: 'people', seed: 1, count: 3 } });
  const links = [round(world, delta).deltaLink];
  for (let turn = 0; turn < 3; turn += 1) links.push(round(world, links.at(-1) ?? '').deltaLink);
  expect(round(world, links[1] ?? '').rows).toEqual([]);
  const dead = world.call('GET', links[0] ?? '');
  expect(refusal(dead)).toEqual([410, 'SyncStateNotFound']);
  expect(dead.body).toMatchObject({
    error: { message: 'The sync state generation is not found; generation=1; [highest=5][3][4][5].' },
  });
  expect(round(world, String(dead.headers['location'])).rows).toHaveLength(3);
  const mailbox = world.engine.world.mailbox(ann);
  if (mailbox) world.engine.world.forgetSyncStates(mailbox);
  expect(refusal(world.call('GET', links[3] ?? ''))).toEqual([410, 'SyncStateNotFound']);
  expect(refusal(world.call('GET', `${delta}?$deltatoken=nonsense`))).toEqual([400, 'SyncStateInvalid']);
});

test('graph 2.1: $select is remembered, $top cuts the round short, $expand is a 500, headers are applied', () => {
  const world = smallWorld({ generated: { flavour: 'people', seed: 1, count: 9 } });
  const some = round(world, `${delta}?$select=displayName`, pages(4));
  expect(Object.keys(some.rows[8] ?? {}).sort()).toEqual(['@odata.etag', '@odata.type', 'displayName', 'id']);
  expect(round(world, `${delta}?$top=5`, pages(2)).rows).toHaveLength(5);
  const expanded = world.call('GET', `${delta}?$expand=singleValueExtendedProperties($filter=id eq 'String 0x1234')`);
  expect(refusal(expanded)).toEqual([500, 'InternalServerError']);
  const answer = world.call('GET', delta, { headers: { prefer: 'odata.maxpagesize=2, IdType="ImmutableId"' } });
  expect(answer.headers['preference-applied']).toBe('odata.track-changes, odata.maxpagesize=2, IdType=ImmutableId');
});

test('graph 2.2, 2.3: a deleted folder and the Chinese cloud have no contact delta', () => {
  const world = smallWorld({ folders: [{ displayName: 'Team' }] });
  const [team] = rows(world.ok('GET', `/users/${ann}/contactFolders`));
  const url = `/users/${ann}/contactFolders/${team?.['id']}`;
  const { deltaLink } = round(world, `${url}/contacts/delta`);
  world.ok('DELETE', url, { status: 204 });
  expect(refusal(world.call('GET', deltaLink))).toEqual([404, 'ErrorSyncFolderNotFound']);
  const china = smallWorld({}, { cloud: 'china' });
  expect(refusal(china.call('GET', delta))).toEqual([400, 'BadRequest']);
  expect(china.call('GET', contacts).status).toBe(200);
});

test('graph 2.1: an end that comes one empty page late loses nothing', () => {
  const world = smallWorld({ generated: { flavour: 'people', seed: 1, count: 3 } });
  world.engine.world.quirks.emptyDeltaPages = 1;
  const first = round(world, delta);
  expect([first.pages, first.rows.length]).toEqual([2, 3]);
  const id = add(world, 1);
  const second = round(world, first.deltaLink);
  expect([second.pages, second.rows.map((row) => row['id'])]).toEqual([2, [id]]);
});

test('graph 2.1: many updates of one contact are told once, also after the log was cleaned', () => {
  const world = smallWorld();
  const [one, two] = [add(world, 1), add(world, 2)];
  const { deltaLink } = round(world, delta);
  world.ok('DELETE', `${contacts}/${two}`, { status: 204 });
  for (let turn = 0; turn < 2000; turn += 1)
    world.ok('PATCH', `${contacts}/${one}`, { body: { jobTitle: `T${turn}` } });
  expect(round(world, deltaLink).rows.map((row) => [row['id'], row['jobTitle']])).toEqual([
    [two, undefined],
    [one, 'T1999'],
  ]);
});
