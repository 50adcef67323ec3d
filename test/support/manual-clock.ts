import type { Chance, Clock } from '#ports/clock';

interface Sleeper {
  readonly at: number;
  readonly wake: () => void;
}

/** Lets everything run that waits for nothing but its turn. */
export const settled = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));

/** Time that moves only when it is told to. Milliseconds. */
export class ManualClock implements Clock {
  #monotonic = 0;
  #sleepers: Sleeper[] = [];
  readonly #epoch: number;

  constructor(epoch = Date.UTC(2026, 5, 1)) {
    this.#epoch = epoch;
  }

  now(): number {
    return this.#epoch + this.#monotonic;
  }

  monotonic(): number {
    return this.#monotonic;
  }

  sleep(ms: number, signal?: AbortSignal): Promise<void> {
    return new Promise((resolve, reject) => {
      if (signal?.aborted) reject(signal.reason as Error);
      signal?.addEventListener('abort', () => reject(signal.reason as Error));
      this.#sleepers.push({ at: this.#monotonic + ms, wake: resolve });
    });
  }

  /** Moves on by so much, waking sleepers one moment after the other, and lets each do what it wants to. */
  async advance(ms: number): Promise<void> {
    const end = this.#monotonic + ms;
    await settled();
    for (;;) {
      const next = this.#sleepers.filter(({ at }) => at <= end).toSorted((a, b) => a.at - b.at)[0];
      if (!next) break;
      this.#sleepers = this.#sleepers.filter((sleeper) => sleeper !== next);
      this.#monotonic = Math.max(this.#monotonic, next.at);
      next.wake();
      await settled();
    }
    this.#monotonic = end;
    await settled();
  }
}

/** Ids that count up, and always the same number. */
export function steadyChance(random = 0.5): Chance {
  let made = 0;
  return {
    random: () => random,
    newId: () => {
      made += 1;
      return `id-${made}`;
    },
  };
}
