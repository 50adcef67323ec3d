export interface Backoff {
  /** Bounds in milliseconds: the first wait, and the longest. */
  readonly first: number;
  readonly last: number;
}

/**
 * How long to wait after so many failures in a row (1 = the first), in milliseconds: doubles up to the longest, minus up
 * to half, so that many who failed together do not come back together. `random` is 0 <= x < 1.
 */
export function backoff({ first, last }: Backoff, failures: number, random: number): number {
  const doubled = first * 2 ** Math.min(Math.max(failures, 1) - 1, 52);
  const wait = Math.min(doubled, Math.max(first, last));
  return wait - (wait / 2) * random;
}
