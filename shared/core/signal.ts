/** Why a mailbox should be looked at. */
export type LookCause = 'created' | 'updated' | 'deleted' | 'missed' | 'removed' | 'poll' | 'again';

/** A mailbox may have changed. Holds no name and no content: keys and hashes only (PROTOCOL 3). */
export interface Look {
  readonly k: 'look';
  /** Key of the tenant in the configuration. */
  readonly t: string;
  readonly m: string;
  /** Hashes (8 bytes, base64url) of item id and etag, at most 20, or `*` when there were more or none are known. */
  readonly h: readonly string[];
  readonly c: LookCause;
  /** How many notifications were merged into this. */
  readonly n: number;
  /** When it was published, and when its oldest notification arrived: milliseconds since the epoch. */
  readonly at: number;
  readonly first: number;
}

/** In this book these cards changed, from one revision to another. */
export interface Delta {
  readonly k: 'delta';
  readonly t: string;
  readonly b: string;
  readonly f: number;
  readonly r: number;
  /** Card numbers, at most 200. */
  readonly c: readonly number[];
  readonly at: number;
  /** `first` of the look that led to it, so that lag can be measured; absent when nobody waited. */
  readonly first?: number;
}

/** An order waits. */
export interface Wake {
  readonly k: 'wake';
  readonly o: string;
  readonly at: number;
}

/** A hint on the broker: may be lost, doubled or late. */
export type Signal = Look | Delta | Wake;
