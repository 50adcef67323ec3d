import { setTimeout as pause } from 'node:timers/promises';

const POLL_MS = 5;

/** A false, null or undefined answer means not yet; a thrown error is the reason given when time runs out. */
type Probe<T> = () => T | Promise<T>;

/**
 * Waits for an effect of other code: asks every 5 ms until the answer is truthy, and returns it.
 * @throws Error after `withinMs` milliseconds of the real clock, with `what` and the last failure
 */
export async function until<T>(what: string, probe: Probe<T>, withinMs = 5000): Promise<NonNullable<T>> {
  const deadline = performance.now() + withinMs;
  let cause: unknown;
  for (;;) {
    try {
      const answer = await probe();
      if (answer) return answer;
      cause = undefined;
    } catch (error) {
      cause = error;
    }
    if (performance.now() > deadline) throw new Error(`not within ${withinMs} ms: ${what}`, { cause });
    await pause(POLL_MS);
  }
}
