import fc from 'fast-check';
import { expect, test } from 'vitest';
import type { Signal } from '#core/signal';
import { decodeSignal, encodeSignal } from '#messages/signals';

const name = fc.string({ minLength: 1, maxLength: 40, unit: 'grapheme' });
const time = fc.nat(2_000_000_000_000);
const hash = fc.uint8Array({ minLength: 8, maxLength: 8 }).map((bytes) => Buffer.from(bytes).toString('base64url'));

const looks = fc.record({
  k: fc.constant('look' as const),
  t: name,
  m: name,
  h: fc.array(fc.oneof(hash, fc.constant('*')), { maxLength: 20 }),
  c: fc.constantFrom('created', 'updated', 'deleted', 'missed', 'removed', 'poll', 'again'),
  n: fc.nat(),
  at: time,
  first: time,
});
const deltas = fc.record(
  {
    k: fc.constant('delta' as const),
    t: name,
    b: name,
    f: fc.nat(),
    r: fc.nat(),
    c: fc.array(fc.nat(9_999_999), { maxLength: 200 }),
    at: time,
    first: time,
  },
  { requiredKeys: ['k', 't', 'b', 'f', 'r', 'c', 'at'] },
);
const wakes = fc.record({ k: fc.constant('wake' as const), o: name, at: time });
const signals: fc.Arbitrary<Signal> = fc.oneof(looks, deltas, wakes);

const wake = { k: 'wake', o: 'order1', at: 5 } as const;

const reasonOf = (body: string): string => {
  const decoded = decodeSignal(body);
  return 'reason' in decoded ? decoded.reason : '';
};

test('W-08: what is encoded is decoded as it was, in at most 2 KB, with its version', () => {
  fc.assert(
    fc.property(signals, (signal) => {
      const body = encodeSignal(signal);
      expect(Buffer.byteLength(body)).toBeLessThanOrEqual(2048);
      expect(JSON.parse(body)).toMatchObject({ v: 1, k: signal.k });
      expect(decodeSignal(body)).toEqual({ signal });
    }),
  );
});

test('W-08: two hundred eight-digit card numbers still fit', () => {
  const delta = { k: 'delta', t: 'contoso', b: 'customers', f: 99_999, r: 100_000, at: 1_795_616_496_506 } as const;
  const c = Array.from({ length: 200 }, (_, i) => 99_999_000 + i);
  expect(decodeSignal(encodeSignal({ ...delta, c }))).toEqual({ signal: { ...delta, c } });
});

test('a signal past its limits is refused by its sender', () => {
  expect(() => encodeSignal({ ...wake, o: 'x'.repeat(3000) })).toThrow(RangeError);
});

test('W-08: unknown fields are dropped', () => {
  expect(decodeSignal(JSON.stringify({ v: 1, ...wake, trace: 'abc' }))).toEqual({ signal: wake });
});

test.each([
  ['not JSON', 'Guten Tag'],
  ['not JSON', ''],
  ['no version number in v', '17'],
  ['no version number in v', 'null'],
  ['no version number in v', JSON.stringify(wake)],
  ['no version number in v', JSON.stringify({ ...wake, v: '1' })],
  ['version 2 is unknown', JSON.stringify({ ...wake, v: 2 })],
  ['malformed: k', JSON.stringify({ ...wake, v: 1, k: 'shout' })],
  ['malformed: o', JSON.stringify({ ...wake, v: 1, o: 4 })],
  ['malformed: at', JSON.stringify({ v: 1, k: 'wake', o: 'x' })],
  ['longer than 2048 bytes', JSON.stringify({ ...wake, v: 1, more: 'x'.repeat(3000) })],
])('W-08: the reason says %s', (reason, body) => {
  expect(reasonOf(body)).toContain(reason);
});

test('I21: a reason quotes nothing of the body', () => {
  const body = JSON.stringify({ v: 1, k: 'wake', o: ['Ann Canary'], at: 'Ann Canary', 'Ann Canary': 1 });
  expect(reasonOf(body)).not.toContain('Canary');
  expect(reasonOf(JSON.stringify({ v: 1, k: 'Canary' }))).not.toContain('Canary');
});

test('any text is read or given a reason, and never throws', () => {
  const texts = fc.oneof(
    fc.string(),
    fc.json(),
    fc.json().map((json) => `{"v":1,"k":"look","x":${json}}`),
  );
  fc.assert(
    fc.property(texts, (body) => {
      expect(Object.keys(decodeSignal(body))).toHaveLength(1);
    }),
  );
});
