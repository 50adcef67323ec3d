import { expect, test } from 'vitest';
import type { DirectoryObject } from '../../../services/graph-simulator/engine/directory.ts';
import { ann, bob, refusal, round, rows, type SmallWorld, smallCompany, smallWorld, userOf } from './small-world.ts';

const id = (number: number): string => `00000000-0000-4000-8000-${String(number).padStart(12, '0')}`;
const group = id(11);

const worldOf = (memberCount = 2): SmallWorld => {
  const more = Array.from({ length: Math.max(0, memberCount - 2) }, (_, at) => userOf(id(1000 + at), `u${at}`));
  return smallWorld(
    {},
    {
      users: [...smallCompany().users, ...more],
      groups: [{ id: group, displayName: 'Team', members: [ann, bob, ...more.map((user) => user.id)] }],
    },
  );
};

const object = (world: SmallWorld, key: string): DirectoryObject => {
  const found = world.engine.world.directory.user(key) ?? world.engine.world.directory.object(key);
  if (!found) throw new Error(key);
  return found;
};

test('graph 2.6: a first round tells all users without unset properties, later rounds what changed', () => {
  const world = worldOf();
  const first = round(world, '/users/delta');
  expect(first.rows).toEqual([
    { businessPhones: [], displayName: 'ann', mail: 'ann@contoso.com', userPrincipalName: 'ann@contoso.com', id: ann },
    { businessPhones: [], displayName: 'bob', mail: 'bob@contoso.com', userPrincipalName: 'bob@contoso.com', id: bob },
  ]);
  expect(round(world, first.deltaLink).rows).toEqual([]);
  world.engine.world.changeObject(object(world, ann), { jobTitle: 'Boss', department: 'x' });
  expect(round(world, first.deltaLink).rows).toMatchObject([{ id: ann, jobTitle: 'Boss', displayName: 'ann' }]);
  expect(round(world, first.deltaLink, { prefer: 'return=minimal' }).rows).toEqual([{ id: ann, jobTitle: 'Boss' }]);
});

test('graph 2.6: only selected properties are tracked, only filtered ids are told, latest skips what there is', () => {
  const world = worldOf();
  const named = round(world, '/users/delta?$select=displayName');
  const only = round(world, `/users/delta?$filter=id eq '${bob}'`);
  const latest = round(world, '/users/delta?$deltatoken=latest');
  expect([named.rows.length, only.rows.length, latest.rows.length]).toEqual([2, 1, 0]);
  world.engine.world.changeObject(object(world, ann), { jobTitle: 'Boss' });
  expect(round(world, named.deltaLink).rows).toEqual([]);
  expect(round(world, only.deltaLink).rows).toEqual([]);
  expect(round(world, latest.deltaLink).rows).toHaveLength(1);
  const many = Array.from({ length: 51 }, (_, at) => `id eq '${id(at)}'`).join(' or ');
  for (const query of [`$filter=${many}`, "$filter=displayName eq 'ann'", '$orderby=displayName', '$count=true']) {
    expect(refusal(world.call('GET', `/users/delta?${query}`))).toEqual([400, 'Request_UnsupportedQuery']);
  }
  expect(refusal(world.call('GET', `${named.deltaLink}&$select=id`))).toEqual([400, 'Request_UnsupportedQuery']);
});

test('graph 2.6: deletions are changed while they can be undone, then deleted; a restored user is an ordinary row', () => {
  const world = worldOf();
  const user = object(world, ann);
  let { deltaLink } = round(world, '/users/delta');
  for (const [state, told] of [
    ['soft', { id: ann, '@removed': { reason: 'changed' } }],
    ['no', expect.objectContaining({ id: ann, displayName: 'ann' })],
    ['hard', { id: ann, '@removed': { reason: 'deleted' } }],
  ] as const) {
    world.engine.world.setDeleted(user, state);
    const next = round(world, deltaLink);
    expect(next.rows).toEqual([told]);
    deltaLink = next.deltaLink;
  }
});

test('graph 2.6: members come in slices over pages and then as differences', () => {
  const world = worldOf(250);
  const first = round(world, '/groups/delta');
  expect([first.pages, first.rows.length]).toEqual([3, 3]);
  expect(
    new Set(first.rows.flatMap((row) => row['members@delta'] as object[]).map((member) => JSON.stringify(member))).size,
  ).toBe(250);
  const team = object(world, group);
  world.engine.world.setMember(team, bob, true);
  world.engine.world.setMember(team, ann, true);
  world.engine.world.setMember(team, ann, false);
  expect(round(world, first.deltaLink).rows).toEqual([
    expect.objectContaining({
      id: group,
      'members@delta': [
        { '@odata.type': '#microsoft.graph.user', id: bob, '@removed': { reason: 'deleted' } },
        { '@odata.type': '#microsoft.graph.user', id: ann },
      ],
    }),
  ]);
  expect(round(world, '/groups/delta?$select=displayName').rows).toEqual([{ displayName: 'Team', id: group }]);
});

test('graph 2.6: a user deleted for good leaves the group, which the quirk keeps untold', () => {
  for (const untold of [false, true]) {
    const world = worldOf();
    world.engine.world.quirks.memberLossUntold = untold;
    const { deltaLink } = round(world, '/groups/delta');
    world.engine.world.setDeleted(object(world, bob), 'hard');
    expect(round(world, deltaLink).rows).toHaveLength(untold ? 0 : 1);
    expect(rows(world.ok('GET', `/groups/${group}/members`))).toHaveLength(1);
  }
});

test('graph 2.6: a token lives seven days, then 410 with the way to start anew; a late change is not lost', () => {
  const world = worldOf();
  const { deltaLink } = round(world, '/users/delta');
  world.engine.world.quirks.directoryDelayMs = 60_000;
  world.time.now += 60_000;
  world.engine.world.changeObject(object(world, ann), { jobTitle: 'Boss' });
  const early = round(world, deltaLink);
  expect(early.rows).toEqual([]);
  world.time.now += 60_000;
  expect(round(world, early.deltaLink).rows).toHaveLength(1);
  world.time.now += 7 * 86_400_000;
  const dead = world.call('GET', early.deltaLink);
  expect(refusal(dead)).toEqual([410, 'resyncRequired']);
  expect(round(world, String(dead.headers['location'])).rows).toHaveLength(2);
});
