import { describe, expect, test, vi } from 'vitest';
import { Denied, Throttled } from '#ports/errors';
import { othersTurn as settled } from '../../../support/fake-clock.ts';
import { scriptedGraph } from './scripted-graph.ts';

const numbers = (count: number): number[] => Array.from({ length: count }, (_, n) => n);
const mailbox = (url: string): string => url.split('/')[1] as string;

describe('gathering', () => {
  test('twenty requests go at once, the rest waits for company', async () => {
    const { ask, batches, clock } = scriptedGraph();
    for (const n of numbers(23)) void ask(`m${n}`, `/m${n}/1`);
    expect(batches.map(({ urls }) => urls.length)).toEqual([20]);
    await clock.advance(9);
    expect(batches).toHaveLength(1);
    await clock.advance(1);
    expect(batches.map(({ urls }) => urls.length)).toEqual([20, 3]);
  });

  test('a lone request waits 5 ms when nothing is under way', async () => {
    const { ask, batches, clock } = scriptedGraph();
    void ask('m', '/m/1');
    await clock.advance(4);
    expect(batches).toHaveLength(0);
    await clock.advance(1);
    expect(batches.map(({ urls }) => urls)).toEqual([['/m/1']]);
  });

  test('F40: items have plain numbers, and answers find their request by them', async () => {
    const { ask, batches, clock } = scriptedGraph();
    const asked = ['AbcD', 'abcd', 'ABCD'].map((id) => ask('m', `/m/${id}`));
    await clock.advance(5);
    expect(batches[0]?.items.map(({ id }) => id)).toEqual(['0', '1', '2']);
    batches[0]?.answer(({ url }) => ({ status: 200, body: url }));
    expect((await Promise.all(asked)).map(({ body }) => body)).toEqual(['/m/AbcD', '/m/abcd', '/m/ABCD']);
  });

  test('an item without an answer has none, whatever came for the others', async () => {
    const { ask, batches, clock } = scriptedGraph();
    const asked = [ask('a', '/a/1'), ask('b', '/b/1')];
    await clock.advance(5);
    batches[0]?.answer(({ url }) => (url === '/a/1' ? { status: 204 } : undefined));
    expect((await Promise.all(asked)).map(({ status }) => status)).toEqual([204, 0]);
  });
});

describe('mailboxes', () => {
  test('K-13, I14: never more than four requests of one mailbox under way, in one batch', async () => {
    const { ask, batches, clock } = scriptedGraph();
    for (const n of numbers(10)) void ask('m', `/m/${n}`);
    for (const n of numbers(10)) void ask('o', `/o/${n}`);
    await clock.advance(60);
    expect(batches.map(({ urls }) => urls.length)).toEqual([8]);
    batches[0]?.answer();
    await clock.advance(60);
    expect(batches.map(({ urls }) => urls.filter((url) => mailbox(url) === 'm').length)).toEqual([4, 4]);
    batches[1]?.answer();
    await clock.advance(60);
    expect(batches[2]?.urls).toEqual(['/m/8', '/m/9', '/o/8', '/o/9']);
  });

  test('round robin: who was served goes behind those who wait', async () => {
    const { ask, batches } = scriptedGraph(1);
    for (const n of numbers(10)) for (const m of numbers(10)) void ask(`m${m}`, `/m${m}/${n}`);
    await settled();
    for (const at of numbers(3)) {
      batches[at]?.answer();
      await settled();
    }
    const served = batches.map(({ urls }) => [...new Set(urls.map(mailbox))].join(' '));
    const halves = ['m0 m1 m2 m3 m4', 'm5 m6 m7 m8 m9'];
    // The first batch left while the requests were still coming, two of each mailbox.
    expect(served.slice(1)).toEqual([...halves, halves[0]]);
  });

  test('live goes before bulk, also within a mailbox', async () => {
    const { ask, batches, clock } = scriptedGraph();
    for (const n of numbers(6)) void ask('m', `/m/bulk${n}`, { urgent: false });
    void ask('n', '/n/bulk', { urgent: false });
    void ask('m', '/m/live');
    await clock.advance(5);
    expect(batches[0]?.urls).toEqual(['/m/live', '/m/bulk0', '/m/bulk1', '/m/bulk2', '/n/bulk']);
  });

  test('bulk leaves a fifth of the open batches free', async () => {
    const { ask, batches } = scriptedGraph(10);
    for (const n of numbers(200)) void ask(`m${n}`, `/m${n}/1`, { urgent: false });
    await settled();
    expect(batches).toHaveLength(8);
    for (const n of numbers(20)) void ask(`l${n}`, `/l${n}/1`);
    expect(batches).toHaveLength(9);
    expect(batches[8]?.urls.every((url) => url.startsWith('/l'))).toBe(true);
  });

  test('bulk work alone opens more batches, too', async () => {
    const { ask, batches, composer } = scriptedGraph();
    for (const n of numbers(2000)) void ask(`m${n}`, `/m${n}/1`, { urgent: false });
    await settled();
    for (const at of numbers(60)) {
      batches[at]?.answer();
      await settled();
    }
    expect(composer.stats().limit).toBeGreaterThan(40);
  });

  test('a request that is known to be slow travels without other mailboxes', async () => {
    const { ask, batches, clock } = scriptedGraph();
    void ask('s', '/s/slow', { alone: true });
    void ask('a', '/a/1');
    await clock.advance(20);
    expect(batches.map(({ urls }) => urls)).toEqual([['/s/slow'], ['/a/1']]);
  });

  test('a mailbox that is three times slower than the median travels alone', async () => {
    const { ask, batches, clock } = scriptedGraph();
    for (const _ of numbers(12)) {
      void ask('fast', '/fast/1');
      await clock.advance(10);
      batches.at(-1)?.answer();
      await settled();
    }
    for (const _ of numbers(3)) {
      void ask('slow', '/slow/1');
      await clock.advance(5);
      await clock.advance(900);
      batches.at(-1)?.answer();
      await settled();
    }
    const before = batches.length;
    void ask('slow', '/slow/2');
    void ask('fast', '/fast/2');
    await clock.advance(20);
    expect(batches.slice(before).map(({ urls }) => urls)).toEqual([['/slow/2'], ['/fast/2']]);
  });
});

