import { afterEach, expect, test } from 'vitest';
import type { Item } from '#core/item';
import type { Rendering } from '#core/rendering';
import { PortError } from '#ports/errors';
import type { CallOptions } from '#ports/mailboxes';
import { bulk, type Connected, connectTo, live, mailbox, people } from './company.ts';

const MAILBOXES = 40;
const CARDS = 12;

const rendering = (n: number): Rendering => ({ owned: ['displayName'], fields: { displayName: `Card ${n}` } });
const stampOf = (m: number, n: number): string => `stamp ${m} ${n}`;

let connected: Connected | undefined;
afterEach(async () => {
  await connected?.close();
  connected = undefined;
});

test('I14: in throttling, 5xx and cut connections every call settles, nothing is written twice, no rule is broken', async () => {
  connected = await connectTo(people(MAILBOXES), { latencyMs: 5, throttling: { retryAfterSeconds: 0.3 } });
  const { mailboxes, simulator } = connected;
  const places = await Promise.all(
    Array.from({ length: MAILBOXES }, async (_, n) => {
      const folder = await mailboxes.findFolder(mailbox(n), [], live);
      return { ...mailbox(n), folder: folder?.id ?? '' };
    }),
  );
  const always = { times: 0, path: '/contacts' };
  simulator.faults.add({ ...always, status: 429, retryAfter: 0.3, probability: 0.05 });
  simulator.faults.add({ ...always, status: 503, probability: 0.03 });
  simulator.faults.add({ ...always, status: 500, afterEffect: true, probability: 0.03 });
  simulator.faults.add({ ...always, drop: 'after', probability: 0.002 });

  const kinds = new Map<string, number>();
  const create = async (m: number, n: number, options: CallOptions): Promise<void> => {
    try {
      const place = places[m] as (typeof places)[number];
      await mailboxes.create(place, rendering(n), stampOf(m, n), options);
      kinds.set('done', (kinds.get('done') ?? 0) + 1);
    } catch (error) {
      if (!(error instanceof PortError)) throw error;
      kinds.set(error.kind, (kinds.get(error.kind) ?? 0) + 1);
    }
  };
  const calls = places.flatMap((_, m) =>
    Array.from({ length: CARDS }, (_, n) => create(m, n, n % 3 === 0 ? live : bulk)),
  );
  await Promise.all(calls);
  simulator.faults.clear();

  const found = new Map<string, number>();
  for (const place of places) {
    for await (const page of mailboxes.list(place, bulk)) {
      for (const { stamp = '' } of page as readonly Item[]) found.set(stamp, (found.get(stamp) ?? 0) + 1);
    }
  }
  const count = (kind: string): number => kinds.get(kind) ?? 0;
  expect([...kinds.keys()].toSorted()).toEqual(['done', 'throttled', 'unanswered']);
  expect([...found.values()].every((times) => times === 1)).toBe(true);
  // What was answered is there, what was throttled is not, of the rest nobody knows.
  expect(found.size).toBeGreaterThanOrEqual(count('done'));
  expect(found.size).toBeLessThanOrEqual(MAILBOXES * CARDS - count('throttled'));
  expect(simulator.judge.breaches()).toEqual([]);
});
