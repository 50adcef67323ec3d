import { afterEach, expect, test } from 'vitest';
import { everyone, order, SOURCE, Stage, usualPolicy } from '../../support/stage.ts';
import type { System } from '../../support/system.ts';
import { until } from '../../support/until.ts';
import { contact } from '../../support/worlds.ts';

let stage: Stage;
const contacts = Array.from({ length: 30 }, (_, n) => contact(n));

afterEach(async () => {
  const breaches = stage.simulator.judge.breaches().filter(({ kind }) => kind !== 'delta-restart');
  expect(breaches).toEqual([]);
  expect(await stage.touched()).toEqual([]);
  await stage.close();
});

const filled = async (changes = {}): Promise<System> => {
  stage = await Stage.open({ contacts });
  const system = await stage.system([usualPolicy(changes)]);
  await stage.have(30);
  return system;
};
const sourceOf = (system: System) =>
  [...system.worker.endpoints.all()].find(({ record }) => record.role === 'source')?.record;
const held = (system: System) => system.ports.store.find('hold.state', ['held'], ['held'], 10);
const nothingDeleted = async (): Promise<void> => {
  await stage.have(30);
  expect(stage.writes().filter((line) => line.startsWith('DELETE'))).toEqual([]);
};

test('B-10: an emptied source folder is held, the copies stay', async () => {
  const system = await filled();
  for (const { id } of await stage.sources()) await stage.outlook.remove(SOURCE, id);
  await until('it is held', async () => (await held(system)).some(({ record }) => record.cards.length === 30));
  expect((await held(system))[0]?.record).toMatchObject({
    kind: 'source empty',
    reason: expect.stringContaining('All 30 contacts'),
  });
  await nothingDeleted();
});

test('B-10: a source folder that is deleted stops the policy with a message, the copies stay', async () => {
  const system = await filled();
  const folder = await stage.outlook.folder(SOURCE, 'Customers');
  await stage.outlook.json('DELETE', `/users/${SOURCE}/contactFolders/${folder}`);
  await until('the source says so', () => sourceOf(system)?.code === 'SourceFolderMissing');
  expect(sourceOf(system)?.state).toBe('unreachable');
  await nothingDeleted();
});

test('B-10: a source folder that was renamed stops the policy at the next thorough look, the copies stay', async () => {
  const system = await filled();
  const folder = await stage.outlook.folder(SOURCE, 'Customers');
  await stage.outlook.json('PATCH', `/users/${SOURCE}/contactFolders/${folder}`, { displayName: 'Something else' });
  await order(system, 'reconcile');
  expect(sourceOf(system)).toMatchObject({ state: 'unreachable', code: 'SourceFolderRenamed' });
  await nothingDeleted();
  await stage.outlook.json('PATCH', `/users/${SOURCE}/contactFolders/${folder}`, { displayName: 'Customers' });
  await until('it goes on', () => sourceOf(system)?.state === 'active', 10_000);
});

test('B-10: an unreadable source is no deletion', async () => {
  const system = await filled();
  stage.simulator.faults.add({
    status: 403,
    code: 'ErrorAccessDenied',
    mailbox: SOURCE,
    app: stage.simulator.clientId,
    times: 0,
  });
  await until('the source is unreachable', () => sourceOf(system)?.state === 'unreachable');
  await nothingDeleted();
});

test('K-06: a few deletions travel after their grace; the brake counts them over the day', async () => {
  const system = await filled();
  const ids = (await stage.sources()).map(({ id }) => id);
  for (const id of ids.slice(0, 3)) await stage.outlook.remove(SOURCE, id);
  await stage.have(27);
  for (const id of ids.slice(3, 12)) await stage.outlook.remove(SOURCE, id);
  await until('the second burst is held', async () => (await held(system)).length === 1);
  const [hold] = await held(system);
  expect(hold?.record.reason).toMatch(/within a day/);
  await order(system, 'release', { scope: [hold?.key ?? ''], count: hold?.record.cards.length ?? 0 });
  await stage.have(18);
});

test('K-23: a source that rewrites many values is held before anything is committed; release lets it through', async () => {
  const system = await filled();
  for (const { id } of (await stage.sources()).slice(0, 14))
    await stage.outlook.edit(SOURCE, id, { companyName: 'Overwritten' });
  await until('it is held', async () => (await held(system)).some(({ record }) => record.kind === 'values'));
  const overwritten = (copy: Record<string, unknown>): boolean => copy['companyName'] === 'Overwritten';
  const before = (await stage.copies(everyone[0] ?? '')).filter(overwritten).length;
  expect(before).toBeLessThanOrEqual(10);
  await until(
    'the hold names all that is left',
    async () => (await held(system))[0]?.record.cards.length === 14 - before,
  );
  const [hold] = await held(system);
  await order(system, 'release', { scope: [hold?.key ?? ''], count: hold?.record.cards.length ?? 0 });
  await stage.have(14, everyone, overwritten);
  expect(await held(system)).toEqual([]);
});

test('K-23: discarded values never arrive, later edits of other contacts do', async () => {
  const system = await filled({ brake: { cards: 2, percent: 1, mailboxes: 5 } });
  stage.simulator.faults.add({ status: 503, mailbox: SOURCE, app: stage.simulator.clientId, times: 0 });
  const sources = await stage.sources();
  for (const { id } of sources.slice(0, 5)) await stage.outlook.edit(SOURCE, id, { companyName: 'Overwritten' });
  stage.simulator.faults.clear();
  await until('all five are held', async () => (await held(system))[0]?.record.cards.length === 5, 10_000);
  const [hold] = await held(system);
  await order(system, 'discard', { scope: [hold?.key ?? ''], count: 5 });
  await stage.outlook.edit(SOURCE, sources[9]?.id ?? '', { nickName: 'Nick' });
  await stage.have(1, everyone, (copy) => copy['nickName'] === 'Nick');
  await stage.have(0, everyone, (copy) => copy['companyName'] === 'Overwritten');
});
