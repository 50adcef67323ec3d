/**
 * Milliseconds that a Retry-After header asks for: seconds, decimals too (graph.md 4.2 saw `0.249`), or an HTTP date.
 * Undefined when it is absent or says nothing. `now` in milliseconds since the epoch.
 */
export function retryAfter(value: string | undefined, now: number): number | undefined {
  const text = value?.trim();
  if (!text) return undefined;
  if (/^\d+(\.\d+)?$/.test(text)) return Math.ceil(Number(text) * 1000);
  // A bare negative number would parse as a year.
  const at = /[a-z]/i.test(text) ? Date.parse(text) : Number.NaN;
  return Number.isNaN(at) ? undefined : Math.max(0, at - now);
}

/**
 * Milliseconds to wait after so many failures in a row: doubles from `first` to `last`, spread by a quarter each way so
 * that many waiters do not come back together. `random` is 0 <= x < 1.
 */
export function backOff(failures: number, random: number, first: number, last: number): number {
  const plain = Math.min(last, first * 2 ** Math.max(0, failures - 1));
  return Math.round(plain * (0.75 + random / 2));
}
