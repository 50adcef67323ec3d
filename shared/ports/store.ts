import type { Copy } from '#core/copy';
import type { RecordKind, RecordKinds, ShardKey } from '#core/records';

/** A new record under a key that nobody used. Answered `inserted`, or `exists` with nothing changed. */
export type Insert = {
  [K in RecordKind]: { readonly op: 'insert'; readonly kind: K; readonly key: string; readonly record: RecordKinds[K] };
}[RecordKind];

/**
 * Sets fields of an owned record, and its token; makes the record when it is missing and `set` is whole.
 * Answered `stored`, or `fenced` with nothing changed when the stored token is higher. A record that is missing is
 * `fenced`, too, unless `create` is given.
 */
export type Put = {
  [K in 'endpoint' | 'retry' | 'hold' | 'run' | 'subscription']: {
    readonly op: 'put';
    readonly kind: K;
    readonly key: string;
    readonly token: number;
    readonly set: Partial<RecordKinds[K]>;
    readonly create?: boolean;
  };
}['endpoint' | 'retry' | 'hold' | 'run' | 'subscription'];

/** Replaces a record that has one writer by nature (worker, member, fact, order, plan). Answered `stored`. */
export type Replace = {
  [K in 'worker' | 'member' | 'fact' | 'order' | 'plan']: {
    readonly op: 'replace';
    readonly kind: K;
    readonly key: string;
    readonly record: RecordKinds[K];
  };
}['worker' | 'member' | 'fact' | 'order' | 'plan'];

/** Compare-and-set of a shard's lease on its token. Missing counts as token 0. `stored` or `fenced`. */
export interface Take {
  readonly op: 'take';
  readonly shard: ShardKey;
  readonly expect: number;
  readonly owner: string | null;
  readonly token: number;
}

/** Lifts the token of every endpoint of the shard that has a lower one. `stored`. */
export interface Raise {
  readonly op: 'raise';
  readonly shard: ShardKey;
  readonly token: number;
}

/** Stores slots of one endpoint's copies; null removes a slot. `stored`, or `fenced` when the endpoint holds a higher token. */
export interface PutCopies {
  readonly op: 'copies';
  readonly endpoint: string;
  readonly token: number;
  readonly slots: ReadonlyMap<number, Copy | null>;
}

/** Removes a record; for owned kinds only when its token is not higher. `stored` (also when it was not there) or `fenced`. */
export interface Remove {
  readonly op: 'remove';
  readonly kind: RecordKind;
  readonly key: string;
  readonly token?: number;
}

/** Removes every copy of an endpoint, under the same fence as PutCopies. */
export interface RemoveCopies {
  readonly op: 'remove copies';
  readonly endpoint: string;
  readonly token: number;
}

export type Write = Insert | Put | Replace | Take | Raise | PutCopies | Remove | RemoveCopies;
export type Outcome = 'inserted' | 'exists' | 'stored' | 'fenced';

/**
 * Ordered ways to find records. Each maps to the tuple it sorts by; bounds are inclusive and may be shorter than the
 * tuple: a shorter `from` starts before, a shorter `to` ends behind everything that begins with it.
 */
export interface Indexes {
  /** [time] */
  'commit.time': 'commit';
  /** [shard, dueAt] of every endpoint that is not left. */
  'endpoint.shard': 'endpoint';
  /** [shard] */
  'member.shard': 'member';
  /** [shard, due] of retries that are not parked. */
  'retry.due': 'retry';
  /** [policy, since] of parked retries. */
  'retry.parked': 'retry';
  /** [state, at] */
  'order.state': 'order';
  /** [state, since] */
  'hold.state': 'hold';
  /** [expires] */
  'subscription.expiry': 'subscription';
}
export type IndexName = keyof Indexes;
export type Bound = readonly (string | number)[];

export interface Stored<K extends RecordKind> {
  readonly key: string;
  readonly record: RecordKinds[K];
}

/** Durable state. What it answered as written survives any crash. Throws StoreUnavailable (ports/errors). */
export interface Store {
  /**
   * Groups are durable in their order: nothing of a later group without all of the earlier ones. Writes of one group
   * may land in any order. Outcomes come back in the shape of the input; a `fenced` or `exists` stops nothing.
   */
  write(groups: readonly (readonly Write[])[]): Promise<Outcome[][]>;
  /** In the order of the keys; undefined where there is none. */
  get<K extends RecordKind>(kind: K, keys: readonly string[]): Promise<(RecordKinds[K] | undefined)[]>;
  /** By key, both ends inclusive, ascending unless `descending`. */
  range<K extends RecordKind>(
    kind: K,
    from: string,
    to: string,
    limit: number,
    order?: 'ascending' | 'descending',
  ): Promise<Stored<K>[]>;
  /** By an index, ascending. */
  find<I extends IndexName>(index: I, from: Bound, to: Bound, limit: number): Promise<Stored<Indexes[I]>[]>;
  /** Copies of one endpoint: those of the numbers, or all. */
  copies(endpoint: string, numbers?: readonly number[]): Promise<Map<number, Copy>>;
  /** Copies of an endpoint whose item is one of these. */
  copiesByItem(endpoint: string, items: readonly string[]): Promise<Map<number, Copy>>;
  close(): Promise<void>;
}
