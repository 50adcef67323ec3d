/** Time as an argument: the whole system can run in simulated time. All values in milliseconds. */
export interface Clock {
  /** Since the epoch; may jump. */
  now(): number;
  /** Since some fixed moment of this process; never jumps. */
  monotonic(): number;
  /** Resolves after at least so long; rejects with the signal's reason when aborted. */
  sleep(ms: number, signal?: AbortSignal): Promise<void>;
}

/** Randomness and ids as arguments: one seed, one run. */
export interface Chance {
  /** 0 <= x < 1. */
  random(): number;
  /** Unguessable, unique, sorts by time of making within one process. */
  newId(): string;
}
