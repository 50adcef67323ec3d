import { expect, test } from 'vitest';
import type { Outcome, Write } from '#ports/store';
import { copyOf, endpointOf, holdOf, insertEndpoint, mbx, retryOf } from './sample-records.ts';
import type { Bed } from './store-bed.ts';

const putApplied = (token: number, applied: number, create?: boolean): Write => ({
  op: 'put',
  kind: 'endpoint',
  key: mbx(1),
  token,
  set: { applied },
  ...(create === undefined ? {} : { create }),
});

const putCopy = (token: number, number: number): Write => ({
  op: 'copies',
  endpoint: mbx(1),
  token,
  slots: new Map([[number, copyOf(number)]]),
});

const one = (outcome: Outcome): Outcome[][] => [[outcome]];

export function fenceTests(bed: Bed): void {
  test('I3: a put below the stored token changes nothing; an equal one stays, a higher one is kept', async () => {
    const { store } = bed();
    await store.write([[insertEndpoint(mbx(1), { token: 5 })]]);
    expect(await store.write([[putApplied(4, 1)]])).toEqual(one('fenced'));
    expect(await store.write([[putApplied(4, 1, true)]])).toEqual(one('fenced'));
    expect(await store.get('endpoint', [mbx(1)])).toEqual([endpointOf({ token: 5 })]);
    expect(await store.write([[putApplied(5, 2)]])).toEqual(one('stored'));
    expect(await store.write([[putApplied(6, 3)]])).toEqual(one('stored'));
    expect(await store.write([[putApplied(5, 4)]])).toEqual(one('fenced'));
    expect(await store.get('endpoint', [mbx(1)])).toEqual([endpointOf({ token: 6, applied: 3 })]);
  });

  test('I3: a put makes a missing record only when asked to', async () => {
    const { store } = bed();
    const put: Write = { op: 'put', kind: 'retry', key: 'r', token: 2, set: retryOf() };
    expect(await store.write([[put]])).toEqual(one('fenced'));
    expect(await store.get('retry', ['r'])).toEqual([undefined]);
    expect(await store.write([[{ ...put, create: true }]])).toEqual(one('stored'));
    expect(await store.get('retry', ['r'])).toEqual([retryOf({ token: 2 })]);
  });

  test('I3: every owned kind is fenced', async () => {
    const { store } = bed();
    await store.write([
      [
        { op: 'put', kind: 'retry', key: 'r', token: 3, set: retryOf(), create: true },
        { op: 'put', kind: 'hold', key: 'h', token: 3, set: holdOf(), create: true },
        { op: 'insert', kind: 'hold', key: 'h2', record: holdOf({ token: 3 }) },
      ],
    ]);
    const late = await store.write([
      [
        { op: 'put', kind: 'retry', key: 'r', token: 2, set: { tries: 9 } },
        { op: 'put', kind: 'hold', key: 'h', token: 2, set: { state: 'released' } },
        { op: 'put', kind: 'hold', key: 'h2', token: 2, set: { state: 'released' } },
      ],
    ]);
    expect(late).toEqual([['fenced', 'fenced', 'fenced']]);
    expect(await store.get('retry', ['r'])).toEqual([retryOf({ token: 3 })]);
    expect(await store.get('hold', ['h', 'h2'])).toEqual([holdOf({ token: 3 }), holdOf({ token: 3 })]);
  });

  test('I3: a raise lifts every lower endpoint of its shard, left ones too, and nothing else', async () => {
    const { store } = bed();
    await store.write([
      [
        insertEndpoint(mbx(1), { token: 3 }),
        insertEndpoint(mbx(2), { token: 3, state: 'left' }),
        insertEndpoint(mbx(3), { token: 9 }),
        insertEndpoint(mbx(4), { token: 3, shard: '08' }),
      ],
    ]);
    expect(await store.write([[{ op: 'raise', shard: '07', token: 7 }]])).toEqual(one('stored'));
    const tokens = await store.get('endpoint', [mbx(1), mbx(2), mbx(3), mbx(4)]);
    expect(tokens.map((endpoint) => endpoint?.token)).toEqual([7, 7, 9, 3]);
    const [found] = await store.find('endpoint.shard', ['07'], ['07'], 10);
    expect(found?.record.token).toBe(7);
  });

  test('I3: after a raise the former owner stores neither fields nor copies, and the new one does', async () => {
    const { store } = bed();
    await store.write([
      [insertEndpoint(mbx(1), { token: 3 })],
      [putCopy(3, 1)],
      [{ op: 'raise', shard: '07', token: 4 }],
    ]);
    expect(await store.write([[putApplied(3, 8)], [putCopy(3, 2)]])).toEqual([['fenced'], ['fenced']]);
    expect(await store.write([[{ op: 'remove copies', endpoint: mbx(1), token: 3 }]])).toEqual(one('fenced'));
    expect([...(await store.copies(mbx(1))).keys()]).toEqual([1]);
    expect((await store.get('endpoint', [mbx(1)]))[0]?.applied).toBe(0);
    expect(await store.write([[putApplied(4, 8)], [putCopy(4, 2)]])).toEqual([['stored'], ['stored']]);
    expect([...(await store.copies(mbx(1))).keys()].toSorted()).toEqual([1, 2]);
  });

  test('I3: a remove below the stored token changes nothing; of a missing record it is done', async () => {
    const { store } = bed();
    const remove = (token: number): Write => ({ op: 'remove', kind: 'retry', key: 'r', token });
    await store.write([[{ op: 'put', kind: 'retry', key: 'r', token: 3, set: retryOf(), create: true }]]);
    expect(await store.write([[remove(2)]])).toEqual(one('fenced'));
    expect(await store.get('retry', ['r'])).toEqual([retryOf({ token: 3 })]);
    expect(await store.write([[remove(3)]])).toEqual(one('stored'));
    expect(await store.get('retry', ['r'])).toEqual([undefined]);
    expect(await store.write([[remove(1)]])).toEqual(one('stored'));
    expect(await store.write([[{ op: 'remove', kind: 'fact', key: 'none' }]])).toEqual(one('stored'));
  });
}
