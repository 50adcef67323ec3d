import type { GraphAnswer, GraphRequest } from '../engine/wire.ts';
import type { Caller } from '../tokens/access-tokens.ts';
import type { Target } from './target.ts';

/** One Graph request past the token check: a request of its own, or one item of a batch. */
export interface GraphCall {
  readonly request: GraphRequest;
  readonly target: Target;
  readonly caller: Caller;
  /** Object id of the mailbox's owner, or the key as written in lower case when nobody has it; Exchange calls only. */
  readonly mailbox?: string;
  /** App and mailbox (or, without one, service) in one text: what limits and pauses are counted by. */
  readonly lane: string;
  readonly requestId: string;
  /** When the request (or the batch around it) arrived, milliseconds since the epoch. */
  readonly receivedAt: number;
  /** Bytes of the body, for the upload limit. */
  readonly bytes: number;
  /** Request id of the batch around it, and the item's id within. */
  readonly batch?: { readonly requestId: string; readonly itemId: string };
}

/** What became of a call. `dropped`: the connection is cut instead of answering. */
export interface Outcome {
  readonly answer: GraphAnswer;
  readonly dropped?: boolean;
  /** A fault's script put this answer in the place of Graph's own. */
  readonly scripted?: boolean;
}
