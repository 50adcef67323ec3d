import { hash8 } from '#core/digest';
import type { MemberRecord, SubscriptionRecord } from '#core/records';
import { PortError, Throttled, Unanswered } from '#ports/errors';
import type { Subscription } from '#ports/subscriptions';
import type { Context } from './context.ts';

const MINUTE = 60_000;
/** Graph takes at most 10,070 minutes for contacts (graph.md 3.3); less leaves room for clocks that differ. */
const LIFETIME = 10_000 * MINUTE;
/** A subscription is renewed with this share of its life left, more or less, so that not all come at once. */
const RENEW_AT = 0.5;

export interface SubscribeOptions {
  /** Comes back with each notification and proves it: made of tenant and mailbox key alone, so that no store is needed to check it. */
  readonly clientState: (tenant: string, mailbox: string) => string;
  /** Where notifications go: a subscription made for another address tells nobody. */
  readonly address: string;
  /** Mailboxes of which Graph said that something is wrong with their subscription. */
  readonly suspect: ReadonlySet<string>;
}

export const subscriptionKey = (mailbox: string): string => `${mailbox}/contacts`;

/**
 * Keeps one subscription alive for the mailbox of every source of a live policy (W-02): renewed before it ends, made
 * anew when Graph has dropped it, removed when nobody wants it. What Graph refuses is stored with the reason: the
 * policy polls then. Returns the mailboxes whose changes are notified.
 */
export async function keepSubscriptions(
  context: Context,
  token: number,
  options: SubscribeOptions,
): Promise<Set<string>> {
  const { store, subscriptions } = context.ports;
  const stored = await store.find('subscription.expiry', [0], [], 100_000);
  const records = new Map(stored.map(({ key, record }) => [key, record]));
  const wanted = await wantedMailboxes(context);
  const notified = new Set<string>();
  if (!subscriptions.available) return notified;
  const keeper = new Keeper(context, token, options);
  for (const [mailbox, member] of wanted) {
    const record = await keeper.keep(mailbox, member, records.get(subscriptionKey(mailbox)));
    if (record?.state === 'active') notified.add(mailbox);
  }
  for (const record of records.values()) if (!wanted.has(record.mailbox)) await keeper.end(record);
  return notified;
}

/** One member per mailbox that some live policy reads. */
async function wantedMailboxes(context: Context): Promise<Map<string, MemberRecord>> {
  const members = await context.ports.store.range('member', '', '~', 1_000_000);
  const wanted = new Map<string, MemberRecord>();
  for (const { record } of members) {
    const policy = context.setting.policies.get(record.policy);
    if (record.wanted && record.role === 'source' && policy?.trigger === 'live') wanted.set(record.mailbox, record);
  }
  return wanted;
}

class Keeper {
  readonly #context: Context;
  readonly #token: number;
  readonly #options: SubscribeOptions;
  /** What Graph holds of ours, by tenant: asked once, when a record is missing. */
  readonly #listed = new Map<string, readonly Subscription[]>();

  constructor(context: Context, token: number, options: SubscribeOptions) {
    this.#context = context;
    this.#token = token;
    this.#options = options;
  }

  async keep(
    mailbox: string,
    member: MemberRecord,
    record: SubscriptionRecord | undefined,
  ): Promise<SubscriptionRecord | undefined> {
    const { clock, chance } = this.#context.ports;
    const left = (record?.expires ?? 0) - clock.now();
    const fresh = left > LIFETIME * (RENEW_AT - 0.1 * chance.random());
    if (record?.state === 'active' && fresh && this.#isProved(member, record) && !this.#options.suspect.has(mailbox))
      return record;
    // A refusal is asked for again now and then: consent may have been given.
    if (record?.state === 'refused' && left > 0 && !this.#options.suspect.has(mailbox)) return record;
    try {
      return await this.#make(mailbox, member, record);
    } catch (cause) {
      return this.#refused(mailbox, member, record, cause);
    }
  }

  /** Its notifications prove themselves with the secret of today. */
  #isProved({ tenant, mailbox }: MemberRecord, record: SubscriptionRecord): boolean {
    return record.proof === this.#proof(tenant, mailbox);
  }

  #proof(tenant: string, mailbox: string): string {
    return hash8(`${this.#options.address} ${this.#options.clientState(tenant, mailbox)}`);
  }

  async #make(
    mailbox: string,
    member: MemberRecord,
    record: SubscriptionRecord | undefined,
  ): Promise<SubscriptionRecord> {
    const { subscriptions, clock, chance } = this.#context.ports;
    const expires = Math.round(clock.now() + LIFETIME * (1 - 0.1 * chance.random()));
    const known = record?.state === 'active' && this.#isProved(member, record) ? record.id : undefined;
    const renewed = known === undefined ? undefined : await subscriptions.renew(member.tenant, known, expires);
    const made = renewed ?? (await this.#create(mailbox, member, expires));
    const { id, resource } = made;
    return this.#store(mailbox, member, { id, resource, expires: made.expires, state: 'active', reason: null });
  }

  /** Graph never changes a clientState, and shows it in no list: whatever there is of the mailbox goes first. */
  async #create(mailbox: string, member: MemberRecord, expires: number): Promise<Subscription> {
    const { subscriptions } = this.#context.ports;
    const listed = this.#listed.get(member.tenant) ?? (await subscriptions.list(member.tenant));
    this.#listed.set(member.tenant, listed);
    const resource = `users/${member.user}/contacts`.toLowerCase();
    for (const one of listed)
      if (one.resource.replace(/^\//, '').toLowerCase() === resource) await subscriptions.remove(member.tenant, one.id);
    const clientState = this.#options.clientState(member.tenant, mailbox);
    return subscriptions.create(member.tenant, { user: member.user, clientState, expires });
  }

  async #refused(
    mailbox: string,
    member: MemberRecord,
    record: SubscriptionRecord | undefined,
    cause: unknown,
  ): Promise<SubscriptionRecord | undefined> {
    if (cause instanceof Throttled || cause instanceof Unanswered) return record;
    if (!(cause instanceof PortError)) throw cause;
    const { clock } = this.#context.ports;
    const expires = clock.now() + 15 * MINUTE;
    return this.#store(mailbox, member, { id: '', resource: '', expires, state: 'refused', reason: cause.message });
  }

  async #store(
    mailbox: string,
    { tenant, user }: MemberRecord,
    facts: Pick<SubscriptionRecord, 'id' | 'resource' | 'expires' | 'state' | 'reason'>,
  ): Promise<SubscriptionRecord> {
    const proof = this.#proof(tenant, mailbox);
    const set: SubscriptionRecord = { tenant, mailbox, user, ...facts, proof, token: this.#token };
    const key = subscriptionKey(mailbox);
    const write = { op: 'put', kind: 'subscription', key, token: this.#token, create: true, set } as const;
    await this.#context.ports.store.write([[write]]);
    return set;
  }

  async end(record: SubscriptionRecord): Promise<void> {
    const { subscriptions, store } = this.#context.ports;
    if (record.state === 'active') await subscriptions.remove(record.tenant, record.id).catch(() => undefined); // It ends by itself.
    await store.write([
      [{ op: 'remove', kind: 'subscription', key: subscriptionKey(record.mailbox), token: this.#token }],
    ]);
  }
}
