import { hostname } from 'node:os';
import { join } from 'node:path';
import { connectGraph, type GraphConnection, type GraphOptions } from '#adapters/graph/connection';
import { sharpPictures } from '#adapters/pictures/sharp';
import { openQueue } from '#adapters/sqlite/queue';
import { openStore } from '#adapters/sqlite/store';
import type { Config } from '#config/config';
import type { Event } from '#core/event';
import { allShards } from '#core/identity';
import { defaultTiming } from '#core/timing';
import { systemChance } from '#runtime/system-chance';
import { systemClock } from '#runtime/system-clock';
import { version } from '#runtime/version';
import type { Context } from '#usecases/context';
import type { Environment } from './settings.ts';

export interface Composed {
  readonly context: Context;
  readonly graph: GraphConnection;
  close(): Promise<void>;
}

export interface ComposeOptions {
  /** `:memory:` for a run that leaves nothing behind. */
  readonly folder: string;
  readonly emit: (event: Event) => void;
}

/** Puts the embedded profile together: SQLite behind store and queue, Microsoft Graph behind the rest. */
export async function compose(config: Config, { env }: Environment, options: ComposeOptions): Promise<Composed> {
  const timing = { ...defaultTiming, ...config.timing };
  const graph = connectGraph(graphOptions(config, env, timing.call));
  const at = (name: string): string => (options.folder === ':memory:' ? ':memory:' : join(options.folder, name));
  const store = await openStore({ file: at('state.sqlite') });
  const queue = await openQueue({ file: at('queue.sqlite'), shards: allShards });
  const ports = { store, queue, pictures: sharpPictures, clock: systemClock, chance: systemChance, ...graph };
  const setting = {
    installation: config.installation,
    policies: new Map(config.policies.map((policy) => [policy.id, policy])),
    timing,
    pollMs: config.pollMs,
    stateless: options.folder === ':memory:',
    version,
    host: hostname(),
  };
  return {
    context: { ports, setting, emit: options.emit },
    graph,
    async close() {
      await queue.close();
      await store.close();
      await graph.close();
    },
  };
}

function graphOptions(config: Config, env: Environment['env'], call: number): GraphOptions {
  const { publicUrl } = config.webhook;
  const graphUrl = env['CARDWIRE_GRAPH_URL'];
  const loginUrl = env['CARDWIRE_LOGIN_URL'];
  return {
    tenants: config.tenants,
    ...(graphUrl && { graphUrl: graphUrl.replace(/\/+$/, '') }),
    ...(loginUrl && { loginUrl: loginUrl.replace(/\/+$/, '') }),
    clock: systemClock,
    chance: systemChance,
    timing: { call },
    notification: publicUrl ? { url: publicUrl, lifecycleUrl: `${publicUrl}/lifecycle` } : {},
  };
}
