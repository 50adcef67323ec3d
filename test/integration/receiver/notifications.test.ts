import { expect, test } from 'vitest';
import { hintOf } from '#core/hint';
import { shardOf } from '#core/identity';
import { clientState } from '#messages/client-state';
import { ada, bob, lifecycle, notification, openBed, RecordingQueue, secret } from './receiver-bed.ts';

test('W-01: notifications of several mailboxes in one request become one look each, at their shards', async () => {
  const queue = new RecordingQueue();
  const bed = await openBed({ queue });
  const before = Date.now();
  const value = [notification(ada, 'a1'), notification(bob, 'b1'), notification(ada, 'a2'), notification(ada, 'a1')];
  const response = await bed.post({ value });
  expect(response.status).toBe(202);
  expect(queue.published).toEqual([
    {
      shard: shardOf(ada),
      signal: {
        k: 'look',
        t: 'contoso',
        m: ada,
        h: [hintOf('a1', 'W/"of a1"'), hintOf('a2', 'W/"of a2"')],
        c: 'updated',
        n: 3,
        at: expect.any(Number),
        first: expect.any(Number),
      },
    },
    { shard: shardOf(bob), signal: expect.objectContaining({ m: bob, n: 1, h: [hintOf('b1', 'W/"of b1"')] }) },
  ]);
  for (const { at, first } of queue.looks) expect(at >= first && first >= before).toBe(true);
  expect(bed.counters()).toMatchObject({ accepted: 1, notifications: 4, looks: 2, forged: 0 });
});

test('PROTOCOL 3: more than 20 items are no longer told apart', async () => {
  const queue = new RecordingQueue();
  const bed = await openBed({ queue });
  const many = (n: number) => Array.from({ length: n }, (_, i) => notification(ada, `item ${i}`));
  await bed.post({ value: many(20) });
  await bed.post({ value: many(21) });
  expect(queue.looks.map(({ h, n }) => [h.length, h[0] === '*', n])).toEqual([
    [20, false, 20],
    [1, true, 21],
  ]);
});

test('a deletion is told without its etag, which may be that of our own last write', async () => {
  const queue = new RecordingQueue();
  const bed = await openBed({ queue });
  await bed.post({ value: [notification(ada, 'a1', { changeType: 'deleted' })] });
  expect(queue.looks).toMatchObject([{ c: 'deleted', h: [hintOf('a1')] }]);
});

test.each([
  ['missed', 'missed'],
  ['subscriptionRemoved', 'removed'],
  ['reauthorizationRequired', 'removed'],
  ['somethingNew', 'missed'],
])('W-01: the lifecycle event %s becomes a look with the cause %s', async (event, cause) => {
  const queue = new RecordingQueue();
  const bed = await openBed({ queue });
  const response = await bed.post({ value: [lifecycle(ada, event)] }, { at: `${bed.url}/lifecycle` });
  expect(response.status).toBe(202);
  expect(queue.looks).toMatchObject([{ m: ada, c: cause, h: ['*'] }]);
  expect(bed.counters()).toMatchObject({ lifecycle: 1, notifications: 0 });
});

test('W-01, F33: a wrong clientState is counted and ignored, and answered like a right one', async () => {
  const queue = new RecordingQueue();
  const bed = await openBed({ queue });
  const right = clientState(secret, 'contoso', ada);
  const wrong = [
    clientState('another secret', 'contoso', ada),
    right.replace('contoso', 'fabrikam'),
    right.replace(ada, bob),
    right.slice(0, -1),
    `${right}x`,
    ` ${right}`,
    'made up',
    '',
    null,
    undefined,
    42,
    { $ne: '' },
    [right],
  ];
  const value = wrong.map((state) => notification(ada, 'a1', { clientState: state }));
  expect((await bed.post({ value })).status).toBe(202);
  expect(queue.asked).toBe(0);
  expect(bed.counters()).toMatchObject({ forged: wrong.length, notifications: 0, accepted: 1 });
  expect((await bed.post({ value: [...value, notification(ada, 'a1')] })).status).toBe(202);
  expect(queue.looks).toMatchObject([{ m: ada, n: 1 }]);
  expect(bed.logged.filter((line) => line.includes('forged'))).toHaveLength(1);
});

test('F33: forty notifications of unknown subscriptions for one change are one look', async () => {
  const queue = new RecordingQueue();
  const bed = await openBed({ queue });
  const value = Array.from({ length: 40 }, (_, i) => notification(ada, 'a1', { subscriptionId: `old ${i}` }));
  await bed.post({ value });
  expect(queue.looks).toMatchObject([{ m: ada, n: 40, h: [hintOf('a1', 'W/"of a1"')] }]);
});

test('a mailbox that no policy reads is counted and not looked at', async () => {
  const queue = new RecordingQueue();
  const bed = await openBed({ queue, knows: (mailbox) => mailbox === ada });
  await bed.post({ value: [notification(ada, 'a1'), notification(bob, 'b1')] });
  expect(queue.looks.map(({ m }) => m)).toEqual([ada]);
  expect(bed.counters()).toMatchObject({ unknown: 1 });
});

test('promise 7, I21: neither signals nor the log hold an item id, an address or the clientState', async () => {
  const queue = new RecordingQueue();
  queue.durable = () => Promise.reject(new Error('no room for "Ann Smith" <ann@contoso.com>'));
  const bed = await openBed({ queue });
  const canary = notification('AAAAAAAAAAAAAAAA', 'canary@contoso.com', { note: 'canary' });
  await bed.post({ value: [canary, { ...canary, clientState: 'canary' }] });
  queue.durable = async () => undefined;
  await bed.post({ value: [canary] });
  expect(queue.published).toHaveLength(1);
  expect(bed.logged.length).toBeGreaterThan(1);
  const told = JSON.stringify(queue.published) + bed.logged.join('');
  expect(told).not.toMatch(/canary|contoso\.com|Smith/);
  expect(told).not.toContain(canary.clientState);
});
