import type { GraphAnswer, GraphRequest } from './request.ts';

/** One request waiting for its turn, or under way. */
export interface Ask {
  readonly request: GraphRequest;
  readonly urgent: boolean;
  /** Travels only with requests of its own mailbox: it is known to be slow. */
  readonly alone: boolean;
  readonly lane: Lane;
  readonly resolve: (answer: GraphAnswer) => void;
  readonly reject: (error: unknown) => void;
  readonly signal: AbortSignal | undefined;
}

/** A mailbox slower than this many times the median, or throttled so recently (milliseconds), travels alone. */
const SLOW = 3;
const SLOW_FLOOR = 200;
const THROTTLED = 60_000;

/** What waits for one mailbox, and how it behaved. It is in at most one open batch (I14). */
export class Lane {
  readonly key: string;
  readonly urgent: Ask[] = [];
  readonly bulk: Ask[] = [];
  /** In an open batch. */
  open = false;
  /** A timer waits for the end of its pause. */
  resuming = false;
  /** Monotonic milliseconds: when it last became ready, until when Graph asked it to wait, when Graph last did. */
  readyAt = 0;
  pausedUntil = Number.NEGATIVE_INFINITY;
  throttledAt = Number.NEGATIVE_INFINITY;
  /** Throttled answers in a row. */
  strikes = 0;
  /** Latencies of its last batches: the least of them is its own, the others may be those of its company. */
  readonly #latencies: number[] = [];

  constructor(key: string) {
    this.key = key;
  }

  get waiting(): number {
    return this.urgent.length + this.bulk.length;
  }

  took(latency: number): void {
    if (this.#latencies.push(latency) > 3) this.#latencies.shift();
  }

  /** Whether others would have to wait for it. `median` in milliseconds over all batches. */
  travelsAlone(now: number, median: number): boolean {
    if (now - this.throttledAt < THROTTLED) return true;
    if ((this.urgent[0] ?? this.bulk[0])?.alone) return true;
    if (this.#latencies.length < 3) return false;
    return Math.min(...this.#latencies) > Math.max(SLOW_FLOOR, SLOW * median);
  }

  /** Takes up to so many, urgent ones first. */
  take(most: number): Ask[] {
    const taken = this.urgent.splice(0, most);
    return taken.length < most ? taken.concat(this.bulk.splice(0, most - taken.length)) : taken;
  }

  drop(ask: Ask): boolean {
    const queue = ask.urgent ? this.urgent : this.bulk;
    const at = queue.indexOf(ask);
    if (at >= 0) queue.splice(at, 1);
    return at >= 0;
  }

  takeAll(): Ask[] {
    return [...this.urgent.splice(0), ...this.bulk.splice(0)];
  }
}
