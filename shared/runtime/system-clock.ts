import type { Clock } from '#ports/clock';

/** A timer of Node takes no longer wait: it would fire at once instead. */
const LONGEST_TIMER_MS = 2 ** 31 - 1;

/** Node's own promised timers make an error with its stack for each abort: a tenth of the receiver's whole work. */
function sleep(ms: number, signal?: AbortSignal): Promise<void> {
  if (signal?.aborted) return Promise.reject(signal.reason);
  const end = performance.now() + ms;
  return new Promise((resolve, reject) => {
    let timer: NodeJS.Timeout;
    const aborted = () => {
      clearTimeout(timer);
      reject(signal?.reason);
    };
    const wait = () => {
      const rest = Math.min(Math.max(Math.ceil(end - performance.now()), 0), LONGEST_TIMER_MS);
      timer = setTimeout(awake, rest);
    };
    // A timer may fire up to a millisecond early; "at least so long" is the port's promise.
    const awake = () => {
      if (performance.now() < end) return wait();
      signal?.removeEventListener('abort', aborted);
      resolve();
    };
    signal?.addEventListener('abort', aborted, { once: true });
    wait();
  });
}

/** The machine's own time. */
export const systemClock: Clock = {
  now: () => Date.now(),
  monotonic: () => performance.now(),
  sleep,
};
