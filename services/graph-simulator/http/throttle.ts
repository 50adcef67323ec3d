import type { GraphAnswer } from '../engine/wire.ts';
import type { LiveSettings } from '../settings.ts';
import { graphError } from './errors.ts';
import type { GraphCall } from './graph-call.ts';
import { resourceUnits, unitsPer10Seconds } from './resource-units.ts';

interface Window {
  start: number;
  used: number;
}

/** Counts what an app does and refuses what is too much (graph.md section 4). */
export interface Throttle {
  /** The refusal, or undefined; counts the call either way, as the service does. */
  admit(call: GraphCall): GraphAnswer | undefined;
  /** What the answer to a directory call says of its cost and of the app's limit (graph.md 4.2). */
  headersFor(call: GraphCall): Readonly<Record<string, string>>;
  /** Marks the call as running; the count of calls now open for this app and mailbox. */
  enter(call: GraphCall): number;
  leave(call: GraphCall): void;
  /** Calls that run now for this app and mailbox. */
  open(call: GraphCall): number;
}

/** Seconds until the window ends, at least one. */
const rest = (window: Window, length: number, now: number): string =>
  String(Math.max(1, Math.ceil((window.start + length - now) / 1000)));

function rateRefusal(limit: string, retryAfter: string): GraphAnswer {
  return graphError(429, 'ApplicationThrottled', `Application is over its ${limit} limit.`, {
    'retry-after': retryAfter,
  });
}

const subscriptionLimits = { write: 500, reauthorize: 1000, read: 500, list: 25 } as const;

function subscriptionBucket(call: GraphCall): keyof typeof subscriptionLimits {
  const [, id, action] = call.target.segments;
  if (call.request.method !== 'GET') return action === 'reauthorize' ? 'reauthorize' : 'write';
  return id === undefined ? 'list' : 'read';
}

type Spend = (key: string, amount: number, length: number) => Window;

/** The directory's bucket of resource units: one per app, ten seconds long (graph.md 4.1). */
function directoryMeter(spend: Spend, now: () => number, users: () => number): Pick<Throttle, 'admit' | 'headersFor'> {
  const windowOf = (call: GraphCall, units: number): Window =>
    spend(`${call.caller.app.clientId} directory`, units, 10_000);
  return {
    admit(call) {
      const window = windowOf(call, resourceUnits(call));
      if (window.used <= unitsPer10Seconds(users())) return undefined;
      return graphError(429, 'TooManyRequests', 'Please retry again later.', {
        'retry-after': rest(window, 10_000, now()),
        'x-ms-throttle-information': 'ResourceUnitLimitExceeded',
        'x-ms-throttle-scope': `Tenant_Application/ReadWrite/${call.caller.app.clientId}`,
      });
    },
    headersFor(call) {
      const share = windowOf(call, 0).used / unitsPer10Seconds(users());
      return {
        'x-ms-resource-unit': String(resourceUnits(call)),
        ...(share >= 0.8 && { 'x-ms-throttle-limit-percentage': Math.min(share, 1.8).toFixed(2) }),
      };
    },
  };
}

/**
 * @param settings read at each call
 * @param users how many the tenant has: its directory limits depend on it
 */
export function createThrottle(
  settings: LiveSettings,
  now: () => number,
  random: () => number,
  users: () => number,
): Throttle {
  const open = new Map<string, number>();
  const windows = new Map<string, Window>();

  const spend = (key: string, amount: number, length: number): Window => {
    const time = now();
    let window = windows.get(key);
    if (!window || time - window.start >= length) {
      if (windows.size > 200_000) windows.clear();
      window = { start: time, used: 0 };
      windows.set(key, window);
    }
    window.used += amount;
    return window;
  };

  const admitToMailbox = (call: GraphCall): GraphAnswer | undefined => {
    const { concurrency, strictness, requestsPer10Minutes, uploadPer5Minutes, retryAfterSeconds } = settings.throttling;
    const { lane } = call;
    if (requestsPer10Minutes !== false) {
      const window = spend(lane, 1, 600_000);
      if (window.used > requestsPer10Minutes) return rateRefusal('MailboxRequests', rest(window, 600_000, now()));
    }
    if (uploadPer5Minutes !== false && call.bytes > 0) {
      const window = spend(`${lane} upload`, call.bytes, 300_000);
      if (window.used > uploadPer5Minutes) return rateRefusal('MailboxUpload', rest(window, 300_000, now()));
    }
    if (concurrency !== false && (open.get(lane) ?? 0) >= concurrency && (strictness >= 1 || random() < strictness))
      return rateRefusal('MailboxConcurrency', String(retryAfterSeconds));
    return undefined;
  };

  const admitToSubscriptions = (call: GraphCall): GraphAnswer | undefined => {
    const bucket = subscriptionBucket(call);
    const window = spend(`${call.caller.app.clientId} subscriptions ${bucket}`, 1, 20_000);
    if (window.used <= subscriptionLimits[bucket]) return undefined;
    return graphError(429, 'TooManyRequests', 'Please retry again later.', {
      'retry-after': rest(window, 20_000, now()),
    });
  };

  const directory = directoryMeter(spend, now, users);

  return {
    admit(call) {
      if (call.target.service === 'exchange') return admitToMailbox(call);
      if (call.target.service === 'subscriptions' && settings.throttling.subscriptions)
        return admitToSubscriptions(call);
      if (call.target.service === 'directory' && settings.throttling.directory) return directory.admit(call);
      return undefined;
    },
    headersFor: (call) => (call.target.service === 'directory' ? directory.headersFor(call) : {}),
    enter(call) {
      if (call.mailbox === undefined) return 1;
      const count = (open.get(call.lane) ?? 0) + 1;
      open.set(call.lane, count);
      return count;
    },
    open: (call) => (call.mailbox === undefined ? 0 : (open.get(call.lane) ?? 0)),
    leave(call) {
      if (call.mailbox === undefined) return;
      const count = (open.get(call.lane) ?? 1) - 1;
      if (count > 0) open.set(call.lane, count);
      else open.delete(call.lane);
    },
  };
}
