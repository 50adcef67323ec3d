import type { Context } from './context.ts';

/** Doubles from the first to the last, with a jitter of a fifth, so that what failed together does not return together. */
export function delayOf(
  { ports }: Context,
  [first, last]: readonly [first: number, last: number],
  tries: number,
): number {
  const plain = Math.min(last, first * 2 ** Math.min(tries, 30));
  return Math.round(plain * (0.9 + 0.2 * ports.chance.random()));
}
