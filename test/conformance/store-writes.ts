import { expect, test } from 'vitest';
import { StoreUnavailable } from '#ports/errors';
import type { Outcome } from '#ports/store';
import { commitOf, endpointOf, insertEndpoint, insertFact, mbx, orderOf } from './sample-records.ts';
import type { Bed } from './store-bed.ts';

const RACERS = 32;
const racers = Array.from({ length: RACERS }, (_, i) => i);

const winners = (outcomes: readonly Outcome[][][], good: Outcome): number[] =>
  racers.filter((i) => outcomes[i]?.[0]?.[0] === good);

export function writeTests(bed: Bed): void {
  test('of 32 racing inserts of one key one wins, and its record stays', async () => {
    const { store } = bed();
    const outcomes = await Promise.all(racers.map((i) => store.write([[insertFact('installation', i)]])));
    const won = winners(outcomes, 'inserted');
    expect(won).toHaveLength(1);
    expect(winners(outcomes, 'exists')).toHaveLength(RACERS - 1);
    expect(await store.get('fact', ['installation'])).toEqual([{ value: won[0] }]);
  });

  test('of 32 racing takes of one lease one wins, from nothing and from a token', async () => {
    const { store } = bed();
    for (const expected of [0, 1]) {
      const outcomes = await Promise.all(
        racers.map((i) =>
          store.write([[{ op: 'take', shard: '07', expect: expected, owner: `w${i}`, token: expected + 1 }]]),
        ),
      );
      const won = winners(outcomes, 'stored');
      expect(won).toHaveLength(1);
      expect(winners(outcomes, 'fenced')).toHaveLength(RACERS - 1);
      expect(await store.get('shard', ['07'])).toEqual([{ owner: `w${won[0]}`, token: expected + 1 }]);
    }
  });

  test('a lease is given back by a take, and taken again with the next token only', async () => {
    const { store } = bed();
    const outcomes = await store.write([
      [{ op: 'take', shard: '07', expect: 0, owner: 'a', token: 1 }],
      [{ op: 'take', shard: '07', expect: 1, owner: null, token: 1 }],
      [{ op: 'take', shard: '07', expect: 0, owner: 'b', token: 1 }],
      [{ op: 'take', shard: '07', expect: 1, owner: 'c', token: 2 }],
    ]);
    expect(outcomes).toEqual([['stored'], ['stored'], ['fenced'], ['stored']]);
    expect(await store.get('shard', ['07', '08'])).toEqual([{ owner: 'c', token: 2 }, undefined]);
  });

  test('outcomes have the shape of the input, and a refused write stops nothing', async () => {
    const { store } = bed();
    const outcomes = await store.write([
      [insertFact('a', 1), insertFact('b', 2)],
      [],
      [insertFact('a', 3), insertFact('c', 4)],
      [{ op: 'put', kind: 'endpoint', key: mbx(1), token: 1, set: { applied: 3 } }],
      [insertFact('d', 5)],
    ]);
    expect(outcomes).toEqual([['inserted', 'inserted'], [], ['exists', 'inserted'], ['fenced'], ['inserted']]);
    expect(await store.get('fact', ['a', 'b', 'c', 'd'])).toEqual([
      { value: 1 },
      { value: 2 },
      { value: 4 },
      { value: 5 },
    ]);
    expect(await store.write([])).toEqual([]);
  });

  test('a group works on what the groups before it left', async () => {
    const { store } = bed();
    const outcomes = await store.write([
      [insertEndpoint(mbx(1))],
      [{ op: 'put', kind: 'endpoint', key: mbx(1), token: 1, set: { applied: 1 } }],
      [{ op: 'raise', shard: '07', token: 2 }],
      [{ op: 'put', kind: 'endpoint', key: mbx(1), token: 1, set: { applied: 2 } }],
      [{ op: 'remove', kind: 'endpoint', key: mbx(1), token: 2 }],
      [insertEndpoint(mbx(1), { applied: 9 })],
    ]);
    expect(outcomes).toEqual([['inserted'], ['stored'], ['stored'], ['fenced'], ['stored'], ['inserted']]);
    expect(await store.get('endpoint', [mbx(1)])).toEqual([endpointOf({ applied: 9 })]);
  });

  test('a put changes the named fields only, and null is a value', async () => {
    const { store } = bed();
    const before = endpointOf({ folderId: 'f', code: 'x', read: { link: 'l', revision: 4, time: 5 } });
    await store.write([[insertEndpoint(mbx(1), before)]]);
    const read = { link: null, revision: 5, time: 6 };
    await store.write([[{ op: 'put', kind: 'endpoint', key: mbx(1), token: 3, set: { code: null, read } }]]);
    expect(await store.get('endpoint', [mbx(1)])).toEqual([{ ...before, code: null, read, token: 3 }]);
  });

  test('a replace takes the place of the whole record', async () => {
    const { store } = bed();
    const closed = orderOf({ state: 'closed', scope: ['x'] });
    await store.write([[{ op: 'replace', kind: 'order', key: 'o1', record: orderOf({ count: 3 }) }]]);
    expect(await store.write([[{ op: 'replace', kind: 'order', key: 'o1', record: closed }]])).toEqual([['stored']]);
    expect(await store.get('order', ['o1'])).toEqual([closed]);
  });

  test('records come back as they were: nulls, long texts, fractions, empty lists, two hundred versions', async () => {
    const { store } = bed();
    const commit = commitOf(1, 200);
    const value = {
      n: null,
      list: [],
      none: {},
      text: 'ß🌲\u0000"\\',
      big: Number.MAX_SAFE_INTEGER,
      part: 0.1,
      no: false,
    };
    const bytes = 'QUJD'.repeat(200_000);
    await store.write([
      [
        { op: 'insert', kind: 'commit', key: 'customers/0000000001', record: commit },
        { op: 'insert', kind: 'blob', key: 'sha', record: { bytes } },
        insertFact('x', value),
      ],
    ]);
    expect(await store.get('commit', ['customers/0000000001'])).toEqual([commit]);
    expect(await store.get('blob', ['sha'])).toEqual([{ bytes }]);
    expect(await store.get('fact', ['x'])).toEqual([{ value }]);
  });

  test('ten thousand writes in one group', async () => {
    const { store } = bed();
    const keys = Array.from({ length: 10_000 }, (_, i) => `k${String(i).padStart(5, '0')}`);
    const [outcomes] = await store.write([keys.map((key, i) => insertFact(key, i))]);
    expect(outcomes).toHaveLength(10_000);
    expect(new Set(outcomes)).toEqual(new Set(['inserted']));
    const asked = [...keys.toReversed(), 'missing'];
    const found = await store.get('fact', asked);
    expect(found.map((fact) => fact?.value)).toEqual(
      [...keys.keys()]
        .toReversed()
        .concat(Number.NaN)
        .map((n) => (Number.isNaN(n) ? undefined : n)),
    );
    expect(await store.range('fact', 'k', 'l', 20_000)).toHaveLength(10_000);
  });

  test('a write that fails leaves nothing, takes no other with it, and the store goes on', async () => {
    const { store } = bed();
    const circle: { self?: unknown } = {};
    circle.self = circle;
    const failing = store.write([[insertFact('bad', circle)]]);
    const beside = store.write([[insertFact('good', 1)]]);
    await expect(failing).rejects.toThrow();
    expect(await beside).toEqual([['inserted']]);
    expect(await store.write([[insertFact('later', 2)]])).toEqual([['inserted']]);
    expect(await store.get('fact', ['bad', 'good', 'later'])).toEqual([undefined, { value: 1 }, { value: 2 }]);
  });

  test('after close every call says that the store is unavailable, and a second close is nothing', async () => {
    const { store } = bed();
    await store.close();
    await store.close();
    await expect(store.write([[insertFact('x', 1)]])).rejects.toThrow(StoreUnavailable);
    await expect(store.get('fact', ['x'])).rejects.toThrow(StoreUnavailable);
    await expect(store.copies(mbx(1))).rejects.toThrow(StoreUnavailable);
  });
}
