import { mkdirSync } from 'node:fs';
import { dirname } from 'node:path';
import { DatabaseSync, type StatementSync } from 'node:sqlite';
import { StoreUnavailable } from '#ports/errors';
import { storeFailure } from './failures.ts';

/** How long a call waits for another process that is writing. The event loop stands still meanwhile. */
const BUSY_MS = 2000;
/** Page cache: holds the inner pages of some million copies. */
const CACHE_KIB = 32_000;

/** What kind of file it is, and how to make it. */
export interface Schema {
  /** In words, for sentences: `store`. */
  readonly name: string;
  /** Stored in the file, so that one kind of file is never taken for another (sqlite.org/pragma.html#pragma_application_id). */
  readonly application: number;
  /** `steps[n]` leads from version n to n + 1. */
  readonly steps: readonly string[];
}

/** An open file with its prepared statements. Every failure comes as StoreUnavailable. */
export class Database {
  readonly file: string;
  readonly #db: DatabaseSync;
  readonly #statements = new Map<string, StatementSync>();

  constructor(db: DatabaseSync, file: string) {
    this.#db = db;
    this.file = file;
  }

  get isOpen(): boolean {
    return this.#db.isOpen;
  }

  get isTransaction(): boolean {
    return this.#db.isTransaction;
  }

  /** Prepared once: preparing costs four times a point read (measured). */
  statement(sql: string): StatementSync {
    let statement = this.#statements.get(sql);
    if (!statement) {
      statement = this.#db.prepare(sql);
      this.#statements.set(sql, statement);
    }
    return statement;
  }

  /** Runs SQL text without results. */
  exec(sql: string): void {
    this.#db.exec(sql);
  }

  /** The answer of `work`; what SQLite throws becomes StoreUnavailable. */
  guard<T>(work: () => T): T {
    if (!this.#db.isOpen) throw new StoreUnavailable(`${this.file} is closed`);
    try {
      return work();
    } catch (error) {
      throw storeFailure(error, this.file);
    }
  }

  close(): void {
    if (this.#db.isOpen) this.guard(() => this.#db.close());
  }
}

const pragma = (db: DatabaseSync, name: string): number => Number(db.prepare(`PRAGMA ${name}`).get()?.[name]);

/** Refuses what another program, another part or a newer version wrote, before anything in the file is touched (L-07). */
function versionOf(db: DatabaseSync, file: string, schema: Schema): number {
  const version = pragma(db, 'user_version');
  const tables = db.prepare('SELECT count(*) AS n FROM sqlite_schema').get()?.['n'];
  if (version === 0 && tables === 0) return 0;
  if (pragma(db, 'application_id') !== schema.application)
    throw new StoreUnavailable(
      `${file} is not a ${schema.name} of Cardwire: move it away, or name another data folder`,
    );
  if (version > schema.steps.length)
    throw new StoreUnavailable(
      `${file} was written by a newer Cardwire (format ${version}, this one knows ${schema.steps.length}): start the newer version; nothing was changed`,
    );
  return version;
}

/** Each step with its version number in one transaction: a crash leaves a whole older file. */
function migrate(db: DatabaseSync, version: number, schema: Schema): void {
  for (let next = version; next < schema.steps.length; next++)
    db.exec(
      `BEGIN IMMEDIATE; ${schema.steps[next]}; PRAGMA application_id = ${schema.application}; PRAGMA user_version = ${next + 1}; COMMIT`,
    );
}

function makeFolder(file: string): void {
  try {
    mkdirSync(dirname(file), { recursive: true });
  } catch (cause) {
    throw new StoreUnavailable(`The folder of ${file} cannot be made: check the path and the account's rights`, {
      cause,
    });
  }
}

/**
 * Opens or makes the file (or `:memory:`), brings it to the newest version, and sets WAL with synchronous FULL: what a
 * commit answered survives loss of power. Throws StoreUnavailable with a sentence for a person.
 */
export function openDatabase(file: string, schema: Schema): Database {
  if (file !== ':memory:') makeFolder(file);
  let db: DatabaseSync | undefined;
  try {
    db = new DatabaseSync(file, { timeout: BUSY_MS });
    const version = versionOf(db, file, schema);
    db.exec(
      `PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL; PRAGMA cache_size = -${CACHE_KIB}; PRAGMA temp_store = MEMORY`,
    );
    migrate(db, version, schema);
    return new Database(db, file);
  } catch (error) {
    if (db?.isOpen) db.close();
    throw storeFailure(error, file);
  }
}
