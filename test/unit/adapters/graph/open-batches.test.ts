import { expect, test } from 'vitest';
import { OpenBatches } from '#adapters/graph/open-batches';

const good = { strained: false, saturated: true, fullLatency: 100, sent: 0, now: 100 };

test('good answers while all slots are in use open one more per round, up to the most', () => {
  const slots = new OpenBatches('auto', 18);
  expect(slots.limit).toBe(16);
  for (let n = 0; n < 17; n += 1) slots.record(good);
  expect(slots.limit).toBe(17);
  for (let n = 0; n < 100; n += 1) slots.record(good);
  expect(slots.limit).toBe(18);
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

test('latency that doubles halves, latency that wavers does not', () => {
  const steady = new OpenBatches('auto');
  const rising = new OpenBatches('auto');
  for (let n = 0; n < 200; n += 1) {
    const times = { sent: n * 100, now: n * 100 + 50 };
    steady.record({ ...good, ...times, fullLatency: n % 2 ? 150 : 220 });
    rising.record({ ...good, ...times, fullLatency: n < 150 ? 200 : 2000 });
  }
  expect(steady.limit).toBeGreaterThan(20);
  expect(rising.limit).toBeLessThan(steady.limit / 1.5);
});

test('a fixed number stays', () => {
  const slots = new OpenBatches(3);
  slots.record({ ...good, strained: true });
  expect(slots.limit).toBe(3);
});
