import type { RecordKind, RecordKinds } from '#core/records';
import type { IndexName } from '#ports/store';

export type Column = string | number | null;

/** How a kind of record lies in its table: key, columns that something asks for, and the body as JSON. */
export interface Table<K extends RecordKind> {
  readonly columns: Readonly<Record<string, (record: RecordKinds[K]) => Column>>;
  /** Owned: has a token column that fences, and whose value replaces the body's. */
  readonly fenced?: true;
  /**
   * Rows of kilobytes: in a table with row ids, since a WITHOUT ROWID b-tree keeps rows in its inner pages, too, and
   * grows deep with large ones (sqlite.org/withoutrowid.html).
   */
  readonly bulky?: true;
  /** The body is deflated when that pays. */
  readonly packed?: true;
}

export const tables: { readonly [K in RecordKind]: Table<K> } = {
  shard: { columns: {}, fenced: true },
  worker: { columns: {} },
  commit: { columns: { time: (r) => r.time }, bulky: true, packed: true },
  version: { columns: {} },
  policy: { columns: {} },
  member: { columns: { shard: (r) => r.shard } },
  endpoint: {
    columns: { shard: (r) => r.shard, due: (r) => (r.state === 'left' ? null : r.dueAt) },
    fenced: true,
  },
  retry: {
    columns: {
      shard: (r) => r.shard,
      due: (r) => r.due,
      policy: (r) => r.policy,
      parked: (r) => (r.due === null ? r.since : null),
    },
    fenced: true,
  },
  hold: { columns: { state: (r) => r.state, since: (r) => r.since }, fenced: true },
  order: { columns: { state: (r) => r.state, at: (r) => r.at } },
  run: { columns: {}, fenced: true },
  subscription: { columns: { expires: (r) => r.expires }, fenced: true },
  letter: { columns: {} },
  blob: { columns: {}, bulky: true },
  plan: { columns: {}, bulky: true, packed: true },
  fact: { columns: {} },
};

interface Index {
  readonly kind: RecordKind;
  readonly columns: readonly string[];
}

/** Rows with a null in the last column are not found by an index. */
export const indexes: { readonly [I in IndexName]: Index } = {
  'commit.time': { kind: 'commit', columns: ['time'] },
  'endpoint.shard': { kind: 'endpoint', columns: ['shard', 'due'] },
  'member.shard': { kind: 'member', columns: ['shard'] },
  'retry.due': { kind: 'retry', columns: ['shard', 'due'] },
  'retry.parked': { kind: 'retry', columns: ['policy', 'parked'] },
  'order.state': { kind: 'order', columns: ['state', 'at'] },
  'hold.state': { kind: 'hold', columns: ['state', 'since'] },
  'subscription.expiry': { kind: 'subscription', columns: ['expires'] },
};

/** Table name of a kind; some kinds are words of SQL. */
export const tableName = (kind: RecordKind): string => `${kind}_record`;

/** Names of the columns between key and body. */
export const columnNames = (kind: RecordKind): string[] => [
  ...(tables[kind].fenced ? ['token'] : []),
  ...Object.keys(tables[kind].columns),
];

function createTable(kind: RecordKind): string {
  const columns = columnNames(kind).map((name) => `${name},`);
  const tail = tables[kind].bulky ? '' : ' WITHOUT ROWID';
  return `CREATE TABLE ${tableName(kind)} (key TEXT NOT NULL PRIMARY KEY, ${columns.join(' ')} body NOT NULL)${tail}`;
}

function createIndex(name: string, { kind, columns }: Index): string {
  // Endpoints that are left are still raised by shard.
  const partial = kind === 'endpoint' ? '' : ` WHERE ${columns.at(-1)} IS NOT NULL`;
  return `CREATE INDEX "${name}" ON ${tableName(kind)} (${columns.join(', ')})${partial}`;
}

const kinds = Object.keys(tables) as RecordKind[];

/** SQL that makes the tables and indexes of all kinds, format 1. A later format gets its own step: this one never changes. */
export const createRecords: string = [
  ...kinds.map(createTable),
  ...Object.entries(indexes).map(([name, index]) => createIndex(name, index)),
].join(';\n');
