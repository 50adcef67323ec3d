import { randomUUID } from 'node:crypto';
import { setTimeout as pause } from 'node:timers/promises';
import type { Chance, Clock } from '#ports/clock';

/** The machine's own time, for tests that talk to a real server. */
export const systemClock: Clock = {
  now: () => Date.now(),
  monotonic: () => performance.now(),
  sleep: (ms, signal) => pause(ms, undefined, signal ? { signal } : {}),
};

export const systemChance: Chance = { random: () => Math.random(), newId: () => randomUUID() };
