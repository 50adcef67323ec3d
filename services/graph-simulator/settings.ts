import type { Company } from './engine/company.ts';

/** Which of Graph's limits are kept; `false` switches one off (graph.md 4.1). */
export interface Throttling {
  /** Requests at once per app and mailbox. Default 4. */
  readonly concurrency: number | false;
  /** How often a request above the concurrency is refused: 1 is strict, 0.13 is what somebody measured. Default 1. */
  readonly strictness: number;
  /** Requests per app and mailbox in 10 minutes. Default 10,000. */
  readonly requestsPer10Minutes: number | false;
  /** Bytes sent by writes per app and mailbox in 5 minutes. Default 150 MB. */
  readonly uploadPer5Minutes: number | false;
  /** The buckets of the subscription service: writes, reads by id, lists. Default true. */
  readonly subscriptions: boolean;
  /** The directory's resource units by size of tenant. Default true. */
  readonly directory: boolean;
  /** Seconds in the Retry-After of a refusal for concurrency. Default 1. */
  readonly retryAfterSeconds: number;
}

/** How a simulator is started. Everything has a default. */
export interface SimulatorOptions {
  /** 0, the default, takes any free port. */
  readonly port?: number;
  /** Default 127.0.0.1. */
  readonly host?: string;
  /** A company, the name of a built-in scenario, or the path of a scenario file. Default: `default`. */
  readonly scenario?: Company | string;
  /** One seed gives one run: ids, secrets, delays, order of answers. Default 1. */
  readonly seed?: number;
  /** How long each Graph call, and each item of a batch, takes. Default 0. */
  readonly latencyMs?: number;
  /** Shortest and longest time from a change to its notification. Default 200 to 2,000. */
  readonly notificationDelayMs?: readonly [number, number];
  /** First wait before a failed notification is sent again; doubles each time. Default 2,000. */
  readonly notificationRetryMs?: number;
  /** Graph takes https only; tests and demos on one machine want http. Default false. */
  readonly allowHttpWebhooks?: boolean;
  /** What mailbox-level and folder-level contact subscriptions a tenant takes. Default both. */
  readonly contactSubscriptions?: 'both' | 'mailbox' | 'folder';
  /** A PEM text (it may hold a key too) whose certificate is registered on the full client. */
  readonly certificatePem?: string;
  /** Serve https with a certificate made at start. Default false. */
  readonly tls?: boolean;
  readonly throttling?: Partial<Throttling>;
  /** Seconds that a token lives. Default 3,599. */
  readonly tokenLifetimeSeconds?: number;
  /** Whether a client assertion may come twice, as MSAL sends it. Default true. */
  readonly allowAssertionReplay?: boolean;
  /** Requests kept in the journal, newest. Default 20,000. */
  readonly journalSize?: number;
  /** The machine's clock, milliseconds since the epoch. Default Date.now. */
  readonly now?: () => number;
  /** Told of an effect that threw: a fault of the simulator itself, answered 500. */
  readonly onFailure?: (error: unknown) => void;
  /** Start of virtual time; absent: real time. */
  readonly frozenAt?: number;
}

/** What may change while the simulator runs. */
export interface LiveSettings {
  latencyMs: number;
  notificationDelayMs: readonly [number, number];
  notificationRetryMs: number;
  allowHttpWebhooks: boolean;
  contactSubscriptions: 'both' | 'mailbox' | 'folder';
  tokenLifetimeSeconds: number;
  /** The text that an end point must repeat in the validation handshake; the subscription's request id follows it. */
  validationText: string;
  /** Whether the same app may not subscribe twice to the same resource and change types; evidence conflicts (graph.md 12, 8). */
  refuseDuplicateSubscriptions: boolean;
  throttling: Throttling;
  /** Whether hosts that answer slowly get their notifications late or not at all (graph.md 3.6). */
  webhookHealth: boolean;
  /** Whether `reauthorizationRequired` is sent by schedule to those who gave a lifecycle address (graph.md 3.7). */
  reauthorizationSchedule: boolean;
}

const throttlingDefaults: Throttling = {
  concurrency: 4,
  strictness: 1,
  requestsPer10Minutes: 10_000,
  uploadPer5Minutes: 150_000_000,
  subscriptions: true,
  directory: true,
  retryAfterSeconds: 1,
};

/** The options with their defaults, as a value that the control interface may change. */
export function liveSettings(options: SimulatorOptions): LiveSettings {
  return {
    latencyMs: options.latencyMs ?? 0,
    notificationDelayMs: options.notificationDelayMs ?? [200, 2000],
    notificationRetryMs: options.notificationRetryMs ?? 2000,
    allowHttpWebhooks: options.allowHttpWebhooks ?? false,
    contactSubscriptions: options.contactSubscriptions ?? 'both',
    tokenLifetimeSeconds: options.tokenLifetimeSeconds ?? 3599,
    validationText: 'Validation: Testing client application reachability for subscription Request-Id:',
    refuseDuplicateSubscriptions: false,
    throttling: { ...throttlingDefaults, ...options.throttling },
    webhookHealth: true,
    reauthorizationSchedule: true,
  };
}
