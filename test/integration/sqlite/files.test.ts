import { mkdirSync, openSync, readFileSync, statSync, writeFileSync, writeSync } from 'node:fs';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { expect, test } from 'vitest';
import { openDatabase, type Schema } from '#adapters/sqlite/database';
import { openQueue } from '#adapters/sqlite/queue';
import { openStore, SqliteStore, storeSchema } from '#adapters/sqlite/store';
import { StoreUnavailable } from '#ports/errors';
import { copyOf, insertFact } from '../../conformance/sample-records.ts';
import { testFolder } from './folder.ts';

const newFile = (): string => join(testFolder(), 'store.sqlite');

async function expectRefused(file: string, sentence: string): Promise<void> {
  const error: unknown = await openStore({ file }).catch((e: unknown) => e);
  expect(error).toBeInstanceOf(StoreUnavailable);
  expect((error as Error).message).toContain(sentence);
  expect((error as Error).message).toContain(file);
}

test('L-07: a file of a newer version is refused with a sentence, and not a byte of it changes', async () => {
  const file = newFile();
  await (await openStore({ file })).close();
  const db = new DatabaseSync(file);
  db.exec('PRAGMA journal_mode = DELETE; PRAGMA user_version = 2');
  db.close();
  const before = readFileSync(file);
  await expectRefused(file, 'was written by a newer Cardwire (format 2, this one knows 1)');
  expect(readFileSync(file).equals(before)).toBe(true);
});

test('L-07: an older file is brought forward step by step and keeps its content; a step that fails leaves it as it was', () => {
  const file = newFile();
  const first: Schema = { name: 'store', application: 77, steps: ['CREATE TABLE a (x)'] };
  const one = openDatabase(file, first);
  one.exec('INSERT INTO a VALUES (5)');
  one.close();
  const broken = { ...first, steps: [...first.steps, 'CREATE TABLE b (y); INSERT INTO nowhere VALUES (1)'] };
  expect(() => openDatabase(file, broken)).toThrow(StoreUnavailable);
  const good = {
    ...first,
    steps: [...first.steps, 'CREATE TABLE b AS SELECT x + 1 AS y FROM a', 'CREATE TABLE c (z)'],
  };
  for (let i = 0; i < 2; i++) {
    const db = openDatabase(file, good);
    expect(db.statement('SELECT y FROM b').get()).toMatchObject({ y: 6 });
    expect(db.statement('PRAGMA user_version').get()).toMatchObject({ user_version: 3 });
    db.close();
  }
  expect(() => openDatabase(file, first)).toThrow('newer Cardwire');
});

test('a file of another program, of the queue, or no database at all is refused and left alone', async () => {
  const folder = testFolder();
  const foreign = join(folder, 'foreign.sqlite');
  const db = new DatabaseSync(foreign);
  db.exec('CREATE TABLE theirs (x); INSERT INTO theirs VALUES (1)');
  db.close();
  await expectRefused(foreign, 'is not a store of Cardwire');
  const queueFile = join(folder, 'queue.sqlite');
  await (await openQueue({ file: queueFile, shards: ['00'] })).close();
  await expectRefused(queueFile, 'is not a store of Cardwire');
  const text = join(folder, 'text.sqlite');
  writeFileSync(text, 'Dear diary, '.repeat(1000));
  await expectRefused(text, 'is not a database of Cardwire');
  expect(readFileSync(text, 'utf8')).toBe('Dear diary, '.repeat(1000));
  const directory = join(folder, 'directory.sqlite');
  mkdirSync(directory);
  await expectRefused(directory, 'cannot be opened');
  await expectRefused(join(text, 'below a file', 'store.sqlite'), 'cannot be made');
});

test('a missing folder is made', async () => {
  const file = join(testFolder(), 'a', 'b', 'store.sqlite');
  const store = await openStore({ file });
  expect(await store.write([[insertFact('x', 1)]])).toEqual([['inserted']]);
  await store.close();
});

test('a damaged file is named when the damage is met', async () => {
  const file = newFile();
  const store = await openStore({ file });
  await store.write([Array.from({ length: 5000 }, (_, i) => insertFact(`k${i}`, 'x'.repeat(100)))]);
  await store.close();
  const handle = openSync(file, 'r+');
  const junk = Buffer.alloc(4096, 0xa5);
  // The first pages hold the schema.
  for (let at = 4096 * 80; at < statSync(file).size; at += 4096) writeSync(handle, junk, 0, 4096, at);
  const damaged = await openStore({ file });
  const reading = damaged.range('fact', 'k', 'l', 10_000);
  await expect(reading).rejects.toThrow(StoreUnavailable);
  await expect(damaged.range('fact', 'k', 'l', 10_000)).rejects.toThrow(`${file} is damaged: restore it`);
  await damaged.close();
});

test('on a full disk nothing of a write is stored, the error says so, and with space again all goes on', async () => {
  const file = newFile();
  const db = openDatabase(file, storeSchema);
  const store = new SqliteStore(db);
  await store.write([[insertFact('before', 1)]]);
  // SQLite's own limit answers exactly as a full disk does (SQLITE_FULL).
  const pages = Number(db.statement('PRAGMA page_count').get()?.['page_count']);
  db.exec(`PRAGMA max_page_count = ${pages + 5}`);
  const slots = new Map(Array.from({ length: 3000 }, (_, i) => [i, copyOf(i)] as const));
  const big = store.write([[insertFact('first', 1)], [{ op: 'copies', endpoint: 'p/m/f', token: 1, slots }]]);
  await expect(big).rejects.toThrow(StoreUnavailable);
  await expect(big).rejects.toThrow(`The disk is full: free space on the volume that holds ${file}`);
  expect(await store.get('fact', ['before', 'first'])).toEqual([{ value: 1 }, undefined]);
  expect(await store.copies('p/m/f')).toEqual(new Map());
  expect(await store.write([[insertFact('small', 1)]])).toEqual([['inserted']]);
  db.exec('PRAGMA max_page_count = 1000000');
  await store.write([[insertFact('first', 1)], [{ op: 'copies', endpoint: 'p/m/f', token: 1, slots }]]);
  expect(await store.copies('p/m/f')).toEqual(slots);
  await store.close();
});

test('a file that may not be written says so, and can still be read', async () => {
  const file = newFile();
  const db = openDatabase(file, storeSchema);
  const store = new SqliteStore(db);
  await store.write([[insertFact('x', 1)]]);
  db.exec('PRAGMA query_only = 1');
  await expect(store.write([[insertFact('y', 1)]])).rejects.toThrow(
    `${file} cannot be written: give the service's account`,
  );
  expect(await store.get('fact', ['x', 'y'])).toEqual([{ value: 1 }, undefined]);
  await store.close();
});

test('a file that another process is writing answers after its patience, and goes on later', async () => {
  const file = newFile();
  const store = await openStore({ file });
  const other = new DatabaseSync(file);
  other.exec('BEGIN IMMEDIATE');
  await expect(store.write([[insertFact('x', 1)]])).rejects.toThrow('is locked by another process');
  other.exec('ROLLBACK');
  expect(await store.write([[insertFact('x', 1)]])).toEqual([['inserted']]);
  other.close();
  await store.close();
});
