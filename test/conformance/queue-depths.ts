import { expect, test, vi } from 'vitest';
import type { Depth, Queue } from '#ports/queue';
import { type Bed, shards } from './queue-bed.ts';
import { looks, read } from './queue-reader.ts';

type Counts = Omit<Depth, 'oldest'>;

/** A broker counts a little later than it acts. */
const settlesAt = (queue: Queue, expected: Counts) =>
  vi.waitFor(
    async () => {
      const { oldest: _oldest, ...counts } = (await queue.depths()).find(({ shard }) => shard === expected.shard) ?? {};
      expect(counts).toEqual(expected);
    },
    { timeout: 15_000, interval: 20 },
  );

export function depthTests(bed: Bed): void {
  test('W-05: depths tell per shard what waits, what is in hand, and who consumes', async () => {
    const { queue } = bed();
    expect((await queue.depths()).map(({ shard }) => shard).toSorted()).toEqual(shards);
    await settlesAt(queue, { shard: '00', ready: 0, unacked: 0, consumers: 0 });
    await queue.publish([...looks(1, 5, '00'), ...looks(6, 7, 'all')]);
    await settlesAt(queue, { shard: '00', ready: 7, unacked: 0, consumers: 0 });
    await settlesAt(queue, { shard: '03', ready: 2, unacked: 0, consumers: 0 });
    const reader = await read(queue, '00', { prefetch: 3 });
    await reader.got(3);
    await settlesAt(queue, { shard: '00', ready: 4, unacked: 3, consumers: 1 });
    reader.ack(1, 2);
    await reader.got(5);
    await settlesAt(queue, { shard: '00', ready: 2, unacked: 3, consumers: 1 });
    await reader.close();
    await settlesAt(queue, { shard: '00', ready: 5, unacked: 0, consumers: 0 });
    await settlesAt(queue, { shard: '03', ready: 2, unacked: 0, consumers: 0 });
  });

  test('W-05: the oldest waiting signal, where it is told, is of the time of its publish', async () => {
    const { queue } = bed();
    const before = Date.now();
    await queue.publish(looks(1, 2, '00'));
    const after = Date.now();
    await settlesAt(queue, { shard: '00', ready: 2, unacked: 0, consumers: 0 });
    for (const { shard, oldest } of await queue.depths()) {
      if (shard !== '00') expect(oldest).toBeUndefined();
      // A broker may know seconds only.
      else if (oldest !== undefined) expect([oldest >= before - 1000, oldest <= after + 1000]).toEqual([true, true]);
    }
  });
}
