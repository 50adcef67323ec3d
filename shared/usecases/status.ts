import type { LagReport } from '#core/event';
import { under } from '#core/keys';
import type { Policy } from '#core/policy';
import type { EndpointRecord, HoldRecord, RetryRecord, SubscriptionRecord } from '#core/records';
import type { Store } from '#ports/store';
import { removedKey } from './dismiss.ts';
import { lagKey } from './lag.ts';
import { type MembershipReport, membershipKey } from './membership.ts';
import { type RunSummary, runsOf } from './run-summary.ts';

/** What status says of a policy. Counts of endpoints unless it says otherwise. */
export interface PolicyStatus {
  readonly policy: string;
  readonly trigger: string;
  readonly state: 'working' | 'held' | 'not configured' | 'removed';
  readonly cards: number;
  readonly head: number;
  readonly sources: readonly SourceStatus[];
  readonly targets: {
    readonly all: number;
    readonly current: number;
    readonly behind: number;
    readonly inDoubt: number;
    readonly unreachable: number;
    readonly leaving: number;
  };
  /** Contacts that Graph refused and a person has to look at. */
  readonly parked: number;
  /** The first of them. */
  readonly parkedWork: readonly ParkedStatus[];
  readonly holds: readonly {
    readonly key: string;
    readonly kind: string;
    readonly count: number;
    readonly reason: string;
    readonly since: number;
    readonly state: string;
  }[];
  readonly lag: readonly LagReport[];
  readonly problems: readonly string[];
  readonly lastRun: RunSummary | undefined;
  readonly lastNightly: RunSummary | undefined;
}

export interface ParkedStatus {
  readonly address: string;
  readonly card: number;
  readonly code: string;
  readonly since: number;
}

export interface SourceStatus {
  readonly address: string;
  readonly folder: string;
  readonly state: string;
  readonly code: string | null;
  readonly readAt: number;
  /** How changes are noticed. */
  readonly by: 'notification' | 'polling';
  /** When the subscription ends unless it is renewed, ms since the epoch; null when there is none. */
  readonly expires: number | null;
  /** Why it polls, when Graph refuses notifications. */
  readonly why: string | null;
}

const MANY = 1_000_000;
const PARKED_SHOWN = 20;

/** Everything that status shows, from the store alone. */
export async function readStatus(store: Store, policies: ReadonlyMap<string, Policy>): Promise<PolicyStatus[]> {
  const members = await store.range('member', '', '~', MANY);
  const names = new Set([...policies.keys(), ...members.map(({ record }) => record.policy)]);
  return Promise.all([...names].sort().map((name) => policyStatus(store, name, policies.get(name))));
}

async function policyStatus(store: Store, name: string, policy: Policy | undefined): Promise<PolicyStatus> {
  const [from, to] = under(name);
  const stored = await store.range('endpoint', from, to, MANY);
  const endpoints = stored.map(({ record }) => record);
  const addresses = new Map(stored.map(({ key, record }) => [key, record.address]));
  const holds = await store.range('hold', from, to, MANY);
  const parked = await store.find('retry.parked', [name], [name], MANY);
  const [last] = await store.range('commit', from, to, 1, 'descending');
  const [lag, membership, removed] = await store.get('fact', [lagKey(name), membershipKey(name), removedKey(name)]);
  const head = last?.record.revision ?? 0;
  const state = stateOf(
    policy,
    removed?.value,
    endpoints,
    holds.map(({ record }) => record),
  );
  return {
    policy: name,
    trigger: policy?.trigger ?? '-',
    state,
    cards: last?.record.cardsBorn ?? 0,
    head,
    sources: await Promise.all(
      endpoints.filter(({ role }) => role === 'source').map((one) => sourceStatus(store, one)),
    ),
    targets: tallyTargets(endpoints, head),
    parked: parked.length,
    parkedWork: parked.slice(0, PARKED_SHOWN).map(({ record: { endpoint, number, code, since } }) => ({
      address: addresses.get(endpoint) ?? endpoint,
      card: number,
      code,
      since,
    })),
    holds: holds.map(({ key, record: { kind, cards, reason, since, state: answer } }) => ({
      key,
      kind,
      count: cards.length,
      reason,
      since,
      state: answer,
    })),
    lag: (lag?.value ?? []) as readonly LagReport[],
    problems: (membership?.value as MembershipReport | undefined)?.problems ?? [],
    ...(await runsOf(store, name)),
  };
}

function stateOf(
  policy: Policy | undefined,
  removed: unknown,
  endpoints: readonly EndpointRecord[],
  holds: readonly HoldRecord[],
): PolicyStatus['state'] {
  if (removed !== undefined && removed === (policy?.generation ?? '')) return 'removed';
  if (!policy) return 'not configured';
  return endpoints.some(({ held }) => held) || holds.some(({ state }) => state === 'held') ? 'held' : 'working';
}

/** A target is counted once, by the worst that is true of it. */
function tallyTargets(endpoints: readonly EndpointRecord[], head: number): PolicyStatus['targets'] {
  const count = { all: 0, current: 0, behind: 0, inDoubt: 0, unreachable: 0, leaving: 0 };
  for (const { role, state, inDoubt, applied } of endpoints) {
    if (role !== 'target' || state === 'left') continue;
    count.all++;
    if (state === 'leaving') count.leaving++;
    else if (state === 'unreachable') count.unreachable++;
    else if (inDoubt) count.inDoubt++;
    else if (applied < head) count.behind++;
    else count.current++;
  }
  return count;
}

async function sourceStatus(store: Store, record: EndpointRecord): Promise<SourceStatus> {
  const [subscription] = await store.get('subscription', [`${record.mailbox}/contacts`]);
  const { address, path, state, code, read } = record;
  const by = subscription?.state === 'active' ? 'notification' : 'polling';
  return {
    address,
    folder: path.join('/') || 'default',
    state,
    code,
    readAt: read.time,
    by,
    expires: subscription?.state === 'active' ? subscription.expires : null,
    why: reasonOf(subscription),
  };
}

const reasonOf = (subscription: SubscriptionRecord | undefined): string | null =>
  subscription?.state === 'refused' ? subscription.reason : null;

/** One mailbox in every policy that has to do with it. */
export interface MailboxStatus {
  readonly endpoint: EndpointRecord;
  readonly head: number;
  readonly copies: number;
  readonly owed: readonly RetryRecord[];
}

/** Endpoints of a mailbox by its address or object id, without regard to case. */
export async function readMailbox(store: Store, who: string): Promise<MailboxStatus[]> {
  const wanted = who.toLowerCase();
  const endpoints = (await store.range('endpoint', '', '~', MANY)).filter(
    ({ record }) => record.address.toLowerCase() === wanted || record.user.toLowerCase() === wanted,
  );
  return Promise.all(
    endpoints.map(async ({ key, record }) => {
      const [from, to] = under(key);
      const [last] = await store.range('commit', ...under(record.policy), 1, 'descending');
      const copies = [...(await store.copies(key)).values()].filter(({ absent }) => !absent).length;
      const owed = (await store.range('retry', from, to, 1000)).map((stored) => stored.record);
      return { endpoint: record, head: last?.record.revision ?? 0, copies, owed };
    }),
  );
}
