import { expect, test } from 'vitest';
import { StoreUnavailable } from '#ports/errors';
import { FakeClock } from '../../support/fake-clock.ts';
import { until } from '../../support/until.ts';
import { ada, bob, notification, openBed, RecordingQueue } from './receiver-bed.ts';

/** A queue whose publishes are held until they are let go. */
function heldQueue() {
  const queue = new RecordingQueue();
  const open: PromiseWithResolvers<void>[] = [];
  queue.durable = () => {
    const one = Promise.withResolvers<void>();
    open.push(one);
    return one.promise;
  };
  return { queue, open };
}

test('W-01: 202 comes only after the queue has the look', async () => {
  const { queue, open } = heldQueue();
  const bed = await openBed({ queue });
  let status = 0;
  const answered = bed.post({ value: [notification(ada, 'a1')] }).then((response) => {
    status = response.status;
  });
  await until('the publish is asked for', () => open[0]);
  expect((await fetch(new URL('/healthz', bed.url))).status).toBe(200);
  expect(status).toBe(0);
  open[0]?.resolve();
  await answered;
  expect(status).toBe(202);
});

test('W-01: 503 when the queue refuses one of several looks', async () => {
  const queue = new RecordingQueue();
  let asked = 0;
  queue.durable = async () => {
    asked += 1;
    if (asked === 2) throw new StoreUnavailable('the disk is full');
  };
  const bed = await openBed({ queue });
  const response = await bed.post({ value: [notification(ada, 'a1'), notification(bob, 'b1')] });
  expect([response.status, await response.text()]).toEqual([503, '']);
  expect(bed.counters()).toMatchObject({ unavailable: 1, accepted: 0, unpublished: 1, looks: 1 });
  expect((await bed.post({ value: [notification(bob, 'b1')] })).status).toBe(202);
});

test('W-01: 503 after two seconds when the queue does not answer', async () => {
  const clock = new FakeClock();
  const { queue, open } = heldQueue();
  const bed = await openBed({ queue, clock });
  const answer = bed.post({ value: [notification(ada, 'a1')] });
  await until('the publish is asked for', () => open[0]);
  await clock.advance(1999);
  expect(bed.counters()).toMatchObject({ unavailable: 0 });
  await clock.advance(1);
  expect((await answer).status).toBe(503);
});

test('PROTOCOL 3: while a publish of a mailbox is open its further looks wait, 20 ms at most, and travel as one', async () => {
  const clock = new FakeClock();
  const { queue, open } = heldQueue();
  const bed = await openBed({ queue, clock });
  const first = bed.post({ value: [notification(ada, 'a0')] });
  await until('the first publish is open', () => open.length === 1);
  const more = ['a1', 'a2', 'a3'].map((id) => bed.post({ value: [notification(ada, id)] }));
  await until('two looks joined another one', () => bed.counters().merged === 2);
  const other = bed.post({ value: [notification(bob, 'b1')] });
  await until('another mailbox does not wait', () => open.length === 2);
  await clock.advance(19);
  expect(open).toHaveLength(2);
  await clock.advance(1);
  await until('the rest is published without the first having ended', () => open.length === 3);
  for (const { resolve } of open) resolve();
  for (const answer of [first, other, ...more]) expect((await answer).status).toBe(202);
  expect(queue.looks.map(({ m, n, h }) => [m, n, h.length])).toEqual([
    [ada, 1, 1],
    [bob, 1, 1],
    [ada, 3, 3],
  ]);
});

test('a look whose mailbox is idle again waits for nothing', async () => {
  const clock = new FakeClock();
  const queue = new RecordingQueue();
  const bed = await openBed({ queue, clock });
  for (const id of ['a1', 'a2', 'a3']) expect((await bed.post({ value: [notification(ada, id)] })).status).toBe(202);
  expect(queue.looks.map(({ n }) => n)).toEqual([1, 1, 1]);
});

test('looks that waited for a publish that failed are published all the same', async () => {
  const { queue, open } = heldQueue();
  const bed = await openBed({ queue });
  const first = bed.post({ value: [notification(ada, 'a0')] });
  await until('the first publish is open', () => open.length === 1);
  const second = bed.post({ value: [notification(ada, 'a1')] });
  open[0]?.reject(new StoreUnavailable('busy'));
  expect((await first).status).toBe(503);
  await until('the second is published', () => open.length === 2);
  open[1]?.resolve();
  expect((await second).status).toBe(202);
  expect(queue.looks).toMatchObject([{ n: 1 }]);
});

test('closing answers what is under way, then nobody', async () => {
  const { queue, open } = heldQueue();
  // Time stands still, so that closing cannot have waited for its last resort.
  const bed = await openBed({ queue, clock: new FakeClock() });
  const answer = bed.post({ value: [notification(ada, 'a1')] });
  await until('the publish is open', () => open[0]);
  const closed = bed.close();
  open[0]?.resolve();
  expect((await answer).status).toBe(202);
  await Promise.all([closed, bed.close()]);
  await expect(bed.post({ value: [] })).rejects.toThrow();
});
