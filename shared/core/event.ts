import type { LookCause } from './signal.ts';

/** How long one edit took to arrive everywhere (W-04). Times in ms since the edit's notification arrived. */
export interface LagReport {
  readonly policy: string;
  readonly revision: number;
  /** When the notification arrived, ms since the epoch. */
  readonly notified: number;
  readonly committed: number;
  readonly first: number;
  readonly median: number;
  readonly last: number;
  readonly mailboxes: number;
  /** Mailboxes that did not have it when this was reported: throttled, unreachable, in doubt. */
  readonly missing: number;
}

/**
 * What happens, for metrics, logs, the status page and tests alike. Keys and counts only: no names, no content (I21).
 * Endpoints are named by their keys, which are hashes.
 */
export type Event =
  | { readonly type: 'looked'; readonly endpoint: string; readonly cause: LookCause | 'due'; readonly hints: number }
  | {
      readonly type: 'committed';
      readonly policy: string;
      readonly revision: number;
      readonly cards: number;
      /** When the notification arrived that led to it, ms since the epoch; absent when nobody notified. */
      readonly first?: number;
    }
  | {
      readonly type: 'applied';
      readonly policy: string;
      readonly endpoint: string;
      readonly revision: number;
      readonly at: number;
    }
  | {
      readonly type: 'wrote';
      readonly policy: string;
      readonly endpoint: string;
      readonly kind: 'create' | 'update' | 'photo' | 'delete';
      readonly outcome: 'done' | 'conflict' | 'gone' | 'throttled' | 'refused' | 'unanswered' | 'unavailable';
    }
  | ({ readonly type: 'propagated' } & LagReport)
  | { readonly type: 'inventory'; readonly endpoint: string; readonly items: number; readonly why: string }
  | {
      readonly type: 'drift';
      readonly endpoint: string;
      readonly changed: number;
      readonly deleted: number;
      readonly duplicate: number;
    }
  | {
      readonly type: 'left';
      readonly endpoint: string;
      readonly private: number;
      readonly category: number;
      readonly foreign: number;
    }
  | {
      readonly type: 'held';
      readonly policy: string;
      readonly endpoint: string;
      readonly kind: string;
      readonly cards: number;
    }
  | {
      readonly type: 'parked';
      readonly policy: string;
      readonly endpoint: string;
      readonly number: number;
      readonly code: string;
    }
  | { readonly type: 'unreachable'; readonly endpoint: string; readonly code: string; readonly tries: number }
  | { readonly type: 'reached'; readonly endpoint: string }
  | { readonly type: 'lease'; readonly shard: string; readonly what: 'taken' | 'lost' | 'released' }
  | { readonly type: 'store restored' }
  | { readonly type: 'trouble'; readonly where: string; readonly code: string; readonly message: string };
