import type { Copy } from '#core/copy';
import type { RecordKind, RecordKinds } from '#core/records';
import type { Bound, Indexes, IndexName, Outcome, Put, Stored, Write } from '#ports/store';
import { SortedKeys } from './sorted-keys.ts';

type AnyRecord = Readonly<Record<string, unknown>>;
type Tuple = readonly (string | number | null)[];

interface Table {
  readonly keys: SortedKeys;
  readonly records: Map<string, AnyRecord>;
}

const FENCED: ReadonlySet<string> = new Set(['shard', 'endpoint', 'retry', 'hold', 'run', 'subscription']);

/** What an index sorts by; a null keeps a record out of it. */
const indexed: {
  readonly [I in IndexName]: readonly [kind: Indexes[I], tuple: (record: RecordKinds[Indexes[I]]) => Tuple];
} = {
  'commit.time': ['commit', (r) => [r.time]],
  'endpoint.shard': ['endpoint', (r) => [r.shard, r.state === 'left' ? null : r.dueAt]],
  'member.shard': ['member', (r) => [r.shard]],
  'retry.due': ['retry', (r) => [r.shard, r.due]],
  'retry.parked': ['retry', (r) => [r.policy, r.due === null ? r.since : null]],
  'order.state': ['order', (r) => [r.state, r.at]],
  'hold.state': ['hold', (r) => [r.state, r.since]],
  'subscription.expiry': ['subscription', (r) => [r.expires]],
};

/** Compares only what both have: a shorter bound begins before, and ends behind, all that begins with it. */
function compare(a: Tuple, b: Tuple): number {
  for (let i = 0; i < Math.min(a.length, b.length); i++) {
    const [x, y] = [a[i] ?? '', b[i] ?? ''];
    if (x !== y) return x < y ? -1 : 1;
  }
  return 0;
}

const asOnDisk = <T>(value: T): T => JSON.parse(JSON.stringify(value)) as T;

/** The write with its content as it would come back from a disk; throws for what JSON cannot hold. */
export function sealed(write: Write): Write {
  if (write.op !== 'copies') return asOnDisk(write);
  return { ...write, slots: new Map([...write.slots].map(([number, copy]) => [number, asOnDisk(copy)])) };
}

/** The data of a store, in memory: each write (sealed before) and read as the port defines it, at once. */
export class MemoryRecords {
  readonly #tables = new Map<RecordKind, Table>();
  readonly #copies = new Map<string, Map<number, Copy>>();

  #table(kind: RecordKind): Table {
    let table = this.#tables.get(kind);
    if (!table) {
      table = { keys: new SortedKeys(), records: new Map() };
      this.#tables.set(kind, table);
    }
    return table;
  }

  #set(kind: RecordKind, key: string, record: AnyRecord): void {
    const { keys, records } = this.#table(kind);
    if (!records.has(key)) keys.add(key);
    records.set(key, record);
  }

  #token(kind: RecordKind, key: string): number | undefined {
    const token = this.#table(kind).records.get(key)?.['token'];
    return typeof token === 'number' ? token : undefined;
  }

  /** Carries out one write. */
  apply(write: Write): Outcome {
    switch (write.op) {
      case 'insert':
        if (this.#table(write.kind).records.has(write.key)) return 'exists';
        this.#set(write.kind, write.key, write.record as unknown as AnyRecord);
        return 'inserted';
      case 'put':
        return this.#put(write);
      case 'replace':
        this.#set(write.kind, write.key, write.record as unknown as AnyRecord);
        return 'stored';
      case 'take':
        if ((this.#token('shard', write.shard) ?? 0) !== write.expect) return 'fenced';
        this.#set('shard', write.shard, { owner: write.owner, token: write.token });
        return 'stored';
      case 'raise':
        return this.#raise(write.shard, write.token);
      case 'remove':
        return this.#remove(write.kind, write.key, write.token);
      case 'copies':
      case 'remove copies':
        return this.#copy(write);
    }
  }

  #put({ kind, key, token, set, create }: Put): Outcome {
    const before = this.#table(kind).records.get(key);
    if (!before && !create) return 'fenced';
    if ((this.#token(kind, key) ?? 0) > token) return 'fenced';
    this.#set(kind, key, { ...before, ...set, token });
    return 'stored';
  }

  #raise(shard: string, token: number): Outcome {
    for (const [key, record] of this.#table('endpoint').records)
      if (record['shard'] === shard && (record['token'] as number) < token)
        this.#set('endpoint', key, { ...record, token });
    return 'stored';
  }

  #remove(kind: RecordKind, key: string, token: number | undefined): Outcome {
    if (token !== undefined && FENCED.has(kind) && (this.#token(kind, key) ?? 0) > token) return 'fenced';
    const { keys, records } = this.#table(kind);
    if (records.delete(key)) keys.remove(key);
    return 'stored';
  }

  #copy(write: Extract<Write, { op: 'copies' | 'remove copies' }>): Outcome {
    if ((this.#token('endpoint', write.endpoint) ?? 0) > write.token) return 'fenced';
    if (write.op === 'remove copies') this.#copies.delete(write.endpoint);
    else {
      const slots = this.#copies.get(write.endpoint) ?? new Map<number, Copy>();
      this.#copies.set(write.endpoint, slots);
      for (const [number, copy] of write.slots)
        if (copy) slots.set(number, copy);
        else slots.delete(number);
    }
    return 'stored';
  }

  get<K extends RecordKind>(kind: K, key: string): RecordKinds[K] | undefined {
    return this.#table(kind).records.get(key) as RecordKinds[K] | undefined;
  }

  range<K extends RecordKind>(kind: K, from: string, to: string, limit: number, descending: boolean): Stored<K>[] {
    const { keys, records } = this.#table(kind);
    return keys
      .between(from, to, limit, descending)
      .map((key) => ({ key, record: records.get(key) as unknown as RecordKinds[K] }));
  }

  find<I extends IndexName>(index: I, from: Bound, to: Bound, limit: number): Stored<Indexes[I]>[] {
    const [kind, tuple] = indexed[index];
    const { keys, records } = this.#table(kind);
    const found: { tuple: Tuple; stored: Stored<Indexes[I]> }[] = [];
    for (const key of keys.all()) {
      const record = records.get(key) as unknown as RecordKinds[Indexes[I]];
      const at = tuple(record);
      if (at.includes(null) || compare(at, from) < 0 || compare(at, to) > 0) continue;
      found.push({ tuple: at, stored: { key, record } });
    }
    return found
      .sort((a, b) => compare(a.tuple, b.tuple))
      .slice(0, limit)
      .map(({ stored }) => stored);
  }

  copies(endpoint: string, wanted: (number: number, copy: Copy) => boolean): Map<number, Copy> {
    return new Map([...(this.#copies.get(endpoint) ?? [])].filter(([number, copy]) => wanted(number, copy)));
  }

  /** Loses everything, as a store that was deleted. */
  wipe(): void {
    this.#tables.clear();
    this.#copies.clear();
  }

  /** A copy of all that is there now, as a backup. */
  backup(): () => void {
    const tables = [...this.#tables].map(([kind, { records }]) => [kind, [...records]] as const);
    const copies = [...this.#copies].map(([endpoint, slots]) => [endpoint, [...slots]] as const);
    return () => {
      this.wipe();
      for (const [kind, records] of tables) for (const [key, record] of records) this.#set(kind, key, record);
      for (const [endpoint, slots] of copies) this.#copies.set(endpoint, new Map(slots));
    };
  }
}