describe('throttling', () => {
  test('a throttled mailbox rests as long as Graph asks, then travels alone; others go on', async () => {
    const { ask, batches, clock } = scriptedGraph();
    const first = ask('m', '/m/1');
    await clock.advance(5);
    batches[0]?.answer(() => ({ status: 429, headers: { 'retry-after': '2' } }));
    expect(await first).toMatchObject({ status: 429, retryAfterMs: 2000 });
    void ask('m', '/m/2');
    void ask('o', '/o/1');
    await clock.advance(1990);
    expect(batches.slice(1).map(({ urls }) => urls)).toEqual([['/o/1']]);
    void ask('o', '/o/2');
    batches[1]?.answer();
    await clock.advance(30);
    expect(batches.slice(2).map(({ urls }) => urls)).toEqual([['/o/2'], ['/m/2']]);
  });

  test('a timer that fires early does not strand the mailbox', async () => {
    const { ask, batches, clock } = scriptedGraph();
    const sleep = clock.sleep.bind(clock);
    clock.sleep = (ms, signal) => sleep(ms > 100 ? ms - 1 : ms, signal);
    const first = ask('m', '/m/1');
    await clock.advance(5);
    batches[0]?.answer(() => ({ status: 429, headers: { 'Retry-After': '1' } }));
    await first;
    void ask('m', '/m/2');
    await clock.advance(1100);
    expect(batches[1]?.urls).toEqual(['/m/2']);
  });

  test('a mailbox whose requests got no answer rests a second', async () => {
    const { ask, batches, clock } = scriptedGraph();
    const first = ask('m', '/m/1');
    await clock.advance(5);
    batches[0]?.whole({ status: 0, headers: {}, body: undefined });
    await first;
    void ask('m', '/m/2');
    await clock.advance(990);
    expect(batches).toHaveLength(1);
    await clock.advance(30);
    expect(batches).toHaveLength(2);
  });

  test('who has to wait longer than a few seconds is told so at once', async () => {
    const { ask, batches, clock } = scriptedGraph();
    const asked = numbers(6).map((n) => ask('m', `/m/${n}`));
    const outcomes = Promise.allSettled(asked);
    await clock.advance(5);
    batches[0]?.answer(() => ({ status: 429, headers: { 'Retry-After': '30' } }));
    const results = await outcomes;
    expect(results.slice(4).map((result) => result.status === 'rejected' && result.reason)).toMatchObject([
      { retryAfterMs: 30_000, scope: 'mailbox' },
      { retryAfterMs: 30_000, scope: 'mailbox' },
    ]);
    await clock.advance(10_000);
    await expect(ask('m', '/m/7')).rejects.toMatchObject({ kind: 'throttled', retryAfterMs: 20_000 });
  });

  test('without Retry-After the pause grows', async () => {
    const { ask, batches, clock } = scriptedGraph();
    const pauses: (number | undefined)[] = [];
    for (const at of numbers(3)) {
      const asked = ask('m', '/m/1');
      await clock.advance(5000);
      batches[at]?.answer(() => ({ status: 429 }));
      pauses.push((await asked).retryAfterMs);
    }
    expect(pauses).toEqual([1000, 2000, 4000]);
  });

  test('whoever asks near the end of a long pause is sent when it is over', async () => {
    const { ask, batches, clock } = scriptedGraph();
    const asked = ask('m', '/m/1');
    await clock.advance(5);
    batches[0]?.answer(() => ({ status: 429, headers: { 'retry-after': '30' } }));
    expect((await asked).retryAfterMs).toBe(30_000);
    await clock.advance(29_000);
    void ask('m', '/m/2');
    void ask('m', '/m/3');
    await clock.advance(990);
    expect(batches).toHaveLength(1);
    await clock.advance(20);
    expect(batches[1]?.urls).toEqual(['/m/2', '/m/3']);
  });

  test('a batch that is refused as a whole pauses the tenant', async () => {
    const { ask, batches, clock } = scriptedGraph();
    const asked = ask('m', '/m/1');
    await clock.advance(5);
    batches[0]?.whole({ status: 429, headers: { 'retry-after': '3' }, body: undefined });
    expect(await asked).toMatchObject({ status: 429, retryAfterMs: 3000 });
    void ask('o', '/o/1');
    await clock.advance(2990);
    expect(batches).toHaveLength(1);
    await clock.advance(30);
    expect(batches).toHaveLength(2);
  });
});

