import type { Copy } from '#core/copy';
import type { RecordKind, RecordKinds } from '#core/records';
import type { Bound, Indexes, IndexName, Outcome, Store, Stored, Write } from '#ports/store';
import { Copies, createCopies } from './copies.ts';
import { type Database, openDatabase, type Schema } from './database.ts';
import { GroupCommit } from './group-commit.ts';
import { createRecords } from './layout.ts';
import { createPrefixes } from './prefixes.ts';
import { Records } from './records.ts';
import { applyWrite } from './writes.ts';

/** Format of the store's file. */
export const storeSchema: Schema = {
  name: 'store',
  application: 0x63_77_73_74,
  steps: [[createRecords, createPrefixes, createCopies].join(';\n')],
};

const rowsOf = (write: Write): number => (write.op === 'copies' ? Math.max(1, write.slots.size) : 1);

/** The Store port on one SQLite file. Reads see what is committed; all groups of one write are one transaction. */
export class SqliteStore implements Store {
  readonly #db: Database;
  readonly #records: Records;
  readonly #copies: Copies;
  readonly #commit: GroupCommit;

  constructor(db: Database) {
    this.#db = db;
    this.#records = new Records(db);
    this.#copies = new Copies(db);
    this.#commit = new GroupCommit(db, () => this.#copies.forget());
  }

  async write(groups: readonly (readonly Write[])[]): Promise<Outcome[][]> {
    const rows = groups.flat().reduce((sum, write) => sum + rowsOf(write), 0);
    if (rows === 0) return groups.map(() => []);
    const tables = { records: this.#records, copies: this.#copies };
    return this.#commit.submit(rows, () => groups.map((group) => group.map((write) => applyWrite(tables, write))));
  }

  async get<K extends RecordKind>(kind: K, keys: readonly string[]): Promise<(RecordKinds[K] | undefined)[]> {
    return this.#db.guard(() => keys.map((key) => this.#records.get(kind, key)));
  }

  async range<K extends RecordKind>(
    kind: K,
    from: string,
    to: string,
    limit: number,
    order: 'ascending' | 'descending' = 'ascending',
  ): Promise<Stored<K>[]> {
    return this.#db.guard(() => this.#records.range(kind, from, to, limit, order === 'descending'));
  }

  async find<I extends IndexName>(index: I, from: Bound, to: Bound, limit: number): Promise<Stored<Indexes[I]>[]> {
    return this.#db.guard(() => this.#records.find(index, from, to, limit));
  }

  async copies(endpoint: string, numbers?: readonly number[]): Promise<Map<number, Copy>> {
    return this.#db.guard(() => (numbers ? this.#copies.byNumber(endpoint, numbers) : this.#copies.all(endpoint)));
  }

  async copiesByItem(endpoint: string, items: readonly string[]): Promise<Map<number, Copy>> {
    return this.#db.guard(() => this.#copies.byItem(endpoint, items));
  }

  async close(): Promise<void> {
    this.#commit.close();
    this.#db.close();
  }
}

/**
 * Opens or makes a store at `file` (`:memory:` for one that ends with the process). Throws StoreUnavailable with a
 * sentence that names file and fix: newer format (L-07), foreign or damaged file, no rights, full disk.
 */
export async function openStore(options: { readonly file: string }): Promise<Store> {
  return new SqliteStore(openDatabase(options.file, storeSchema));
}
