import { randomBytes } from 'node:crypto';
import type { Chance } from '#ports/clock';

const TIME_DIGITS = 9;
const COUNT_DIGITS = 4;
const COUNTS = 36 ** COUNT_DIGITS;
const RANDOM_BYTES = 10;

/**
 * Ids of 29 lower-case letters and digits or more: time, a count within the millisecond, 80 random bits. They sort by
 * their making even when the clock is set back meanwhile.
 */
export function sortableIds(now: () => number = Date.now): () => string {
  let time = 0;
  let count = 0;
  return () => {
    const moment = Math.max(now(), time);
    count = moment === time ? count + 1 : 0;
    time = moment;
    if (count === COUNTS) {
      time += 1;
      count = 0;
    }
    const made = time.toString(36).padStart(TIME_DIGITS, '0') + count.toString(36).padStart(COUNT_DIGITS, '0');
    return (
      made +
      BigInt(`0x${randomBytes(RANDOM_BYTES).toString('hex')}`)
        .toString(36)
        .padStart(16, '0')
    );
  };
}

/** 53 bits of a cryptographic generator: nobody can guess what a process will do next from what it did. */
function random(): number {
  return Number(randomBytes(8).readBigUInt64BE() >> 11n) / 2 ** 53;
}

/** The machine's own randomness. */
export const systemChance: Chance = { random, newId: sortableIds() };
