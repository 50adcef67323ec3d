import { existsSync } from 'node:fs';
import { lockFolder } from '#adapters/sqlite/lock';
import type { Config } from '#config/config';
import { systemClock } from '#runtime/system-clock';
import { membersKnown } from '../access.ts';
import { startEngine } from '../engine.ts';
import type { Environment } from '../settings.ts';
import { runAll } from './run.ts';

/**
 * One run of every policy for a pipeline: the store is in memory, identity comes from the stamps in the mailboxes, and
 * nothing is left behind. Throws FolderLocked while a service works on the data folder: two at once would be two owners.
 */
export async function sync(
  config: Config,
  environment: Environment,
  options: { readonly by: string; readonly json: boolean },
): Promise<number> {
  if (existsSync(config.data)) lockFolder(config.data).release();
  const troubles = new Map<string, string>();
  const started = systemClock.now();
  const engine = await startEngine(config, environment, {
    folder: ':memory:',
    emit: (event) => {
      if (event.type === 'trouble') troubles.set(event.where, event.message);
    },
  });
  try {
    const names = config.policies.map(({ id }) => id);
    await membersKnown(engine, names, started, (where) => troubles.get(where));
    return await runAll(engine.context.ports.store, config, environment, names, { kind: 'run', ...options });
  } finally {
    await engine.close();
  }
}