describe('failures', () => {
  test('a batch that dies leaves every item without an answer', async () => {
    const { ask, batches, clock } = scriptedGraph();
    const asked = [ask('a', '/a/1'), ask('b', '/b/1')];
    await clock.advance(5);
    batches[0]?.whole({ status: 502, headers: {}, body: undefined });
    expect((await Promise.all(asked)).map(({ status }) => status)).toEqual([502, 502]);
  });

  test('a refused log-in reaches every caller as it is', async () => {
    const { ask, batches, clock } = scriptedGraph();
    const outcomes = Promise.allSettled([ask('a', '/a/1'), ask('b', '/b/1')]);
    await clock.advance(5);
    batches[0]?.fail(new Denied('AADSTS7000215', 'wrong secret'));
    expect((await outcomes).map((one) => one.status === 'rejected' && one.reason)).toMatchObject([
      { code: 'AADSTS7000215' },
      { code: 'AADSTS7000215' },
    ]);
  });

  test('of an envelope that Graph refuses each item is tried alone', async () => {
    const { ask, batches, clock } = scriptedGraph();
    const asked = [ask('a', '/a/1'), ask('b', '/b/bad'), ask('c', '/c/1')];
    await clock.advance(5);
    batches[0]?.whole({ status: 400, headers: {}, body: { error: { code: 'BadRequest' } } });
    await settled();
    batches[1]?.answer();
    await settled();
    batches[2]?.whole({ status: 400, headers: {}, body: { error: { code: 'BadRequest' } } });
    await settled();
    batches[3]?.answer();
    expect((await Promise.all(asked)).map(({ status }) => status)).toEqual([200, 400, 200]);
    expect(batches.slice(1).map(({ urls }) => urls)).toEqual([['/a/1'], ['/b/bad'], ['/c/1']]);
  });
});

describe('giving up', () => {
  test('the signal drops what has not been sent, and only that', async () => {
    const { ask, batches, clock } = scriptedGraph();
    const stop = new AbortController();
    const outcomes = Promise.allSettled(numbers(6).map((n) => ask('m', `/m/${n}`, { signal: stop.signal })));
    await clock.advance(5);
    stop.abort(new Error('stopped'));
    batches[0]?.answer();
    const results = await outcomes;
    expect(results.map(({ status }) => status)).toEqual([...numbers(4).map(() => 'fulfilled'), 'rejected', 'rejected']);
    expect(results[5]).toMatchObject({ reason: { message: 'stopped' } });
    await clock.advance(50);
    expect(batches).toHaveLength(1);
    await expect(ask('m', '/m/9', { signal: stop.signal })).rejects.toThrow('stopped');
  });

  test('closing gives back what waits and waits for what is under way', async () => {
    const { ask, batches, clock, composer } = scriptedGraph();
    const outcomes = Promise.allSettled(numbers(5).map((n) => ask('m', `/m/${n}`)));
    await clock.advance(5);
    const closed = vi.fn();
    void composer.close().then(closed);
    await settled();
    expect(closed).not.toHaveBeenCalled();
    batches[0]?.answer();
    expect((await outcomes).map(({ status }) => status)).toEqual([...numbers(4).map(() => 'fulfilled'), 'rejected']);
    expect((await outcomes)[4]).toMatchObject({ reason: expect.any(Throttled) as unknown });
    await settled();
    expect(closed).toHaveBeenCalledOnce();
    await expect(ask('m', '/m/9')).rejects.toMatchObject({ kind: 'unanswered' });
  });
});
