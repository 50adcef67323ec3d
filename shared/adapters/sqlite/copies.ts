import type { SQLInputValue, SQLOutputValue } from 'node:sqlite';
import type { Copy, CopyExtra } from '#core/copy';
import type { Database } from './database.ts';
import { type Numbered, type Prefix, Prefixes } from './prefixes.ts';

type Row = Record<string, SQLOutputValue>;

/** SQL of the table, format 1. One page holds some sixty copies of one endpoint. */
export const createCopies = `
CREATE TABLE copy_record (
  endpoint INTEGER NOT NULL, number INTEGER NOT NULL, prefix INTEGER NOT NULL, item TEXT NOT NULL, etag TEXT NOT NULL,
  seen NOT NULL, written INTEGER NOT NULL, absent INTEGER, extra TEXT,
  PRIMARY KEY (endpoint, number)
) WITHOUT ROWID`;

const SEEN_BYTES = 8;

/** Eight bytes when it is such a hash; any other text as it is. */
function packSeen(seen: string): SQLInputValue {
  const bytes = Buffer.from(seen, 'base64url');
  return bytes.length === SEEN_BYTES && bytes.toString('base64url') === seen ? bytes : seen;
}

const unpackSeen = (seen: SQLOutputValue | undefined): string =>
  seen instanceof Uint8Array
    ? Buffer.from(seen.buffer, seen.byteOffset, seen.length).toString('base64url')
    : String(seen);

function decode(row: Row, prefix: Prefix | undefined): Copy {
  const extra = row['extra'];
  return {
    item: (prefix?.item ?? '') + String(row['item']),
    etag: (prefix?.etag ?? '') + String(row['etag']),
    seen: unpackSeen(row['seen']),
    written: Number(row['written']),
    ...(row['absent'] === null ? {} : { absent: true }),
    ...(typeof extra === 'string' ? { extra: JSON.parse(extra) as CopyExtra } : {}),
  };
}

/** Copies of endpoints: some 60 bytes each instead of 200 (DESIGN section 8). Runs inside the caller's transaction. */
export class Copies {
  readonly #db: Database;
  readonly #prefixes: Prefixes;

  constructor(db: Database) {
    this.#db = db;
    this.#prefixes = new Prefixes(db);
  }

  /** To be called after a rollback. */
  forget(): void {
    this.#prefixes.forget();
  }

  put(endpoint: string, slots: ReadonlyMap<number, Copy | null>): void {
    if (slots.size === 0) return;
    const numbered = this.#prefixes.findOrAdd(endpoint);
    const present = [...slots.values()].filter((copy) => copy !== null);
    this.#prefixes.learn(numbered, present.length === 1 ? [...present, ...this.#anyOther(numbered)] : present);
    for (const [number, copy] of slots) {
      if (copy) this.#putOne(numbered, number, copy);
      else this.#db.statement('DELETE FROM copy_record WHERE endpoint = ? AND number = ?').run(numbered.id, number);
    }
  }

  /** Copies that come one by one show what they have in common only beside another. */
  #anyOther(endpoint: Numbered): Copy[] {
    const row = this.#db.statement('SELECT * FROM copy_record WHERE endpoint = ? LIMIT 1').get(endpoint.id);
    return row ? [decode(row, this.#prefixOf(endpoint, row))] : [];
  }

  #putOne(endpoint: Numbered, number: number, copy: Copy): void {
    const prefix = this.#prefixes.best(endpoint, copy);
    this.#db
      .statement('INSERT OR REPLACE INTO copy_record VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)')
      .run(
        endpoint.id,
        number,
        prefix.id,
        copy.item.slice(prefix.item.length),
        copy.etag.slice(prefix.etag.length),
        packSeen(copy.seen),
        copy.written,
        copy.absent ? 1 : null,
        copy.extra ? JSON.stringify(copy.extra) : null,
      );
  }

  removeAll(endpoint: string): void {
    const numbered = this.#prefixes.find(endpoint);
    if (!numbered) return;
    this.#db.statement('DELETE FROM copy_record WHERE endpoint = ?').run(numbered.id);
    this.#prefixes.remove(endpoint, numbered);
  }

  all(endpoint: string): Map<number, Copy> {
    return this.#read(endpoint, 'SELECT * FROM copy_record WHERE endpoint = ? ORDER BY number', () => [[]]);
  }

  byNumber(endpoint: string, numbers: readonly number[]): Map<number, Copy> {
    const sql = 'SELECT * FROM copy_record WHERE endpoint = ? AND number IN (SELECT value FROM json_each(?))';
    return this.#read(endpoint, sql, () => [[JSON.stringify(numbers)]]);
  }

  /** Scans the pages of this endpoint inside SQLite, some 0.1 us a copy, and decodes only what fits. */
  byItem(endpoint: string, items: readonly string[]): Map<number, Copy> {
    const sql =
      'SELECT * FROM copy_record WHERE endpoint = ? AND prefix = ? AND item IN (SELECT value FROM json_each(?))';
    return this.#read(endpoint, sql, ({ prefixes }) =>
      [{ id: 0, item: '' }, ...prefixes].flatMap(({ id, item }) => {
        const tails = items.filter((text) => text.startsWith(item)).map((text) => text.slice(item.length));
        return tails.length > 0 ? [[id, JSON.stringify(tails)]] : [];
      }),
    );
  }

  #read(
    endpoint: string,
    sql: string,
    runs: (numbered: Numbered) => readonly (readonly SQLInputValue[])[],
  ): Map<number, Copy> {
    const found = new Map<number, Copy>();
    const numbered = this.#prefixes.find(endpoint);
    if (!numbered) return found;
    for (const parameters of runs(numbered))
      for (const row of this.#db.statement(sql).iterate(numbered.id, ...parameters))
        found.set(Number(row['number']), decode(row, this.#prefixOf(numbered, row)));
    return found;
  }

  #prefixOf(endpoint: Numbered, row: Row): Prefix | undefined {
    return endpoint.prefixes.find(({ id }) => id === row['prefix']);
  }
}
