import { EventEmitter } from 'node:events';
import { expect, test } from 'vitest';
import { type Part, startAll } from '#runtime/lifecycle';
import { onStopSignals } from '#runtime/signals';

const recorded = () => {
  const done: string[] = [];
  const part = (name: string, stop: () => void = () => undefined): Part => ({
    name,
    start: async () => {
      done.push(`start ${name}`);
      return async () => {
        done.push(`stop ${name}`);
        stop();
      };
    },
  });
  return { done, part };
};

test('parts stop once, in the reverse order of their start', async () => {
  const { done, part } = recorded();
  const running = await startAll([part('store'), part('queue'), part('web')]);
  await Promise.all([running.stop(), running.stop()]);
  await running.stop();
  expect(done).toEqual(['start store', 'start queue', 'start web', 'stop web', 'stop queue', 'stop store']);
});

test('what started before a part that could not start is stopped, and the reason comes as it was', async () => {
  const { done, part } = recorded();
  const reason = new Error('no');
  const broken: Part = { name: 'web', start: () => Promise.reject(reason) };
  await expect(startAll([part('store'), part('queue'), broken, part('never')])).rejects.toBe(reason);
  expect(done).toEqual(['start store', 'start queue', 'stop queue', 'stop store']);
});

test('a part that does not stop cleanly keeps no other from stopping, and is named', async () => {
  const { done, part } = recorded();
  const cause = new Error('stuck');
  const stuck = part('queue', () => {
    throw cause;
  });
  const running = await startAll([part('store'), stuck, part('web')]);
  const failure = await running.stop().catch((error: unknown) => error);
  expect(done.slice(3)).toEqual(['stop web', 'stop queue', 'stop store']);
  expect(failure).toMatchObject({ errors: [{ message: 'queue did not stop cleanly', cause }] });
});

test('the first request to stop is graceful, each further one forceful, whatever signals they are', () => {
  const source = new EventEmitter();
  const heard: string[] = [];
  const off = onStopSignals(source, {
    graceful: (signal) => heard.push(`graceful ${signal}`),
    forceful: (signal) => heard.push(`forceful ${signal}`),
  });
  for (const signal of ['SIGTERM', 'SIGINT', 'SIGTERM', 'SIGBREAK']) source.emit(signal);
  off();
  source.emit('SIGINT');
  expect(heard).toEqual(['graceful SIGTERM', 'forceful SIGINT', 'forceful SIGTERM', 'forceful SIGBREAK']);
});
