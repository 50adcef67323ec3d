import { expect, test, vi } from 'vitest';
import { type Bed, shards } from './queue-bed.ts';
import { delta, drain, look, looks, numbers, read, wake } from './queue-reader.ts';

export function deliveryTests(bed: Bed): void {
  test('signals come out as they went in', async () => {
    const { queue } = bed();
    const signals = [look(1), { ...delta(2), first: 1 }, delta(3), wake(4), { ...look(5), m: 'ü🌲', h: [] }];
    await queue.publish(signals.map((signal) => ({ signal, shard: '00' })));
    const reader = await read(queue, '00');
    await reader.got(5);
    expect(reader.signals()).toEqual(signals);
  });

  test('a look goes to its shard alone, in order over many publishes', async () => {
    const { queue } = bed();
    for (let n = 0; n < 10; n++) await queue.publish(looks(n * 30 + 1, n * 30 + 30, '02'));
    const reader = await read(queue, '02', { acks: true });
    await reader.got(300);
    expect(reader.ids()).toEqual(numbers(1, 300));
    for (const other of ['00', '01', '03']) expect(await drain(queue, other)).toEqual([]);
  });

  test('what goes to all comes once in every shard, in its place among the others', async () => {
    const { queue } = bed();
    await queue.publish([
      { signal: look(1), shard: '01' },
      { signal: delta(2), shard: 'all' },
      { signal: look(3), shard: '01' },
      { signal: wake(4), shard: 'all' },
    ]);
    expect(await drain(queue, '01')).toEqual([1, 2, 3, 4]);
    for (const shard of shards.filter((name) => name !== '01')) expect(await drain(queue, shard)).toEqual([2, 4]);
    for (const shard of shards) expect(await drain(queue, shard)).toEqual([]);
  });

  test('a waiting consumer is given what is published later', async () => {
    const { queue } = bed();
    const reader = await read(queue, '00');
    const other = await read(queue, '01');
    await queue.publish(looks(1, 2, '00'));
    await reader.got(2);
    await queue.publish(looks(3, 3, 'all'));
    await reader.got(3);
    await other.got(1);
    expect(reader.ids()).toEqual([1, 2, 3]);
    expect(other.ids()).toEqual([3]);
  });

  test('never more than prefetch are unsettled', async () => {
    const { queue } = bed();
    await queue.publish(looks(1, 20, '00'));
    let open = 0;
    let most = 0;
    const acks: (() => void)[] = [];
    const seen: number[] = [];
    await queue.consume(
      '00',
      ({ signal, ack }) => {
        seen.push(signal.at);
        most = Math.max(most, ++open);
        acks.push(ack);
      },
      { prefetch: 3, spoiled: async () => undefined },
    );
    await vi.waitFor(() => expect(seen).toHaveLength(3), { timeout: 10_000, interval: 5 });
    while (seen.length < 20) {
      const before = seen.length;
      open--;
      acks.shift()?.();
      await vi.waitFor(() => expect(seen.length).toBeGreaterThan(before), { timeout: 10_000, interval: 2 });
    }
    expect(most).toBe(3);
    expect(seen).toEqual(numbers(1, 20));
  });

  test('a large prefetch is filled though nothing is settled', async () => {
    const { queue } = bed();
    await queue.publish(looks(1, 700, '00'));
    const reader = await read(queue, '00', { prefetch: 1000 });
    await reader.got(700);
    expect(reader.ids()).toEqual(numbers(1, 700));
  });

  test('five thousand signals from many publishers come exactly once each', async () => {
    const { queue } = bed();
    const reader = await read(queue, '00', { prefetch: 256, acks: true });
    await Promise.all(Array.from({ length: 50 }, (_, i) => queue.publish(looks(i * 100 + 1, i * 100 + 100, '00'))));
    await reader.got(5000);
    await reader.close();
    expect(reader.ids().toSorted((a, b) => a - b)).toEqual(numbers(1, 5000));
    expect(await drain(queue, '00')).toEqual([]);
  });

  test('a shard that is not there is refused, and nothing of that publish is sent', async () => {
    const { queue } = bed();
    await expect(queue.publish([...looks(1, 1, '00'), ...looks(2, 2, 'nowhere')])).rejects.toThrow();
    expect(await drain(queue, 'nowhere').catch(() => 'refused')).toBe('refused');
    await queue.publish([]);
    await queue.publish(looks(3, 3, '00'));
    expect(await drain(queue, '00')).toContain(3);
  });
}
