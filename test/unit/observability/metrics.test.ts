import { expect, test } from 'vitest';
import { Metrics } from '#observability/metrics';

test('one name with the same labels is one instrument, in whatever order they are given', () => {
  const metrics = new Metrics();
  metrics.counter('cardwire_writes_total', 'Writes.', { policy: 'a', kind: 'create' }).add();
  metrics.counter('cardwire_writes_total', 'Writes.', { kind: 'create', policy: 'a' }).add(2);
  metrics.counter('cardwire_writes_total', 'Writes.', { kind: 'update', policy: 'a' }).add();
  metrics.gauge('cardwire_open', 'Open.').set(7);
  expect(metrics.read().map(({ labels, value }) => [labels, value])).toEqual([
    [{ kind: 'create', policy: 'a' }, 3],
    [{ kind: 'update', policy: 'a' }, 1],
    [{}, 7],
  ]);
});

test('one name cannot be two kinds of instrument', () => {
  const metrics = new Metrics();
  metrics.counter('cardwire_x', 'X.');
  expect(() => metrics.gauge('cardwire_x', 'X.')).toThrow(TypeError);
});

test('a histogram counts up to each bound, and names the bound below which a share lies', () => {
  const metrics = new Metrics();
  const histogram = metrics.histogram('cardwire_ms', 'Time.', {}, [1, 10, 100]);
  expect(histogram.quantile(0.5)).toBe(0);
  for (const value of [0.5, 1, 5, 50, 5000]) histogram.observe(value);
  expect(histogram.value).toEqual({
    count: 5,
    sum: 5056.5,
    max: 5000,
    buckets: [
      { atMost: 1, count: 2 },
      { atMost: 10, count: 3 },
      { atMost: 100, count: 4 },
    ],
  });
  expect([0.4, 0.5, 0.8, 1].map((q) => histogram.quantile(q))).toEqual([1, 10, 100, 5000]);
});
