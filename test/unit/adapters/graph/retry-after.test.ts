import { expect, test } from 'vitest';
import { backOff, retryAfter } from '#adapters/graph/retry-after';

const now = Date.UTC(2026, 5, 1, 12, 0, 0);

test.each([
  ['10', 10_000],
  ['1', 1000],
  ['0', 0],
  ['0.249', 249],
  [' 3 ', 3000],
  ['Mon, 01 Jun 2026 12:00:07 GMT', 7000],
  ['Mon, 01 Jun 2026 11:00:00 GMT', 0],
  ['', undefined],
  ['soon', undefined],
  ['-5', undefined],
  [undefined, undefined],
])('Retry-After %j is %j ms', (value, expected) => {
  expect(retryAfter(value, now)).toBe(expected);
});

test('back-off doubles up to its last value, spread by a quarter', () => {
  expect([1, 2, 3, 4, 5].map((failures) => backOff(failures, 0.5, 1000, 6000))).toEqual([1000, 2000, 4000, 6000, 6000]);
  expect(backOff(1, 0, 1000, 6000)).toBe(750);
  expect(backOff(1, 0.999_999, 1000, 6000)).toBe(1250);
});
