import type { Clock } from '#ports/clock';

interface Sleeper {
  readonly at: number;
  readonly wake: () => void;
}

/** Lets everything run that waits for nothing but its turn: promises, immediates, and what they start. */
export const othersTurn = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));

/** Time that moves only when a test moves it. All values in milliseconds. */
export class FakeClock implements Clock {
  #monotonic = 0;
  #epoch: number;
  readonly #sleepers = new Set<Sleeper>();

  constructor(epoch = Date.UTC(2026, 5, 1)) {
    this.#epoch = epoch;
  }

  now(): number {
    return this.#epoch + this.#monotonic;
  }

  monotonic(): number {
    return this.#monotonic;
  }

  /** When those who sleep now are to wake, on the monotonic clock, soonest first. */
  get sleepers(): readonly number[] {
    return [...this.#sleepers].map(({ at }) => at).toSorted((a, b) => a - b);
  }

  sleep(ms: number, signal?: AbortSignal): Promise<void> {
    if (signal?.aborted) return Promise.reject(signal.reason);
    return new Promise((resolve, reject) => {
      const done = () => {
        this.#sleepers.delete(sleeper);
        signal?.removeEventListener('abort', aborted);
      };
      const aborted = () => {
        done();
        reject(signal?.reason);
      };
      const wake = () => {
        done();
        resolve();
      };
      const sleeper: Sleeper = { at: this.#monotonic + ms, wake };
      this.#sleepers.add(sleeper);
      signal?.addEventListener('abort', aborted);
    });
  }

  /** Moves on by so much: wakes sleepers one moment after the other, and lets each do what it does before the next. */
  async advance(ms: number): Promise<void> {
    const end = this.#monotonic + ms;
    await othersTurn();
    for (let next = this.#next(end); next; next = this.#next(end)) {
      this.#monotonic = Math.max(this.#monotonic, next.at);
      next.wake();
      await othersTurn();
    }
    this.#monotonic = end;
    await othersTurn();
  }

  /** The time of day jumps, as when somebody sets the machine's clock; the monotonic clock does not. */
  jump(ms: number): void {
    this.#epoch += ms;
  }

  #next(end: number): Sleeper | undefined {
    return [...this.#sleepers].filter(({ at }) => at <= end).toSorted((a, b) => a.at - b.at)[0];
  }
}
