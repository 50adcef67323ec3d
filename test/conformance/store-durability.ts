import { setImmediate } from 'node:timers/promises';
import { expect, test } from 'vitest';
import type { Store } from '#ports/store';
import { commitOf, copyOf, endpointOf, insertEndpoint, insertFact, mbx } from './sample-records.ts';
import type { Bed } from './store-bed.ts';

const GROUPS = 40;
const PER_GROUP = 8;

const groupKey = (group: number, i: number): string => `${String(group).padStart(3, '0')}/${i}`;

const groups = Array.from({ length: GROUPS }, (_, group) =>
  Array.from({ length: PER_GROUP }, (_unused, i) => insertFact(groupKey(group, i), group)),
);

/** How many records each group has in the store. */
async function landed(store: Store): Promise<number[]> {
  const found = await store.range('fact', '000', '999', GROUPS * PER_GROUP);
  return Array.from({ length: GROUPS }, (_, group) => found.filter(({ record }) => record.value === group).length);
}

/** Whole groups, then at most one in part, then none. */
function expectPrefix(counts: readonly number[]): void {
  const firstOpen = counts.findIndex((count) => count < PER_GROUP);
  if (firstOpen >= 0) expect(counts.slice(firstOpen + 1).filter((count) => count > 0)).toEqual([]);
}

async function fill(store: Store): Promise<void> {
  await store.write([
    [insertEndpoint(mbx(1), { dueAt: 5 }), insertFact('x', 1)],
    [
      { op: 'insert', kind: 'commit', key: 'customers/0000000001', record: commitOf(1, 50) },
      {
        op: 'copies',
        endpoint: mbx(1),
        token: 1,
        slots: new Map([
          [1, copyOf(1)],
          [2, copyOf(2)],
        ]),
      },
      { op: 'take', shard: '07', expect: 0, owner: 'w', token: 1 },
    ],
    [{ op: 'raise', shard: '07', token: 4 }],
  ]);
}

async function expectFilled(store: Store): Promise<void> {
  expect(await store.get('endpoint', [mbx(1)])).toEqual([endpointOf({ dueAt: 5, token: 4 })]);
  expect(await store.get('fact', ['x'])).toEqual([{ value: 1 }]);
  expect(await store.get('commit', ['customers/0000000001'])).toEqual([commitOf(1, 50)]);
  expect(await store.get('shard', ['07'])).toEqual([{ owner: 'w', token: 1 }]);
  expect(await store.copies(mbx(1))).toEqual(
    new Map([
      [1, copyOf(1)],
      [2, copyOf(2)],
    ]),
  );
  expect((await store.find('endpoint.shard', ['07'], ['07'], 9)).map(({ key }) => key)).toEqual([mbx(1)]);
}

export function durabilityTests(bed: Bed): void {
  test('everything is there again after close and open, and goes on from there', async () => {
    await fill(bed().store);
    const store = await bed().reopen();
    await expectFilled(store);
    const late = { op: 'put', kind: 'endpoint', key: mbx(1), token: 3, set: { applied: 1 } } as const;
    expect(await store.write([[insertFact('x', 2), late]])).toEqual([['exists', 'fenced']]);
    await store.write([[{ op: 'copies', endpoint: mbx(1), token: 4, slots: new Map([[3, copyOf(3)]]) }]]);
    expect(await store.copies(mbx(1))).toEqual(new Map([1, 2, 3].map((n) => [n, copyOf(n)])));
  });

  test('what was answered as written survives a crash', async () => {
    await fill(bed().store);
    await expectFilled(await bed().crash());
  });

  test.each([0, 1, 2, 3, 5, 8])(
    'a crash %i turns into a write leaves whole groups from the first on',
    async (turns) => {
      const { store } = bed();
      await store.write([[insertFact('before', 1)]]);
      const writing = store.write(groups).catch(() => undefined);
      for (let turn = 0; turn < turns; turn++) await setImmediate();
      const after = await bed().crash();
      expectPrefix(await landed(after));
      expect(await after.get('fact', ['before'])).toEqual([{ value: 1 }]);
      await writing;
    },
  );

  test('calls of many callers: each that was answered before the crash is there', async () => {
    const { store } = bed();
    const answered: string[] = [];
    const callers = Array.from({ length: 20 }, async (_, caller) => {
      for (let i = 0; i < 10; i++) {
        await store.write([[insertFact(`c${caller}/${i}`, i)]]);
        answered.push(`c${caller}/${i}`);
      }
    });
    await Promise.race(callers);
    const known = [...answered];
    const after = await bed().crash();
    expect(known.length).toBeGreaterThan(9);
    expect(await after.get('fact', known)).not.toContain(undefined);
    await Promise.allSettled(callers);
  });
}
