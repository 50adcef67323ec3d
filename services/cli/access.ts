import { FolderLocked } from '#adapters/sqlite/lock';
import type { Config } from '#config/config';
import type { Event } from '#core/event';
import type { Store } from '#ports/store';
import { systemClock } from '#runtime/system-clock';
import { type MembershipReport, membershipKey } from '#usecases/membership';
import { type Engine, startEngine } from './engine.ts';
import { Failure } from './failure.ts';
import type { Environment } from './settings.ts';
import { withStore } from './stored.ts';

/**
 * Does something that needs a working service: asks the one that runs on the data folder, or is one until the task is
 * done. Throws Failure when policies cannot be resolved at all.
 */
export async function withService<T>(
  config: Config,
  environment: Environment,
  policies: readonly string[],
  task: (store: Store) => Promise<T>,
): Promise<T> {
  const troubles = new Map<string, string>();
  const broken = Promise.withResolvers<never>();
  broken.promise.catch(() => undefined);
  const hear = (event: Event): void => {
    if (event.type !== 'trouble') return;
    troubles.set(event.where, event.message);
    // A service goes on trying; whoever waits at a terminal is told.
    if (event.code === 'store unavailable') broken.reject(new Failure(event.message));
  };
  const started = systemClock.now();
  let engine: Engine;
  try {
    engine = await startEngine(config, environment, { emit: hear });
  } catch (cause) {
    if (cause instanceof FolderLocked) return withStore(config, task);
    throw cause;
  }
  try {
    const work = membersKnown(engine, policies, started, (where) => troubles.get(where)).then(() =>
      task(engine.context.ports.store),
    );
    return await Promise.race([work, broken.promise]);
  } finally {
    await engine.close();
  }
}

/** Waits until the policies' members were resolved since the start; a tenant that refuses ends the wait. */
export async function membersKnown(
  engine: Engine,
  policies: readonly string[],
  since: number,
  trouble: (where: string) => string | undefined,
): Promise<void> {
  const { store } = engine.context.ports;
  const keys = policies.filter((policy) => engine.context.setting.policies.has(policy)).map(membershipKey);
  for (;;) {
    const facts = await store.get('fact', keys);
    if (facts.every((fact) => ((fact?.value as MembershipReport | undefined)?.at ?? 0) >= since)) return;
    const refused = keys.map(trouble).find((message) => message !== undefined);
    if (refused !== undefined) throw new Failure(refused);
    await systemClock.sleep(50);
  }
}
