import { setTimeout as pause } from 'node:timers/promises';
import type { Clock } from '#ports/clock';

/** A timer of Node takes no longer wait: it would fire at once instead. */
const LONGEST_TIMER_MS = 2 ** 31 - 1;

async function sleep(ms: number, signal?: AbortSignal): Promise<void> {
  const end = performance.now() + ms;
  do {
    const rest = Math.min(Math.max(end - performance.now(), 0), LONGEST_TIMER_MS);
    // A timer may fire up to a millisecond early; "at least so long" is the port's promise.
    await pause(Math.ceil(rest), undefined, signal ? { signal } : {}).catch((error: unknown) => {
      throw signal?.aborted ? signal.reason : error;
    });
  } while (performance.now() < end);
}

/** The machine's own time. */
export const systemClock: Clock = {
  now: () => Date.now(),
  monotonic: () => performance.now(),
  sleep,
};
