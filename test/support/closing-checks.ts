import { expect } from 'vitest';
import type { Policy } from '#core/policy';
import { order, type Stage } from './stage.ts';
import type { System, SystemOptions } from './system.ts';

const inventoried = new WeakSet<Stage>();

/**
 * From here on a Graph delta that starts anew is no breach on this stage: a store was lost with its links, or a create was
 * refused, which may have been made all the same and only an inventory can tell (F18).
 */
export const expectInventories = (stage: Stage): void => void inventoried.add(stage);

/**
 * What must hold at the end of every test of the distribute mode: no rule of Graph was broken, and people's own contacts
 * are byte for byte what they were, etags too (promises 1 and 9).
 */
export async function closingChecks(stage: Stage): Promise<void> {
  const breaches = stage.simulator.judge.breaches();
  expect(breaches.filter(({ kind }) => kind !== 'delta-restart' || !inventoried.has(stage))).toEqual([]);
  expect(await stage.touched()).toEqual([]);
}

/** One more full pass over an unchanged world writes nothing (promise 6). */
export async function quiet(stage: Stage, system: System, policy = 'customers'): Promise<void> {
  const { total } = stage.simulator.journal;
  await order(system, 'reconcile', { policy });
  expect(stage.writes(total)).toEqual([]);
}

/** Ends the system and begins another with an empty store; resolves when it has looked at everything. */
export async function withEmptyStore(
  stage: Stage,
  system: System,
  policy: Policy,
  options: SystemOptions = {},
): Promise<System> {
  await closingChecks(stage);
  const endpoints = [...system.worker.endpoints.all()].map(({ key }) => key).sort();
  await stage.stop(system);
  expectInventories(stage);
  const anew = await stage.system([policy], options);
  await order(anew, 'reconcile', { policy: policy.id });
  const looked = anew.events.flatMap((event) => (event.type === 'inventory' ? [event.endpoint] : []));
  expect([...new Set(looked)].sort(), 'every folder was read whole').toEqual(endpoints);
  return anew;
}

/** As `withEmptyStore`, over an unchanged world: its first full pass writes nothing (promise 6, I20). */
export async function quietWithEmptyStore(
  stage: Stage,
  system: System,
  policy: Policy,
  options: SystemOptions = {},
): Promise<System> {
  const { total } = stage.simulator.journal;
  const anew = await withEmptyStore(stage, system, policy, options);
  expect(stage.writes(total), 'with an empty store').toEqual([]);
  return anew;
}
