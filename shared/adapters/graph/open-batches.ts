/** How one batch went. */
export interface BatchOutcome {
  /** The tenant as a whole was throttled or overloaded. */
  readonly strained: boolean;
  /** Whether every open slot was in use when it was sent: else its success says nothing about more slots. */
  readonly saturated: boolean;
  /** Milliseconds from sending to answer; only full batches, which alone can be compared with each other. */
  readonly fullLatency?: number;
  /** Monotonic milliseconds at which it was sent. */
  readonly sent: number;
  readonly now: number;
}

/** Where it begins, and where slow answers alone bring it back to: a busy server is slow with few open batches, too. */
const START = 16;

/**
 * How many batches of one tenant may be open: one more per good answer until the first strain, then one more per round
 * of them; half as many when the tenant is strained or its answers grow slow (PROTOCOL 3, Fairness). Slowness may pass and
 * nothing was refused for it, so the limit comes back from it as quickly as it first grew. A fixed number stays fixed.
 */
export class OpenBatches {
  readonly #most: number;
  readonly #fixed: boolean;
  #limit: number;
  /** Above it the limit grows slowly. */
  #known = Number.POSITIVE_INFINITY;
  #halvedAt = Number.NEGATIVE_INFINITY;
  #usual = 0;
  #recent = 0;

  constructor(concurrency: number | 'auto', most = 64) {
    this.#fixed = concurrency !== 'auto';
    this.#most = concurrency === 'auto' ? most : concurrency;
    this.#limit = this.#fixed ? this.#most : Math.min(START, most);
  }

  get limit(): number {
    return Math.floor(this.#limit);
  }

  record(outcome: BatchOutcome): void {
    if (this.#fixed) return;
    const slow = outcome.fullLatency !== undefined && this.#growsSlow(outcome.fullLatency);
    if (outcome.strained) {
      this.#halve(outcome, 1);
      this.#known = this.#limit;
    } else if (slow && this.#limit > START) this.#halve(outcome, START);
    else if (outcome.saturated && !slow) {
      this.#limit = Math.min(this.#most, this.#limit + (this.#limit < this.#known ? 1 : 1 / this.#limit));
    }
  }

  /** Batches sent before the last halving tell of the time before it. */
  #halve({ sent, now }: BatchOutcome, least: number): void {
    if (sent <= this.#halvedAt) return;
    this.#halvedAt = now;
    this.#limit = Math.max(least, this.#limit / 2);
    this.#recent = this.#usual;
  }

  /** True when the recent latency is twice the usual one, which itself follows slowly, and not by mere milliseconds. */
  #growsSlow(latency: number): boolean {
    if (this.#usual === 0) this.#usual = this.#recent = latency;
    this.#recent += (latency - this.#recent) / 8;
    this.#usual += (latency - this.#usual) / (latency < this.#usual ? 16 : 256);
    return this.#recent > 2 * this.#usual && this.#recent - this.#usual > 100;
  }
}
