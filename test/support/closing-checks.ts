import { expect } from 'vitest';
import type { Policy } from '#core/policy';
import { order, type Stage } from './stage.ts';
import type { System, SystemOptions } from './system.ts';

/**
 * What must hold at the end of every test of the distribute mode: no rule of Graph was broken, and people's own contacts
 * are byte for byte what they were, etags too (promises 1 and 9). Whoever lost its store has no link to go on from: only
 * then is a Graph delta that starts anew no breach.
 */
export async function closingChecks(stage: Stage, { storeLost = false } = {}): Promise<void> {
  const breaches = stage.simulator.judge.breaches();
  expect(breaches.filter(({ kind }) => !(storeLost && kind === 'delta-restart'))).toEqual([]);
  expect(await stage.touched()).toEqual([]);
}

/** One more full pass over an unchanged world writes nothing (promise 6). */
export async function quiet(stage: Stage, system: System, policy = 'customers'): Promise<void> {
  const { total } = stage.simulator.journal;
  await order(system, 'reconcile', { policy });
  expect(stage.writes(total)).toEqual([]);
}

/** Ends the system and begins another with an empty store, whose first full pass writes nothing (promise 6, I20). */
export async function quietWithEmptyStore(
  stage: Stage,
  system: System,
  policy: Policy,
  options: SystemOptions = {},
): Promise<System> {
  const endpoints = [...system.worker.endpoints.all()].map(({ key }) => key).sort();
  await stage.stop(system);
  const { total } = stage.simulator.journal;
  const anew = await stage.system([policy], options);
  await order(anew, 'reconcile', { policy: policy.id });
  const looked = anew.events.flatMap((event) => (event.type === 'inventory' ? [event.endpoint] : []));
  expect([...new Set(looked)].sort(), 'every folder was read whole').toEqual(endpoints);
  expect(stage.writes(total), 'with an empty store').toEqual([]);
  return anew;
}
