/** What a client may do wrong. */
export type BreachKind =
  | 'concurrency'
  | 'retry-after'
  | 'unknown-field'
  | 'read-only-field'
  | 'idle-write'
  | 'delta-restart'
  | 'token-rate';

/** One lapse of a client's manners, told in a sentence. */
export interface Breach {
  readonly kind: BreachKind;
  /** Milliseconds since the epoch. */
  readonly at: number;
  readonly sentence: string;
  /** Client id. */
  readonly app: string;
  /** Object id of the mailbox's owner. */
  readonly mailbox?: string;
  readonly requestId?: string;
}
