import { expect, test } from 'vitest';
import type { Copy } from '#core/copy';
import type { Write } from '#ports/store';
import { copyOf, insertEndpoint, mbx } from './sample-records.ts';
import type { Bed } from './store-bed.ts';

const put = (endpoint: string, slots: ReadonlyMap<number, Copy | null>): Write => ({
  op: 'copies',
  endpoint,
  token: 1,
  slots,
});

const numbered = (from: number, to: number): Map<number, Copy> =>
  new Map(Array.from({ length: to - from + 1 }, (_, i) => [from + i, copyOf(from + i)]));

const odd: readonly Copy[] = [
  copyOf(1),
  copyOf(2, { absent: true }),
  copyOf(3, { item: '', etag: '', seen: '', written: 0, absent: true }),
  copyOf(4, {
    extra: { categories: ['Rot', 'ü🌲'], given: ['personalNotes', 'mobilePhone'], accepted: 'AAAAAAAAAAA' },
  }),
  copyOf(5, { extra: { photo: 'f'.repeat(64), keptAway: true }, absent: true }),
  copyOf(6, { item: 'of another kind', etag: '"1"', seen: 'no hash' }),
  copyOf(7, { item: 'AAk', etag: 'W/"EQAAABYAAAC4at', written: Number.MAX_SAFE_INTEGER }),
  copyOf(8, { item: `${'ß'.repeat(300)}🌲`, extra: {} }),
];

export function copiesTests(bed: Bed): void {
  test('copies come back as they were, whatever is unusual about them', async () => {
    const { store } = bed();
    const slots = new Map(odd.map((copy, i) => [i * 1000, copy]));
    await store.write([[insertEndpoint(mbx(1)), insertEndpoint(mbx(2))]]);
    expect(await store.write([[put(mbx(1), slots)]])).toEqual([['stored']]);
    for (const [number, copy] of slots) await store.write([[put(mbx(2), new Map([[number, copy]]))]]);
    expect(await store.copies(mbx(1))).toEqual(slots);
    expect(await store.copies(mbx(2))).toEqual(slots);
    expect(await store.copies(mbx(1), [2000, 5000, 77])).toEqual(new Map([2000, 5000].map((n) => [n, slots.get(n)])));
    for (const [number, copy] of slots)
      expect(await store.copiesByItem(mbx(1), [copy.item]), String(number)).toEqual(new Map([[number, copy]]));
  });

  test('a slot is replaced whole, and null removes it', async () => {
    const { store } = bed();
    await store.write([[insertEndpoint(mbx(1))]]);
    await store.write([
      [
        put(
          mbx(1),
          new Map([
            [1, copyOf(1, { absent: true, extra: { categories: ['x'] } })],
            [2, copyOf(2)],
          ]),
        ),
      ],
    ]);
    await store.write([
      [
        put(
          mbx(1),
          new Map([
            [1, copyOf(9)],
            [2, null],
            [3, null],
            [4, copyOf(4)],
          ]),
        ),
      ],
    ]);
    expect(await store.copies(mbx(1))).toEqual(
      new Map([
        [1, copyOf(9)],
        [4, copyOf(4)],
      ]),
    );
    expect(await store.copiesByItem(mbx(1), [copyOf(1).item, copyOf(2).item])).toEqual(new Map());
  });

  test('endpoints do not see each other, and removing the copies of one leaves the other', async () => {
    const { store } = bed();
    await store.write([[insertEndpoint(mbx(1)), insertEndpoint(mbx(2))]]);
    await store.write([[put(mbx(1), numbered(1, 5)), put(mbx(2), numbered(3, 9))]]);
    expect(await store.copiesByItem(mbx(1), [copyOf(7).item])).toEqual(new Map());
    expect(await store.write([[{ op: 'remove copies', endpoint: mbx(1), token: 1 }]])).toEqual([['stored']]);
    expect(await store.copies(mbx(1))).toEqual(new Map());
    expect(await store.copies(mbx(2))).toEqual(numbered(3, 9));
    await store.write([[put(mbx(1), numbered(2, 3))]]);
    expect(await store.copies(mbx(1))).toEqual(numbered(2, 3));
  });

  test('nothing asked and nothing stored is an empty answer', async () => {
    const { store } = bed();
    await store.write([[insertEndpoint(mbx(1))], [put(mbx(1), numbered(1, 2))]]);
    expect(await store.copies(mbx(1), [])).toEqual(new Map());
    expect(await store.copiesByItem(mbx(1), [])).toEqual(new Map());
    expect(await store.copies('nobody/x/y')).toEqual(new Map());
    expect(await store.copiesByItem('nobody/x/y', ['i'])).toEqual(new Map());
    expect(await store.write([[put(mbx(1), new Map())]])).toEqual([['stored']]);
  });

  test('ten thousand copies of one endpoint, put at once, then found by number and by item', async () => {
    const { store } = bed();
    const slots = numbered(1, 10_000);
    await store.write([[insertEndpoint(mbx(1))], [put(mbx(1), slots)]]);
    const all = await store.copies(mbx(1));
    expect(all.size).toBe(10_000);
    expect(all).toEqual(slots);
    const some = [1, 63, 64, 65, 4711, 10_000];
    const expected = new Map(some.map((n) => [n, copyOf(n)]));
    expect(await store.copies(mbx(1), some)).toEqual(expected);
    expect(await store.copiesByItem(mbx(1), [...some.map((n) => copyOf(n).item), 'no such item'])).toEqual(expected);
  });

  test('copies written one by one in another order than their numbers', async () => {
    const { store } = bed();
    await store.write([[insertEndpoint(mbx(1))]]);
    for (const n of [900, 3, 70_000, 12]) await store.write([[put(mbx(1), numbered(n, n))]]);
    expect(await store.copies(mbx(1))).toEqual(new Map([3, 12, 900, 70_000].map((n) => [n, copyOf(n)])));
  });
}
