import { expect, test } from 'vitest';
import { OpenBatches } from '#adapters/graph/open-batches';

const good = { strained: false, saturated: true, fullLatency: 100, sent: 0, now: 100 };

test('until the first strain each good answer while all slots are in use opens one more', () => {
  const slots = new OpenBatches('auto', 20);
  expect(slots.limit).toBe(16);
  slots.record(good);
  expect(slots.limit).toBe(17);
  for (let n = 0; n < 100; n += 1) slots.record(good);
  expect(slots.limit).toBe(20);
});

test('after it one more per round', () => {
  const slots = new OpenBatches('auto');
  slots.record({ ...good, strained: true });
  expect(slots.limit).toBe(8);
  for (let n = 0; n < 8; n += 1) slots.record(good);
  expect(slots.limit).toBe(8);
  for (let n = 0; n < 2; n += 1) slots.record(good);
  expect(slots.limit).toBe(9);
});

test('answers while slots are free open none', () => {
  const slots = new OpenBatches('auto');
  for (let n = 0; n < 100; n += 1) slots.record({ ...good, saturated: false });
  expect(slots.limit).toBe(16);
});

test('strain halves, once for all batches that were under way together, and never to nothing', () => {
  const slots = new OpenBatches('auto');
  slots.record({ ...good, strained: true, sent: 0, now: 100 });
  slots.record({ ...good, strained: true, sent: 50, now: 120 });
  expect(slots.limit).toBe(8);
  for (let n = 2; n < 12; n += 1) slots.record({ ...good, strained: true, sent: n * 100, now: n * 100 + 50 });
  expect(slots.limit).toBe(1);
});

test('latency that doubles halves, no further than where it began, and the limit comes back quickly', () => {
  const steady = new OpenBatches('auto');
  const rising = new OpenBatches('auto');
  const limits: number[] = [];
  for (let n = 0; n < 300; n += 1) {
    const times = { sent: n * 100, now: n * 100 + 50 };
    steady.record({ ...good, ...times, fullLatency: n % 2 ? 150 : 220 });
    rising.record({ ...good, ...times, fullLatency: n > 150 && n < 200 ? 5000 : 200 });
    limits.push(rising.limit);
  }
  expect(steady.limit).toBe(64);
  expect(limits[150]).toBe(64);
  expect(Math.min(...limits.slice(150))).toBeLessThanOrEqual(32);
  expect(Math.min(...limits.slice(150))).toBeGreaterThanOrEqual(16);
  expect(rising.limit).toBe(64);
});

test('a fixed number stays', () => {
  const slots = new OpenBatches(3);
  slots.record({ ...good, strained: true });
  expect(slots.limit).toBe(3);
});
