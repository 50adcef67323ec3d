/**
 * Numbers 0 <= x < 1 that depend on the seed alone (mulberry32).
 *
 * @param seed any integer; only its lower 32 bits count
 * @param stream one seed has many streams that have nothing to do with each other
 */
export function seededRandom(seed: number, stream = 0): () => number {
  let state = (seed ^ Math.imul(stream, 0x9e3779b1)) | 0;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4294967296;
  };
}

/** All numbers of four hexadecimal digits: a GUID is drawn for each request. */
const hexOf = Array.from({ length: 65_536 }, (_, value) => value.toString(16).padStart(4, '0'));

const four = (random: () => number): string => hexOf[Math.floor(random() * 65_536)] as string;

/** A version 4 GUID in lower case, drawn from `random`. */
export function seededGuid(random: () => number): string {
  const version = hexOf[0x4000 + Math.floor(random() * 0x1000)];
  const variant = hexOf[0x8000 + Math.floor(random() * 0x4000)];
  const head = `${four(random)}${four(random)}-${four(random)}-${version}-${variant}`;
  return `${head}-${four(random)}${four(random)}${four(random)}`;
}

const alphabet = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789';

/** Letters and digits drawn from `random`, e.g. for a client secret. */
export function seededText(random: () => number, length: number): string {
  return Array.from({ length }, () => alphabet[Math.floor(random() * alphabet.length)]).join('');
}

/** A copy of `items` in an order drawn from `random` (Fisher-Yates). */
export function shuffled<T>(items: readonly T[], random: () => number): T[] {
  const result = [...items];
  for (let last = result.length - 1; last > 0; last--) {
    const other = Math.floor(random() * (last + 1));
    [result[last], result[other]] = [result[other] as T, result[last] as T];
  }
  return result;
}
