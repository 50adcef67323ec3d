import type { Signal } from '#core/signal';

export interface Delivery {
  readonly signal: Signal;
  /** Settles this delivery: it never comes again. A second call does nothing. */
  ack(): void;
}

/** Consuming one shard. `close` gives everything unsettled back in its order. */
export interface Consumer {
  close(): Promise<void>;
}

export interface Depth {
  readonly shard: string;
  /** Hints that nobody has looked at. */
  readonly ready: number;
  /** Handed out and not settled. */
  readonly unacked: number;
  readonly consumers: number;
  /** When the oldest waiting signal arrived, milliseconds since the epoch. */
  readonly oldest?: number;
}

/** A body that nobody understood, kept for a person. */
export interface Letter {
  readonly queue: string;
  readonly body: string;
  readonly reason: string;
}

/**
 * Signals, one durable queue per shard. A look goes to its mailbox's shard, deltas and wakes to all shards.
 * Throws StoreUnavailable (ports/errors).
 */
export interface Queue {
  /** Resolves when all are durable. */
  publish(signals: readonly { readonly signal: Signal; readonly shard: string | 'all' }[]): Promise<void>;
  /** Delivers in order, at most `prefetch` unsettled. A body that is no signal goes to `spoiled`, then is settled. */
  consume(
    shard: string,
    take: (delivery: Delivery) => void,
    options: { readonly prefetch: number; readonly spoiled: (letter: Letter) => Promise<void> },
  ): Promise<Consumer>;
  depths(): Promise<readonly Depth[]>;
  close(): Promise<void>;
}
