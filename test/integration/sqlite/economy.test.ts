import { statSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test, vi } from 'vitest';
import { type Database, openDatabase } from '#adapters/sqlite/database';
import { GroupCommit } from '#adapters/sqlite/group-commit';
import { openQueue, SqliteQueue } from '#adapters/sqlite/queue';
import { queueSchema } from '#adapters/sqlite/queue-table';
import { openStore, SqliteStore, storeSchema } from '#adapters/sqlite/store';
import { look } from '../../conformance/queue-reader.ts';
import { copyOf, insertFact, mbx } from '../../conformance/sample-records.ts';
import { testFolder } from './folder.ts';

const newFile = (): string => join(testFolder(), 'data.sqlite');

const countCommits = (db: Database): (() => number) => {
  const statement = vi.spyOn(db, 'statement');
  return () => statement.mock.calls.filter(([sql]) => sql === 'COMMIT').length;
};

test('writes that come together share one commit, and a full transaction does not wait for more', async () => {
  const db = openDatabase(newFile(), storeSchema);
  const store = new SqliteStore(db);
  const commits = countCommits(db);
  await Promise.all(Array.from({ length: 100 }, (_, i) => store.write([[insertFact(`a${i}`, i)]])));
  expect(commits()).toBe(1);
  await Promise.all(Array.from({ length: 1000 }, (_, i) => store.write([[insertFact(`b${i}`, i)]])));
  expect(commits()).toBe(6);
  await store.close();
});

test('one write of many rows is one transaction', async () => {
  const db = openDatabase(newFile(), storeSchema);
  const store = new SqliteStore(db);
  const commits = countCommits(db);
  await store.write(
    Array.from({ length: 50 }, (_, group) => Array.from({ length: 50 }, (_u, i) => insertFact(`${group}/${i}`, i))),
  );
  expect(commits()).toBe(1);
  await store.close();
});

test('when the commit itself fails, every job of it is told and none is stored', async () => {
  const db = openDatabase(newFile(), storeSchema);
  db.exec(
    'PRAGMA foreign_keys = ON; CREATE TABLE parent (id INTEGER PRIMARY KEY); CREATE TABLE child (id REFERENCES parent DEFERRABLE INITIALLY DEFERRED)',
  );
  let undone = 0;
  const commit = new GroupCommit(db, () => undone++);
  const good = commit.submit(1, () => db.exec('INSERT INTO parent VALUES (1)'));
  const orphan = commit.submit(1, () => db.exec('INSERT INTO child VALUES (7)'));
  await expect(good).rejects.toThrow('FOREIGN KEY');
  await expect(orphan).rejects.toThrow('FOREIGN KEY');
  expect(undone).toBe(1);
  expect(db.statement('SELECT count(*) AS n FROM parent').get()).toMatchObject({ n: 0 });
  await commit.submit(1, () => db.exec('INSERT INTO parent VALUES (2)'));
  expect(db.statement('SELECT id FROM parent').get()).toMatchObject({ id: 2 });
  db.close();
});

test('what was written before the close is stored by it', async () => {
  const file = newFile();
  const store = await openStore({ file });
  const writing = Promise.all([1, 2, 3].map((i) => store.write([[insertFact(`x${i}`, i)]])));
  await store.close();
  expect(await writing).toEqual([[['inserted']], [['inserted']], [['inserted']]]);
  const again = await openStore({ file });
  expect(await again.range('fact', 'x', 'y', 9)).toHaveLength(3);
  await again.close();
});

test.each([
  ['by twenties', 20],
  ['one by one', 1],
])('DESIGN 8: a copy takes at most 200 bytes of the file, written %s', async (_how, step) => {
  const file = newFile();
  await (await openStore({ file })).close();
  const empty = statSync(file).size;
  const store = await openStore({ file });
  const endpoints = 100;
  const copies = 100;
  for (let n = 0; n < copies; n += step) {
    const calls = Array.from({ length: endpoints }, (_, e) => {
      const slots = new Map(Array.from({ length: step }, (_u, i) => [n + i, copyOf(e * 1000 + n + i)] as const));
      return store.write([[{ op: 'copies', endpoint: mbx(e), token: 1, slots }]]);
    });
    await Promise.all(calls);
  }
  await store.close();
  const each = (statSync(file).size - empty) / (endpoints * copies);
  expect(each).toBeLessThan(200);
  // With ids like Graph's, two thirds of which are the same in one folder, it is far less.
  expect(each).toBeLessThan(100);
});

