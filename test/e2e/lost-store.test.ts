import { cpSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { afterEach, expect, test } from 'vitest';
import { parseStamp } from '#core/stamp';
import { type RawContact, visible } from '../support/outlook.ts';
import { everyone, SOURCE, Stage, usualPolicy } from '../support/stage.ts';
import type { System } from '../support/system.ts';
import { until } from '../support/until.ts';
import { contact } from '../support/worlds.ts';

const CARDS = 8;
/** Short, so that a backup is soon old: what is younger than the last beat by more than both was made after it. */
const timing = { settle: 600, death: 600, beat: 200, grace: 100 };
const DATABASES = ['state.db', 'state.db-wal', 'state.db-shm', 'queue.db', 'queue.db-wal', 'queue.db-shm'];

let stage: Stage;
let folder: string;

afterEach(() => stage.close());

const FACE = new Uint8Array([0xff, 0xd8, 0xff, 0xe0, 1, 2, 3, 4, 5, 6, 7, 8, 0xff, 0xd9]);

const start = (): Promise<System> => stage.system([usualPolicy({ photos: true })], { folder, timing, pollMs: 150 });

const shown = (contacts: readonly RawContact[]): string[] => contacts.map((one) => JSON.stringify(visible(one))).sort();

const cardOf = (copy: RawContact): string => {
  const [property] = copy['singleValueExtendedProperties'] as { value: string }[];
  return parseStamp(property?.value ?? '')?.card ?? 'no stamp';
};

/** Everything in the folders that Cardwire fills, as it lies there: ids, etags, times and stamps. */
async function everyCopy(): Promise<Record<string, RawContact[]>> {
  const all: Record<string, RawContact[]> = {};
  for (const who of everyone) all[who] = (await stage.copies(who)).sort((a, b) => (a.id < b.id ? -1 : 1));
  return all;
}

async function isRight(): Promise<boolean> {
  const wanted = JSON.stringify(shown(await stage.sources()));
  for (const who of everyone) if (JSON.stringify(shown(await stage.copies(who))) !== wanted) return false;
  return true;
}

/** Right, one item per card, and the people's own contacts as they were. */
async function expectRight(): Promise<void> {
  for (const who of everyone) {
    const copies = await stage.copies(who);
    expect(shown(copies)).toEqual(shown(await stage.sources()));
    expect(new Set(copies.map(cardOf)).size).toBe(copies.length);
  }
  expect(await stage.touched()).toEqual([]);
}

/** Fills the mailboxes, and ends Cardwire as a person would. */
async function filled(): Promise<void> {
  stage = await Stage.open({ contacts: Array.from({ length: CARDS }, (_, n) => contact(n)) });
  folder = stage.folder();
  const pictured = encodeURIComponent((await stage.sources())[2]?.id ?? '');
  const photo = `/users/${SOURCE}/contacts/${pictured}/photo/$value`;
  await stage.outlook.call('PUT', photo, FACE, { 'Content-Type': 'image/jpeg' });
  const system = await start();
  await stage.have(CARDS);
  await until('the photo is set', () => stage.writes().filter((line) => line.startsWith('PUT')).length === 3, 20_000);
  await settled(system);
  await stage.stop(system);
}

/** No endpoint is in doubt or behind, and all have been looked at since this system began. */
async function settled(system: System, looked = false): Promise<void> {
  await until(
    'nothing is owed',
    async () => {
      const endpoints = await system.ports.store.range('endpoint', '', '~', 100);
      const seen = new Set(system.events.flatMap((event) => (event.type === 'inventory' ? [event.endpoint] : [])));
      const heads = endpoints.map(({ record }) => system.worker.books.get(record.policy).state.head);
      return (
        endpoints.length === everyone.length + 1 &&
        endpoints.every(
          ({ key, record }, i) =>
            !record.inDoubt && (record.role === 'source' || record.applied === heads[i]) && (!looked || seen.has(key)),
        )
      );
    },
    20_000,
  );
}

const losses: Record<string, () => void> = {
  'the data folder is empty': () => {
    for (const name of DATABASES) rmSync(join(folder, name), { force: true });
  },
  'its files have no content': () => {
    for (const name of DATABASES) if (!/-(wal|shm)$/.test(name)) writeFileSync(join(folder, name), '');
  },
  'every record is gone': () => emptyTables(/./),
  'endpoints and copies are gone, the log is there': () => emptyTables(/^(endpoint_record|cop(y|ies).*)$/),
};

function emptyTables(which: RegExp): void {
  const db = new DatabaseSync(join(folder, 'state.db'));
  const tables = db.prepare("SELECT name FROM sqlite_schema WHERE type = 'table'").all();
  const names = tables.map(({ name }) => String(name)).filter((name) => which.test(name));
  expect(names.length).toBeGreaterThan(1);
  for (const name of names) db.exec(`DELETE FROM "${name}"`);
  db.close();
}

test.each(Object.keys(losses))('I20, promise 6: %s, and nothing is written', async (loss) => {
  await filled();
  const before = await everyCopy();
  losses[loss]?.();
  const from = stage.simulator.journal.total;
  const system = await start();
  await settled(system, true);
  expect(stage.writes(from)).toEqual([]);
  expect(await everyCopy()).toEqual(before);
  await expectRight();
});

test.each(Object.keys(losses))('I20: %s, and what changed meanwhile is all that is written', async (loss) => {
  await filled();
  const before = await everyCopy();
  losses[loss]?.();
  const [first, second] = await stage.sources();
  await stage.outlook.edit(SOURCE, first?.id ?? '', { jobTitle: 'Captain' });
  await stage.outlook.remove(SOURCE, second?.id ?? '');
  await stage.outlook.create(SOURCE, (await stage.outlook.folder(SOURCE, 'Customers')) ?? '', contact(700));
  const from = stage.simulator.journal.total;
  const system = await start();
  await until('all is right', isRight, 20_000);
  await settled(system, true);
  const verbs = stage.writes(from).map((line) => line.split(' ')[0]);
  expect(verbs).not.toContain('PUT');
  for (const verb of ['POST', 'PATCH', 'DELETE'])
    expect(verbs.filter((one) => one === verb).length, `${verb}: ${stage.writes(from).join('\n')}`).toBe(3);
  const after = await everyCopy();
  for (const who of everyone) {
    const old = new Set(before[who]?.map(({ id }) => id));
    expect(after[who]?.filter(({ id }) => !old.has(id)).map((copy) => copy['displayName'])).toEqual(['Person 700']);
  }
  await expectRight();
});

/** A backup of the filled world; then creates, edits and deletes arrive; then the backup is brought back. */
async function restoredAfter(change: () => Promise<void>, meanwhile?: () => Promise<void>): Promise<System> {
  await filled();
  const backup = stage.folder();
  cpSync(folder, backup, { recursive: true });
  const saved = Date.now();
  const later = (what: string) => until(what, () => Date.now() > saved + 2 * (timing.death + timing.settle), 10_000);
  await later('the backup is old');
  const between = await start();
  await change();
  await until('the change is everywhere', isRight, 20_000);
  await settled(between);
  await stage.stop(between);
  const made = Date.now();
  await until('what was made is older than the next start', () => Date.now() > made + 2000, 10_000);
  for (const name of DATABASES) rmSync(join(folder, name), { force: true });
  cpSync(backup, folder, { recursive: true });
  await meanwhile?.();
  return start();
}

async function manyChanges(): Promise<void> {
  const home = (await stage.outlook.folder(SOURCE, 'Customers')) ?? '';
  const [first, second, third, fourth] = await stage.sources();
  await stage.outlook.edit(SOURCE, first?.id ?? '', { jobTitle: 'Captain' });
  await stage.outlook.edit(SOURCE, second?.id ?? '', { mobilePhone: '+41 79 555 01 01', jobTitle: null });
  for (const n of [700, 701, 702]) await stage.outlook.create(SOURCE, home, contact(n));
  await stage.outlook.remove(SOURCE, third?.id ?? '');
  await stage.outlook.remove(SOURCE, fourth?.id ?? '');
}

test('L-13: a store from a backup makes nothing twice, deletes nothing, reverts nothing, and is noticed', async () => {
  const system = await restoredAfter(manyChanges);
  const before = await everyCopy();
  await until('it is noticed', () => system.events.some(({ type }) => type === 'store restored'), 20_000);
  await settled(system, true);
  expect(await everyCopy()).toEqual(before);
  await expectRight();
  // And it works on: the next edit arrives once.
  const [one] = await stage.sources();
  await stage.outlook.edit(SOURCE, one?.id ?? '', { jobTitle: 'Admiral' });
  await until('the edit is everywhere', isRight, 20_000);
  await expectRight();
});

test('L-13: what happened while nothing ran and a backup was brought back arrives, the rest stays', async () => {
  const named = async (name: string) => (await stage.sources()).find((one) => one['displayName'] === name)?.id ?? '';
  const system = await restoredAfter(manyChanges, async () => {
    const home = (await stage.outlook.folder(SOURCE, 'Customers')) ?? '';
    await stage.outlook.edit(SOURCE, await named('Person 701'), { jobTitle: 'Bosun' });
    // The store has never heard of this one, and never will: its copies are all there is.
    await stage.outlook.remove(SOURCE, await named('Person 702'));
    await stage.outlook.create(SOURCE, home, contact(800));
    const [copy] = await stage.copies('ada@contoso.test');
    await stage.outlook.remove('ada@contoso.test', copy?.id ?? '');
  });
  await until('all is right', isRight, 20_000);
  await settled(system, true);
  await expectRight();
});

test('L-13: a backup whose delta links are too old is answered by inventories, and nothing is written', async () => {
  const system = await restoredAfter(manyChanges, async () => {
    for (const mailbox of [SOURCE, ...everyone])
      stage.simulator.faults.add({ kind: 'deltaExpired', mailbox, times: 1 });
  });
  const before = await everyCopy();
  await settled(system, true);
  await until('all is right', isRight, 20_000);
  expect(await everyCopy()).toEqual(before);
  await expectRight();
});
