import { expect, test } from 'vitest';
import { sortableIds, systemChance } from '#runtime/system-chance';
import { systemClock } from '#runtime/system-clock';
import { version } from '#runtime/version';

test('a sleep is at least as long as asked for', async () => {
  const before = systemClock.monotonic();
  await Promise.all([1, 2, 3, 5, 8].map((ms) => systemClock.sleep(ms)));
  expect(systemClock.monotonic() - before).toBeGreaterThanOrEqual(8);
  await systemClock.sleep(-5);
});

test('a sleep longer than any timer of Node does not end at once, and ends with the reason given', async () => {
  const stop = new AbortController();
  let ended = false;
  const sleep = systemClock.sleep(2 ** 33, stop.signal).finally(() => {
    ended = true;
  });
  await systemClock.sleep(5);
  expect(ended).toBe(false);
  const reason = new Error('enough');
  stop.abort(reason);
  await expect(sleep).rejects.toBe(reason);
  await expect(systemClock.sleep(1, stop.signal)).rejects.toBe(reason);
});

test('ids are unique and sort by their making, also when the clock is set back', () => {
  const times = [5, 5, 9, 3, 3, 9, 10];
  const next = sortableIds(() => times.shift() ?? 10);
  const ids = Array.from({ length: 5000 }, next);
  expect(ids.toSorted()).toEqual(ids);
  expect(new Set(ids).size).toBe(ids.length);
  for (const id of ids) expect(id).toMatch(/^[0-9a-z]{29}$/);
});

test('random numbers lie in [0, 1) and differ', () => {
  const numbers = Array.from({ length: 1000 }, () => systemChance.random());
  expect(numbers.every((x) => x >= 0 && x < 1)).toBe(true);
  expect(new Set(numbers).size).toBe(1000);
  expect(Math.min(...numbers)).toBeLessThan(0.1);
  expect(Math.max(...numbers)).toBeGreaterThan(0.9);
});

test('the version is that of the package', () => {
  expect(version).toMatch(/^\d+\.\d+\.\d+/);
});
