import type { Chance, Clock } from '#ports/clock';
import { Dice } from './dice.ts';
import type { SimulatedTime } from './time.ts';

/** When the simulated world begins, milliseconds since the epoch. */
export const BEGIN = Date.UTC(2026, 5, 1);

/** What a dead process waits for. */
const never: Promise<never> = new Promise(() => undefined);

/**
 * One process of Cardwire, as the world sees it. Whatever comes from outside reaches its code through `tell`: a dead
 * process hears nothing more, a paused one hears it later. Its own calls ask `alive` first.
 */
export class Machine {
  readonly name: string;
  readonly clock: Clock;
  readonly chance: Chance;
  readonly #time: SimulatedTime;
  readonly #onDeath = new Set<() => void>();
  readonly #held: (() => void)[] = [];
  alive = true;
  paused = false;
  /** Milliseconds by which its wall clock is off. */
  skew: number;
  /** Dies at the effect after so many others. */
  doom: { left: number; readonly moment: 'before' | 'after' } | undefined;
  /** When it was last paused and resumed, or failed by its surroundings: knowledge may have been lost then. */
  shaken = Number.NEGATIVE_INFINITY;

  constructor(time: SimulatedTime, name: string, seed: number, skew: number) {
    this.#time = time;
    this.name = name;
    this.skew = skew;
    this.clock = this.#makeClock();
    const dice = new Dice(seed, hash(name));
    let made = 0;
    this.chance = {
      random: dice.random,
      newId: () => `${name}-${String(made++).padStart(6, '0')}-${dice.int(0, 0xff_ff_ff).toString(16)}`,
    };
  }

  #makeClock(): Clock {
    const time = this.#time;
    const born = time.now;
    return {
      now: () => BEGIN + time.now + this.skew,
      monotonic: () => time.now - born,
      sleep: (ms, signal) => {
        if (!this.alive) return never;
        if (signal?.aborted) return Promise.reject(signal.reason);
        return new Promise((resolve, reject) => {
          const due = time.in(ms, () => {
            this.tell(() => {
              signal?.removeEventListener('abort', aborted);
              resolve();
            });
          });
          const aborted = (): void => {
            due.off = true;
            reject(signal?.reason);
          };
          signal?.addEventListener('abort', aborted, { once: true });
        });
      },
    };
  }

  /** Runs what the outside has to say to this process's code. */
  tell(what: () => void): void {
    if (!this.alive) return;
    if (this.paused) this.#held.push(what);
    else what();
  }

  /** A call to the outside: `begin` gets the ways to answer. A dead process's calls do nothing and never end. */
  call<T>(begin: (resolve: (value: T) => void, reject: (error: unknown) => void) => void): Promise<T> {
    if (!this.alive) return never;
    return new Promise<T>((resolve, reject) => {
      try {
        begin(
          (value) => this.tell(() => resolve(value)),
          (error) => this.tell(() => reject(error)),
        );
      } catch (cause) {
        reject(cause);
      }
    });
  }

  /** Something outside changes by this process's doing; it may be doomed to die right before or after. */
  effect(change: () => void): void {
    const dies = this.alive && this.doom !== undefined && --this.doom.left === 0 ? this.doom.moment : undefined;
    if (dies === 'before') this.kill();
    else change();
    if (dies === 'after') this.kill();
  }

  /** SIGKILL: none of its promises ever resumes. */
  kill(): void {
    if (!this.alive) return;
    this.alive = false;
    this.shaken = this.#time.now;
    for (const hear of this.#onDeath) hear();
  }

  onDeath(hear: () => void): void {
    this.#onDeath.add(hear);
  }

  pause(): void {
    this.paused = true;
    this.shaken = this.#time.now;
  }

  /** What was held comes now, one after the other. */
  resume(): void {
    this.paused = false;
    this.shaken = this.#time.now;
    for (const what of this.#held.splice(0)) this.#time.in(0, () => this.tell(what));
  }
}

const hash = (text: string): number => [...text].reduce((sum, char) => (sum * 31 + char.charCodeAt(0)) | 0, 7);
