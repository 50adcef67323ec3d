import { mkdtempSync, rmSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { connectGraph, type GraphConnection } from '#adapters/graph/connection';
import { openQueue } from '#adapters/sqlite/queue';
import { openStore } from '#adapters/sqlite/store';
import type { Event } from '#core/event';
import { fieldNames } from '#core/fields';
import { allShards } from '#core/identity';
import type { FieldRule, Policy } from '#core/policy';
import type { Timing } from '#core/timing';
import { clientState } from '#messages/client-state';
import { createLog } from '#observability/log';
import { Metrics } from '#observability/metrics';
import { systemChance } from '#runtime/system-chance';
import { systemClock } from '#runtime/system-clock';
import type { Ports, Setting } from '#usecases/context';
import { Propagator } from '#usecases/propagate';
import { Timekeeper } from '#usecases/timekeeper';
import type { Simulator } from '../../services/graph-simulator/service.ts';
import { startReceiver } from '../../services/receiver/service.ts';

/** Real-time tests run against a simulator that never acts later than these. */
export const shortTiming: Timing = {
  beat: 500,
  death: 4000,
  stop: 2500,
  call: 5000,
  settle: 3000,
  grace: 300,
  lookAgain: [100, 300, 1000],
  unreachable: [500, 2000],
  retry: [200, 1000],
};

/** A compiled rule with everything owned, to be varied. */
export function aPolicy(changes: Partial<Policy> & Pick<Policy, 'sources' | 'targets'>): Policy {
  const rules = Object.fromEntries(fieldNames.map((name) => [name, 'owned'])) as Record<
    (typeof fieldNames)[number],
    FieldRule
  >;
  const policy: Omit<Policy, 'generation'> = {
    id: 'customers',
    tenant: 'contoso',
    mode: 'distribute',
    trigger: 'live',
    targetFolder: ['Company'],
    rules,
    photos: false,
    categories: [],
    exclude: { categories: [] },
    deletedCopies: 'restore',
    deletedFolder: 'recreate',
    leavers: 'remove',
    brake: { cards: 10, percent: 10, mailboxes: 5 },
    parallelMailboxes: 'auto',
    liveMailboxes: 'auto',
    ...changes,
  };
  return { ...policy, generation: changes.generation ?? JSON.stringify(policy).length.toString() };
}

export interface System {
  readonly worker: Propagator;
  readonly ports: Ports;
  readonly graph: GraphConnection;
  readonly events: Event[];
  readonly webhookUrl: string | undefined;
  close(): Promise<void>;
}

/** What is needed to reach a simulator, in this process or another. */
export type Reachable = Pick<Simulator, 'graphUrl' | 'loginUrl' | 'tenantId' | 'clientId' | 'clientSecret'>;

export interface SystemOptions {
  readonly folder?: string;
  readonly timing?: Partial<Timing>;
  readonly pollMs?: number;
  readonly wrap?: (ports: Ports) => Ports;
  /** What proves notifications. */
  readonly secret?: string;
  /** Notifications instead of polling: the simulator must allow http webhooks. */
  readonly webhook?: boolean;
  /** Another app registration than the simulator's full one. */
  readonly app?: { readonly clientId: string; readonly clientSecret: string };
  /** The last nightly time at or before a moment. */
  readonly lastNightly?: (now: number) => number;
  readonly pictures?: Ports['pictures'];
}

async function freePort(): Promise<number> {
  const server = createServer();
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const address = server.address();
  await new Promise<void>((resolve) => server.close(() => resolve()));
  return typeof address === 'object' && address ? address.port : 0;
}

/** All services in this process, the receiver if asked for, over real HTTP to a simulator and real SQLite files. */
export async function startSystem(
  simulator: Reachable,
  policies: readonly Policy[],
  options: SystemOptions = {},
): Promise<System> {
  const timing = { ...shortTiming, ...options.timing };
  const { secret = 'proves notifications in tests' } = options;
  const port = options.webhook ? await freePort() : undefined;
  const webhookUrl = port === undefined ? undefined : `http://127.0.0.1:${port}/graph`;
  const graph = connectGraph({
    tenants: [
      {
        key: 'contoso',
        id: simulator.tenantId,
        cloud: 'global',
        clientId: options.app?.clientId ?? simulator.clientId,
        secret: options.app?.clientSecret ?? simulator.clientSecret,
      },
    ],
    graphUrl: simulator.graphUrl,
    loginUrl: simulator.loginUrl,
    clock: systemClock,
    chance: systemChance,
    timing,
    notification: webhookUrl ? { url: webhookUrl, lifecycleUrl: `${webhookUrl}/lifecycle` } : {},
  });
  const own = options.folder ?? mkdtempSync(join(tmpdir(), 'cardwire-'));
  const plain: Ports = {
    store: await openStore({ file: join(own, 'state.db') }),
    queue: await openQueue({ file: join(own, 'queue.db'), shards: allShards }),
    mailboxes: graph.mailboxes,
    directory: graph.directory,
    subscriptions: graph.subscriptions,
    pictures: options.pictures ?? { fit: async (bytes) => bytes },
    clock: systemClock,
    chance: systemChance,
  };
  const ports = options.wrap?.(plain) ?? plain;
  const events: Event[] = [];
  const setting: Setting = {
    installation: 'test',
    policies: new Map(policies.map((policy) => [policy.id, policy])),
    timing,
    pollMs: options.pollMs ?? (options.webhook ? 600_000 : 300),
    stateless: false,
    version: 'test',
    host: 'test',
  };
  const context = { ports, setting, emit: (event: Event) => void events.push(event) };
  const receiver =
    port &&
    (await startReceiver(
      { listen: { host: '127.0.0.1', port }, path: '/graph' },
      {
        queue: ports.queue,
        clock: systemClock,
        log: createLog({ level: 'silent' }),
        metrics: new Metrics(),
        secret,
      },
    ));
  const worker = new Propagator(context, {
    exclusive: true,
    duties: (owner) =>
      new Timekeeper(owner, {
        clientState: (tenant, mailbox) => clientState(secret, tenant, mailbox),
        address: webhookUrl ?? '',
        lastNightly: options.lastNightly ?? (() => 0),
      }),
  });
  await worker.start();
  return {
    worker,
    ports,
    graph,
    events,
    webhookUrl,
    async close() {
      if (receiver) await receiver.close();
      await worker.close();
      await ports.queue.close();
      await ports.store.close();
      await graph.close();
      if (!options.folder) rmSync(own, { recursive: true, force: true });
    },
  };
}
