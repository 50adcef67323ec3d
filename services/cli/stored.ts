import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { openStore } from '#adapters/sqlite/store';
import type { Config } from '#config/config';
import type { Store } from '#ports/store';
import { Failure } from './failure.ts';

/** Reads the store of the data folder, whether a service works on it or not. */
export async function withStore<T>(config: Config, task: (store: Store) => Promise<T>): Promise<T> {
  const file = join(config.data, 'state.sqlite');
  if (!existsSync(file))
    throw new Failure(`Nothing has run yet: there is no state in ${config.data}. Begin with: cardwire run <policy>`);
  const store = await openStore({ file });
  try {
    return await task(store);
  } finally {
    await store.close();
  }
}
