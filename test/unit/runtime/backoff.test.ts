import fc from 'fast-check';
import { expect, test } from 'vitest';
import { backoff } from '#runtime/backoff';

const bounds = { first: 2000, last: 900_000 };

test('waits double up to the longest', () => {
  expect([1, 2, 3, 4, 10, 400].map((failures) => backoff(bounds, failures, 0))).toEqual([
    2000, 4000, 8000, 16_000, 900_000, 900_000,
  ]);
});

test('chance takes at most half away, and nothing goes beyond the bounds', () => {
  fc.assert(
    fc.property(fc.nat(10_000), fc.double({ min: 0, max: 1, maxExcluded: true, noNaN: true }), (failures, random) => {
      const most = backoff(bounds, failures, 0);
      const wait = backoff(bounds, failures, random);
      expect(wait).toBeGreaterThan(most / 2);
      expect(wait).toBeLessThanOrEqual(most);
    }),
  );
});
