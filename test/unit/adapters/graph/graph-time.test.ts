import { expect, test } from 'vitest';
import { GraphTime } from '#adapters/graph/graph-time';
import { FakeClock } from '../../../support/fake-clock.ts';

const header = (at: number): string => new Date(at).toUTCString();

test('Graph’s time is unknown before the first answer and follows its Date headers', async () => {
  const clock = new FakeClock(Date.UTC(2026, 0, 1));
  const time = new GraphTime(clock);
  expect(time.now()).toBeUndefined();
  time.learn(undefined, 0);
  expect(time.now()).toBeUndefined();
  time.learn(header(Date.UTC(2026, 0, 1, 5)), clock.monotonic());
  await clock.advance(10_000);
  expect(time.now()).toBe(Date.UTC(2026, 0, 1, 5, 0, 10) + 500);
});

test('a jump of more than 30 s makes it unknown until two answers agree', () => {
  const clock = new FakeClock();
  const time = new GraphTime(clock);
  time.learn(header(Date.UTC(2026, 0, 1)), 0);
  time.learn(header(Date.UTC(2026, 0, 1, 0, 1)), 0);
  expect(time.now()).toBeUndefined();
  time.learn(header(Date.UTC(2026, 0, 1, 0, 1)), 0);
  expect(time.now()).toBe(Date.UTC(2026, 0, 1, 0, 1) + 500);
});

test('a wall clock that parted from the monotonic one makes it unknown until the next answer', () => {
  const clock = new FakeClock();
  let slept = 0;
  const time = new GraphTime({ monotonic: () => 0, now: () => clock.now() + slept, sleep: () => Promise.resolve() });
  time.learn(header(Date.UTC(2026, 0, 1)), 0);
  slept = 60_000;
  expect(time.now()).toBeUndefined();
  time.learn(header(Date.UTC(2026, 0, 1)), 0);
  expect(time.now()).toBeDefined();
});
