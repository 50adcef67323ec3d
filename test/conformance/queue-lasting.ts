import { expect, test } from 'vitest';
import type { Bed } from './queue-bed.ts';
import { drain, looks, numbers, read } from './queue-reader.ts';

export function lastingTests(bed: Bed): void {
  test('what is not settled is there after close and open, in order, and what is settled is not', async () => {
    const { queue } = bed();
    await queue.publish([...looks(1, 5, '00'), ...looks(6, 8, 'all'), ...looks(9, 10, '00')]);
    const reader = await read(queue, '00');
    await reader.got(10);
    reader.ack(1, 4, 7);
    await reader.close();
    const after = await bed().reopen();
    await after.publish(looks(11, 11, '00'));
    expect(await drain(after, '00')).toEqual([2, 3, 5, 6, 8, 9, 10, 11]);
    expect(await drain(after, '01')).toEqual([6, 7, 8]);
  });

  test('closing the queue gives back what its consumers held', async () => {
    const { queue } = bed();
    await queue.publish(looks(1, 5, '00'));
    const reader = await read(queue, '00');
    await reader.got(5);
    const after = await bed().reopen();
    reader.ack(1, 2);
    expect(await drain(after, '00')).toEqual(numbers(1, 5));
  });

  test('what was acknowledged before a close that was answered stays settled after a crash', async () => {
    const { queue } = bed();
    await queue.publish(looks(1, 5, '00'));
    const reader = await read(queue, '00');
    await reader.got(5);
    reader.ack(2, 3);
    await reader.close();
    const after = await bed().crash();
    expect(await drain(after, '00')).toEqual([1, 4, 5]);
  });

  test('what was acknowledged before the close of the queue stays settled', async () => {
    const { queue } = bed();
    await queue.publish(looks(1, 5, '00'));
    const reader = await read(queue, '00');
    await reader.got(5);
    reader.ack(2, 3);
    expect(await drain(await bed().reopen(), '00')).toEqual([1, 4, 5]);
  });

  test('a crash loses nothing that was published and not settled, and keeps the order', async () => {
    const { queue } = bed();
    const reader = await read(queue, '00', { prefetch: 10 });
    await queue.publish([...looks(1, 20, '00'), ...looks(21, 22, 'all')]);
    await reader.got(10);
    reader.ack(3, 4);
    const after = await bed().crash();
    const again = await drain(after, '00');
    // An acknowledgement may be lost with the process, so 3 and 4 may come twice.
    expect(again.filter((id) => id !== 3 && id !== 4)).toEqual([1, 2, ...numbers(5, 22)]);
    expect(again).toEqual(again.toSorted((a, b) => a - b));
    expect(await drain(after, '02')).toEqual([21, 22]);
  });

  test('publishes that were answered before a crash are there after it', async () => {
    const { queue } = bed();
    const answered: number[] = [];
    const publishing = numbers(1, 60).map(async (n) => {
      await queue.publish(looks(n, n, '00'));
      answered.push(n);
    });
    await Promise.race(publishing);
    const known = [...answered];
    const after = await bed().crash();
    expect(known.length).toBeGreaterThan(0);
    expect(await drain(after, '00')).toEqual(expect.arrayContaining(known));
    await Promise.allSettled(publishing);
  });

  test('a consumer after a crash is given what comes new, too', async () => {
    await bed().queue.publish(looks(1, 2, '00'));
    const after = await bed().crash();
    const reader = await read(after, '00', { acks: true });
    await after.publish(looks(3, 4, '00'));
    await reader.got(4);
    expect(reader.ids()).toEqual([1, 2, 3, 4]);
  });
}
