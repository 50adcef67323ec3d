import { expect, test } from 'vitest';
import type { Bed } from './queue-bed.ts';
import { drain, looks, numbers, read } from './queue-reader.ts';

export function settlingTests(bed: Bed): void {
  test('closing a consumer gives what is unsettled back in its order, before what is newer', async () => {
    const { queue } = bed();
    await queue.publish(looks(1, 10, '00'));
    const reader = await read(queue, '00', { prefetch: 6 });
    await reader.got(6);
    reader.ack(2, 5);
    await reader.close();
    await queue.publish(looks(11, 12, '00'));
    const rest = await drain(queue, '00');
    // Two acknowledgements made room for two more, which may have come before the close.
    expect(rest).toEqual([1, 3, 4, ...numbers(6, 12)]);
  });

  test('an acknowledgement right before the close counts', async () => {
    const { queue } = bed();
    await queue.publish(looks(1, 100, '00'));
    const reader = await read(queue, '00');
    await reader.got(100);
    reader.ack(...numbers(1, 99));
    await reader.close();
    await reader.close();
    expect(await drain(queue, '00')).toEqual([100]);
  });

  test('a second acknowledgement settles nothing else', async () => {
    const { queue } = bed();
    await queue.publish(looks(1, 6, '00'));
    const reader = await read(queue, '00', { prefetch: 3 });
    await reader.got(3);
    for (let i = 0; i < 5; i++) reader.ack(1);
    await reader.got(4);
    reader.ack(1);
    await reader.close();
    expect(reader.ids()).toEqual([1, 2, 3, 4]);
    expect(await drain(queue, '00')).toEqual(numbers(2, 6));
  });

  test('an acknowledgement after the close does nothing: the next consumer has that delivery', async () => {
    const { queue } = bed();
    await queue.publish(looks(1, 4, '00'));
    const first = await read(queue, '00');
    await first.got(4);
    await first.close();
    first.ack(1, 2);
    const second = await read(queue, '00');
    await second.got(4);
    first.ack(3);
    second.ack(4);
    await second.close();
    expect(second.ids()).toEqual([1, 2, 3, 4]);
    expect(await drain(queue, '00')).toEqual([1, 2, 3]);
  });

  test('of what went to all, one shard settles its own only', async () => {
    const { queue } = bed();
    await queue.publish(looks(1, 5, 'all'));
    const reader = await read(queue, '01');
    await reader.got(5);
    reader.ack(...numbers(1, 5));
    await reader.close();
    expect(await drain(queue, '01')).toEqual([]);
    expect(await drain(queue, '02')).toEqual(numbers(1, 5));
  });

  test('two consumers for a moment: each signal is with one of them, and the close of one gives to the other', async () => {
    const { queue } = bed();
    await queue.publish(looks(1, 8, '00'));
    const old = await read(queue, '00', { prefetch: 4 });
    await old.got(4);
    const young = await read(queue, '00', { prefetch: 100 });
    await young.got(4);
    expect([...old.ids(), ...young.ids()].toSorted((a, b) => a - b)).toEqual(numbers(1, 8));
    const unsettled = old.ids();
    await old.close();
    await young.got(8);
    expect(young.ids().slice(4)).toEqual(unsettled);
    young.ack(...numbers(1, 8));
    await young.close();
    expect(await drain(queue, '00')).toEqual([]);
  });
}
