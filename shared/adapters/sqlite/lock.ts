import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { StoreUnavailable } from '#ports/errors';
import { storeFailure } from './failures.ts';

const SQLITE_BUSY = 5;

/** Another process works on the data folder. The message is a sentence for a person. */
export class FolderLocked extends Error {
  override readonly name = 'FolderLocked';
}

export interface FolderLock {
  /** The former owner did not release: it crashed, was killed, or lost power. Its last calls may still take effect. */
  readonly uncleanBefore: boolean;
  /** Gives the folder back; a second call does nothing. */
  release(): void;
}

const isBusy = (error: unknown): boolean =>
  error instanceof Error && 'errcode' in error && (Number(error.errcode) & 0xff) === SQLITE_BUSY;

/** Takes the lock and notes in the file that it is taken: the note outlives a crash, the lock does not. */
function take(db: DatabaseSync): boolean {
  // In this mode the lock that the first transaction takes is kept until the connection closes (sqlite.org/pragma.html#pragma_locking_mode).
  db.exec('PRAGMA locking_mode = EXCLUSIVE; BEGIN EXCLUSIVE; CREATE TABLE IF NOT EXISTS held (held INTEGER)');
  const before = db.prepare('SELECT 1 FROM held').get();
  if (!before) db.exec('INSERT INTO held VALUES (1)');
  db.exec('COMMIT');
  return before !== undefined;
}

/**
 * Locks a data folder for this process, and makes it when it is missing. The lock is one that the operating system
 * holds on `lock.sqlite` and frees when the process dies, on Linux and Windows. Nothing else may open that file: on
 * POSIX, closing any handle to it drops the lock. Throws FolderLocked, or StoreUnavailable when the folder is unusable.
 */
export function lockFolder(path: string): FolderLock {
  const file = join(path, 'lock.sqlite');
  let db: DatabaseSync | undefined;
  try {
    mkdirSync(path, { recursive: true });
    const held = new DatabaseSync(file, { timeout: 0 });
    db = held;
    const uncleanBefore = take(held);
    return { uncleanBefore, release: () => release(held) };
  } catch (error) {
    if (db?.isOpen) db.close();
    if (isBusy(error))
      throw new FolderLocked(
        `The data folder ${path} is in use by another Cardwire process: stop that one first, or name another folder`,
        { cause: error },
      );
    if (db) throw storeFailure(error, file);
    throw new StoreUnavailable(`The data folder ${path} cannot be used: check the path and the account's rights`, {
      cause: error,
    });
  }
}

function release(db: DatabaseSync): void {
  if (!db.isOpen) return;
  try {
    db.exec('DELETE FROM held');
  } catch {
    // On a full disk the note stays: the next owner waits once for calls that nobody has sent.
  }
  db.close();
}