test('ids that have less in common than the first ones did are still stored short and read right', async () => {
  const store = await openStore({ file: ':memory:' });
  const items = [
    'folderfolderfolder-aaaa-1',
    'folderfolderfolder-aaaa-2',
    'folderfolderfolder-ab',
    'folderfolderfolder-b',
    'other',
    'folderfolderfolder',
    'folder',
  ];
  for (const [i, item] of items.entries())
    await store.write([[{ op: 'copies', endpoint: 'p/m/f', token: 1, slots: new Map([[i, copyOf(i, { item })]]) }]]);
  const found = await store.copies('p/m/f');
  expect([...found.values()].map(({ item }) => item)).toEqual(items);
  for (const [i, item] of items.entries()) expect([...(await store.copiesByItem('p/m/f', [item])).keys()]).toEqual([i]);
  await store.close();
});

test('a write that fails late takes all of its groups back, and what was remembered of them', async () => {
  const file = newFile();
  const store = await openStore({ file });
  const slots = new Map([1, 2, 3].map((n) => [n, copyOf(n)] as const));
  const circle: { self?: unknown } = {};
  circle.self = circle;
  await expect(
    store.write([[{ op: 'copies', endpoint: 'p/m/f', token: 1, slots }], [insertFact('bad', circle)]]),
  ).rejects.toThrow();
  expect(await store.copies('p/m/f')).toEqual(new Map());
  await store.write([[{ op: 'copies', endpoint: 'p/other/f', token: 1, slots }]]);
  await store.write([[{ op: 'copies', endpoint: 'p/m/f', token: 1, slots }]]);
  await store.close();
  const again = await openStore({ file });
  expect(await again.copies('p/m/f')).toEqual(slots);
  expect(await again.copies('p/other/f')).toEqual(slots);
  await again.close();
});

test('what goes to all shards is stored once, and is gone when the last shard has settled it', async () => {
  const shards = Array.from({ length: 64 }, (_, i) => String(i).padStart(2, '0'));
  const db = openDatabase(newFile(), queueSchema);
  const queue = new SqliteQueue(db, { file: db.file, shards });
  const count = (table: string) => db.statement(`SELECT count(*) AS n FROM ${table}`).get()?.['n'];
  await queue.publish([{ signal: look(1), shard: 'all' }]);
  expect([count('shared'), count('entry')]).toEqual([1, 64]);
  for (const shard of shards)
    await queue.consume(shard, ({ ack }) => ack(), { prefetch: 1, spoiled: async () => undefined });
  await vi.waitFor(() => expect([count('shared'), count('entry')]).toEqual([0, 0]));
  await queue.close();
});

test('an acknowledgement that the file refuses is not handed out again, and is stored with the next one', async () => {
  const file = newFile();
  const db = openDatabase(file, queueSchema);
  const queue = new SqliteQueue(db, { file, shards: ['00'] });
  const acks: (() => void)[] = [];
  await queue.publish([1, 2].map((n) => ({ signal: look(n), shard: '00' })));
  const consumer = await queue.consume('00', ({ ack }) => acks.push(ack), {
    prefetch: 9,
    spoiled: async () => undefined,
  });
  await vi.waitFor(() => expect(acks).toHaveLength(2));
  db.exec('PRAGMA query_only = 1');
  acks[1]?.();
  await consumer.close();
  expect(await queue.depths()).toMatchObject([{ ready: 1, unacked: 0 }]);
  db.exec('PRAGMA query_only = 0');
  const again: number[] = [];
  await queue.consume('00', ({ signal, ack }) => again.push(signal.at) && ack(), {
    prefetch: 9,
    spoiled: async () => undefined,
  });
  await vi.waitFor(async () => expect(await queue.depths()).toMatchObject([{ ready: 0, unacked: 0 }]));
  await queue.close();
  expect(again).toEqual([1]);
  const after = await openQueue({ file, shards: ['00'] });
  expect(await after.depths()).toMatchObject([{ ready: 0 }]);
  await after.close();
});

test('ten thousand copies are searched by item without decoding them', async () => {
  const store = await openStore({ file: ':memory:' });
  const slots = new Map(Array.from({ length: 10_000 }, (_, i) => [i, copyOf(i)] as const));
  await store.write([[{ op: 'copies', endpoint: 'p/m/f', token: 1, slots }]]);
  const timed = async (work: () => Promise<unknown>): Promise<number> => {
    const start = performance.now();
    for (let i = 0; i < 10; i++) await work();
    return performance.now() - start;
  };
  const all = await timed(() => store.copies('p/m/f'));
  const some = await timed(() => store.copiesByItem('p/m/f', [copyOf(17).item, copyOf(9000).item]));
  expect(some).toBeLessThan(all / 3);
  await store.close();
});
