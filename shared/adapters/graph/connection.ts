import { Agent, Pool } from 'undici';
import type { Chance, Clock } from '#ports/clock';
import type { Directory } from '#ports/directory';
import type { Mailboxes } from '#ports/mailboxes';
import type { Subscriptions } from '#ports/subscriptions';
import { Caller } from './caller.ts';
import { type CloudName, cloudOf } from './clouds.ts';
import { type BatchEvent, Composer } from './composer.ts';
import { graphContacts } from './contacts.ts';
import { graphDirectory } from './directory.ts';
import { graphFolders } from './folders.ts';
import { GraphTime } from './graph-time.ts';
import { OpenBatches } from './open-batches.ts';
import { graphPhotos } from './photos.ts';
import { batchSender, timed } from './sender.ts';
import { graphSubscriptions, type NotificationUrls } from './subscriptions.ts';
import type { Tenant } from './tenant.ts';
import { type Credential, TokenSource } from './token.ts';

/** A tenant with its app registration; exactly one of `secret` and `certificate`. */
export interface TenantOptions extends Credential {
  /** Key in the configuration, by which the ports name the tenant. */
  readonly key: string;
  /** GUID or domain. */
  readonly id: string;
  readonly cloud: CloudName;
  readonly clientId: string;
}

/** Metrics of one `$batch` call. No personal data. */
export interface CallEvent extends BatchEvent {
  readonly tenant: string;
}

export interface GraphOptions {
  readonly tenants: readonly TenantOptions[];
  /** Origins in place of the clouds' own; http only on loopback. */
  readonly graphUrl?: string;
  readonly loginUrl?: string;
  readonly clock: Clock;
  readonly chance: Chance;
  /** Deadline of one call in milliseconds (`call` of core/timing). */
  readonly timing: { readonly call: number };
  readonly notification?: NotificationUrls;
  /** Open batches per tenant: a fixed number, or adaptive up to 64 (the default). */
  readonly concurrency?: number | 'auto';
  readonly onCall?: (event: CallEvent) => void;
}

/** What one tenant's traffic looks like now. */
export interface TenantStats {
  /** Batches under way, and how many may be. */
  readonly open: number;
  readonly limit: number;
  /** Requests that wait for their turn; mailboxes that Graph asked to wait. */
  readonly waiting: number;
  readonly paused: number;
  readonly batches: number;
  readonly requests: number;
  readonly throttled: number;
  readonly tokens: number;
}

/** The three ports over Microsoft Graph, sharing connections, tokens and batches. */
export interface GraphConnection {
  readonly mailboxes: Mailboxes;
  readonly directory: Directory;
  readonly subscriptions: Subscriptions;
  /** By tenant key. */
  stats(): Readonly<Record<string, TenantStats>>;
  /** Refuses new calls, gives back waiting ones, waits for those under way. */
  close(): Promise<void>;
}

const KEEP_ALIVE = 50_000;
const MOST_OPEN = 64;

interface Connected extends Tenant {
  stats(): TenantStats;
  close(): Promise<void>;
}

function connectTenant(options: GraphOptions, tenant: TenantOptions, pool: (root: string) => Pool, login: Agent) {
  const { clock, chance, timing, concurrency = 'auto', onCall } = options;
  const cloud = cloudOf(tenant.cloud, options);
  const { key, id, clientId } = tenant;
  const deadline = timing.call;
  const tokens = new TokenSource({
    tenantId: id,
    clientId,
    credential: tenant,
    cloud,
    clock,
    dispatcher: login,
    deadline,
  });
  const time = new GraphTime(clock);
  const total = { batches: 0, requests: 0, throttled: 0 };
  const composer = new Composer({
    clock,
    chance,
    send: timed(batchSender(cloud.graph, tokens, pool(cloud.graph), deadline), clock, time),
    slots: new OpenBatches(concurrency, MOST_OPEN),
    onBatch(event) {
      total.batches += 1;
      total.requests += event.items;
      total.throttled += event.throttled;
      onCall?.({ tenant: key, ...event });
    },
  });
  const connected: Connected = {
    key,
    id,
    cloud,
    caller: new Caller({ composer, clock, chance, deadline }),
    time,
    stats: () => ({ ...composer.stats(), ...total, tokens: tokens.fetched }),
    close: () => composer.close(),
  };
  return connected;
}

/**
 * Connects to Microsoft Graph. Makes no call yet. Throws a RangeError for a URL that is neither https nor on loopback,
 * and Node's error for a PEM without certificate or private key.
 */
export function connectGraph(options: GraphOptions): GraphConnection {
  const { clock, chance, timing } = options;
  const limits = { keepAliveTimeout: KEEP_ALIVE, headersTimeout: timing.call, bodyTimeout: timing.call };
  const login = new Agent({ ...limits, connections: 4 });
  const pools = new Map<string, Pool>();
  const pool = (root: string): Pool => {
    const known =
      pools.get(root) ?? new Pool(root, { ...limits, connections: MOST_OPEN, pipelining: 1, allowH2: false });
    pools.set(root, known);
    return known;
  };
  const tenants = new Map(options.tenants.map((tenant) => [tenant.key, connectTenant(options, tenant, pool, login)]));
  const find = (key: string): Tenant => {
    const tenant = tenants.get(key);
    if (!tenant) throw new RangeError(`no tenant ${key} is configured`);
    return tenant;
  };
  return {
    mailboxes: {
      ...graphContacts(find),
      ...graphPhotos(find),
      ...graphFolders(find, chance),
      now: (key) => find(key).time.now(),
    },
    directory: graphDirectory(find, login, timing.call),
    subscriptions: graphSubscriptions(find, clock, options.notification ?? {}),
    stats: () => Object.fromEntries([...tenants].map(([key, tenant]) => [key, tenant.stats()])),
    async close() {
      await Promise.all([...tenants.values()].map((tenant) => tenant.close()));
      await Promise.all([...pools.values(), login].map((dispatcher) => dispatcher.close()));
    },
  };
}
