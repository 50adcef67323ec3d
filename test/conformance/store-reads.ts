import { expect, test } from 'vitest';
import { under } from '#core/keys';
import type { Bound, IndexName, Store, Write } from '#ports/store';
import { commitOf, holdOf, insertEndpoint, insertFact, mbx, orderOf, retryOf } from './sample-records.ts';
import type { Bed } from './store-bed.ts';

const keysOf = (found: readonly { readonly key: string }[]): string[] => found.map(({ key }) => key);

const insertRetry = (key: string, over: Parameters<typeof retryOf>[0]): Write => ({
  op: 'insert',
  kind: 'retry',
  key,
  record: retryOf(over),
});

async function found(store: Store, index: IndexName, from: Bound, to: Bound, limit = 100): Promise<string[]> {
  return keysOf(await store.find(index, from, to, limit));
}

export function readTests(bed: Bed): void {
  test('a get answers in the order of the keys, twice for a key asked twice, and nothing for none', async () => {
    const { store } = bed();
    await store.write([[insertFact('a', 1), insertFact('b', 2)]]);
    expect(await store.get('fact', ['b', 'x', 'a', 'b'])).toEqual([
      { value: 2 },
      undefined,
      { value: 1 },
      { value: 2 },
    ]);
    expect(await store.get('fact', [])).toEqual([]);
  });

  test('a range has both ends, keeps the limit, and goes either way', async () => {
    const { store } = bed();
    await store.write([['a', 'b', 'c', 'd', 'e'].map((key) => insertFact(key, key))]);
    expect(await store.range('fact', 'b', 'd', 10)).toEqual(
      ['b', 'c', 'd'].map((key) => ({ key, record: { value: key } })),
    );
    expect(keysOf(await store.range('fact', 'b', 'd', 2))).toEqual(['b', 'c']);
    expect(keysOf(await store.range('fact', 'b', 'd', 2, 'descending'))).toEqual(['d', 'c']);
    expect(keysOf(await store.range('fact', 'bb', 'cc', 10))).toEqual(['c']);
    expect(await store.range('fact', 'd', 'b', 10)).toEqual([]);
    expect(await store.range('fact', 'x', 'z', 10)).toEqual([]);
  });

  test('keys sort by code point, and a prefix holds all that begins with it and nothing beside', async () => {
    const { store } = bed();
    const long = 'ü🌲'.repeat(200);
    const keys = [
      'p/0000000001',
      'p/0000000010',
      'p/Z',
      'p/a',
      'p/zz/1',
      'p',
      'p2/1',
      'q/\uFF61',
      'q/🌲',
      `r/${long}1`,
      `r/${long}2`,
    ];
    await store.write([keys.map((key) => insertFact(key, key))]);
    expect(keysOf(await store.range('fact', ...under('p'), 100))).toEqual([
      'p/0000000001',
      'p/0000000010',
      'p/Z',
      'p/a',
      'p/zz/1',
    ]);
    // By UTF-16 units it would be the other way round.
    expect(keysOf(await store.range('fact', 'q/', 'q/\u{10FFFF}', 100))).toEqual(['q/\uFF61', 'q/🌲']);
    expect(await store.range('fact', `r/${long}2`, `r/${long}2`, 100)).toEqual([
      { key: `r/${long}2`, record: { value: `r/${long}2` } },
    ]);
    expect(await store.get('fact', [`r/${long}1`])).toEqual([{ value: `r/${long}1` }]);
  });

  test('due endpoints of a shard: in order of time, not the left ones, up to the limit', async () => {
    const { store } = bed();
    await store.write([
      [
        insertEndpoint(mbx(1), { dueAt: 300 }),
        insertEndpoint(mbx(2), { dueAt: 100 }),
        insertEndpoint(mbx(3), { dueAt: 200, state: 'left' }),
        insertEndpoint(mbx(4), { dueAt: 0 }),
        insertEndpoint(mbx(5), { dueAt: 50, shard: '08' }),
        insertEndpoint(mbx(6), { dueAt: 50, shard: '06' }),
      ],
    ]);
    expect(await found(store, 'endpoint.shard', ['07'], ['07'])).toEqual([mbx(4), mbx(2), mbx(1)]);
    expect(await found(store, 'endpoint.shard', ['07', 1], ['07', 100])).toEqual([mbx(2)]);
    expect(await found(store, 'endpoint.shard', ['07', 100], ['07', 300])).toEqual([mbx(2), mbx(1)]);
    expect(await found(store, 'endpoint.shard', ['07'], ['07'], 2)).toEqual([mbx(4), mbx(2)]);
    expect(await found(store, 'endpoint.shard', ['06', 60], ['08', 40])).toEqual([mbx(4), mbx(2), mbx(1)]);
    expect(await found(store, 'endpoint.shard', [], ['07'])).toEqual([mbx(6), mbx(4), mbx(2), mbx(1)]);
    expect(await found(store, 'endpoint.shard', ['08'], [])).toEqual([mbx(5)]);
  });

  test('an endpoint moves in its index when it is put, and leaves it when it has left or is removed', async () => {
    const { store } = bed();
    await store.write([[insertEndpoint(mbx(1), { dueAt: 300 }), insertEndpoint(mbx(2), { dueAt: 100 })]]);
    await store.write([[{ op: 'put', kind: 'endpoint', key: mbx(1), token: 1, set: { dueAt: 50 } }]]);
    expect(await found(store, 'endpoint.shard', ['07'], ['07'])).toEqual([mbx(1), mbx(2)]);
    await store.write([[{ op: 'put', kind: 'endpoint', key: mbx(1), token: 1, set: { state: 'left' } }]]);
    expect(await found(store, 'endpoint.shard', ['07'], ['07'])).toEqual([mbx(2)]);
    await store.write([[{ op: 'remove', kind: 'endpoint', key: mbx(2), token: 1 }]]);
    expect(await found(store, 'endpoint.shard', ['07'], ['07'])).toEqual([]);
  });

  test('retries are found by time while they are due, and by policy when they are parked', async () => {
    const { store } = bed();
    await store.write([
      [
        insertRetry('r1', { due: 200 }),
        insertRetry('r2', { due: 100 }),
        insertRetry('r3', { due: null, since: 20 }),
        insertRetry('r4', { due: null, since: 10 }),
        insertRetry('r5', { due: null, since: 5, policy: 'others' }),
      ],
    ]);
    expect(await found(store, 'retry.due', ['07'], ['07', 150])).toEqual(['r2']);
    expect(await found(store, 'retry.due', ['07'], ['07'])).toEqual(['r2', 'r1']);
    expect(await found(store, 'retry.parked', ['customers'], ['customers'])).toEqual(['r4', 'r3']);
    await store.write([[{ op: 'put', kind: 'retry', key: 'r2', token: 1, set: { due: null, since: 15 } }]]);
    expect(await found(store, 'retry.due', ['07'], ['07'])).toEqual(['r1']);
    expect(await found(store, 'retry.parked', ['customers'], ['customers'])).toEqual(['r4', 'r2', 'r3']);
  });

  test('commits by time, orders and holds by state, members by shard, subscriptions by expiry', async () => {
    const { store } = bed();
    const member = {
      policy: 'p',
      mailbox: 'm',
      folder: 'f',
      role: 'target',
      tenant: 't',
      user: 'u',
      address: 'a',
      path: [],
      wanted: true,
      since: 1,
      why: 'listed',
    } as const;
    const subscription = {
      tenant: 't',
      mailbox: 'm',
      user: 'u',
      resource: 'r',
      id: 'i',
      state: 'active',
      reason: null,
      token: 1,
    } as const;
    await store.write([
      [
        ...[3, 1, 2].map((n): Write => ({ op: 'insert', kind: 'commit', key: `c${n}`, record: commitOf(n, 30) })),
        ...[3, 1, 2].map((n): Write => ({ op: 'replace', kind: 'order', key: `o${n}`, record: orderOf({ at: n }) })),
        { op: 'replace', kind: 'order', key: 'o4', record: orderOf({ at: 0, state: 'closed' }) },
        { op: 'insert', kind: 'hold', key: 'h1', record: holdOf() },
        { op: 'insert', kind: 'hold', key: 'h2', record: holdOf({ state: 'released' }) },
        { op: 'replace', kind: 'member', key: 'm1', record: { ...member, shard: '01' } },
        { op: 'replace', kind: 'member', key: 'm2', record: { ...member, shard: '02' } },
        ...[30, 10, 20].map(
          (expires): Write => ({
            op: 'put',
            kind: 'subscription',
            key: `s${expires}`,
            token: 1,
            set: { ...subscription, expires },
            create: true,
          }),
        ),
      ],
    ]);
    expect(await found(store, 'commit.time', [15], [])).toEqual(['c2', 'c3']);
    expect((await store.find('commit.time', [10], [10], 9))[0]?.record).toEqual(commitOf(1, 30));
    expect(await found(store, 'order.state', ['open'], ['open'])).toEqual(['o1', 'o2', 'o3']);
    expect(await found(store, 'order.state', ['open', 2], ['open'], 1)).toEqual(['o2']);
    expect(await found(store, 'hold.state', ['held'], ['held'])).toEqual(['h1']);
    expect(await found(store, 'member.shard', ['02'], ['02'])).toEqual(['m2']);
    expect(await found(store, 'subscription.expiry', [], [25])).toEqual(['s10', 's20']);
  });
}
