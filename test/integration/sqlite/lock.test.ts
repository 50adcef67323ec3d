import { once } from 'node:events';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { FolderLocked, lockFolder } from '#adapters/sqlite/lock';
import { StoreUnavailable } from '#ports/errors';
import { killNow, startChild } from './children.ts';
import { testFolder } from './folder.ts';

test('a folder has one owner at a time, and a clean release leaves no trace', () => {
  const folder = join(testFolder(), 'made', 'by the lock');
  const first = lockFolder(folder);
  expect(first.uncleanBefore).toBe(false);
  expect(() => lockFolder(folder)).toThrow(FolderLocked);
  expect(() => lockFolder(folder)).toThrow(`The data folder ${folder} is in use by another Cardwire process`);
  first.release();
  first.release();
  const second = lockFolder(folder);
  expect(second.uncleanBefore).toBe(false);
  expect(() => lockFolder(folder)).toThrow(FolderLocked);
  second.release();
});

test('another process is kept out, and gets the folder when the owner is killed, told that its end was unclean', async () => {
  const folder = testFolder();
  const child = startChild('lock-holder.ts', folder);
  await once(child.stdout, 'data');
  expect(() => lockFolder(folder)).toThrow(FolderLocked);
  await killNow(child);
  const lock = lockFolder(folder);
  expect(lock.uncleanBefore).toBe(true);
  expect(() => lockFolder(folder)).toThrow(FolderLocked);
  const rival = startChild('lock-holder.ts', folder);
  expect(await once(rival, 'exit')).toEqual([3, null]);
  lock.release();
  const next = lockFolder(folder);
  expect(next.uncleanBefore).toBe(false);
  next.release();
});

test('two kills in a row are still unclean', async () => {
  const folder = testFolder();
  for (let i = 0; i < 2; i++) {
    const child = startChild('lock-holder.ts', folder);
    await once(child.stdout, 'data');
    await killNow(child);
  }
  const lock = lockFolder(folder);
  expect(lock.uncleanBefore).toBe(true);
  lock.release();
});

test('a folder that cannot be one is refused with a sentence', () => {
  const file = join(testFolder(), 'file');
  writeFileSync(file, 'text');
  expect(() => lockFolder(file)).toThrow(StoreUnavailable);
  expect(() => lockFolder(file)).toThrow(`The data folder ${file} cannot be used`);
});
