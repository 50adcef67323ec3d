import { policyKey } from '#core/keys';
import type { Policy } from '#core/policy';
import type { OrderRecord } from '#core/records';
import type { Write } from '#ports/store';
import { isRemoved } from './dismiss.ts';
import { updateMembership } from './membership.ts';
import { nightlyKey } from './nightly-key.ts';
import type { Propagator } from './propagate.ts';
import { sweep } from './retention.ts';
import { keepSubscriptions } from './subscribe.ts';
import { tellTrouble } from './tell-trouble.ts';

const MINUTE = 60_000;

export interface TimekeeperOptions {
  readonly clientState: (tenant: string, mailbox: string) => string;
  /** The webhook's public address; empty without one. */
  readonly address: string;
  /** The last nightly time at or before a moment, ms since the epoch. */
  readonly lastNightly: (now: number) => number;
  /** Between two resolutions of membership, ms. */
  readonly membersMs?: number;
}

/**
 * The duties of whoever owns the pseudo shard `time` (DESIGN section 3 'reconciler'): membership, subscriptions, the
 * nightly orders, retention. One at a time in the whole installation; each duty repeats harmlessly after a takeover.
 */
export class Timekeeper {
  readonly #worker: Propagator;
  readonly #options: TimekeeperOptions;
  readonly #suspect = new Set<string>();
  #token: number | undefined;
  #membersAt = 0;
  #subscriptionsAt = 0;
  #looping: Promise<void> | undefined;
  #stop = new AbortController();

  constructor(worker: Propagator, options: TimekeeperOptions) {
    this.#worker = worker;
    this.#options = options;
  }

  /** The lease was taken: the first round is under way when this resolves. */
  async taken(token: number): Promise<void> {
    this.#token = token;
    this.#stop = new AbortController();
    this.#looping = this.#loop(AbortSignal.any([this.#stop.signal, this.#worker.signal]));
  }

  async lost(): Promise<void> {
    this.#token = undefined;
    this.#stop.abort();
    await this.#looping;
  }

  resolve(): void {
    this.#membersAt = 0;
  }

  /** Graph said that something is wrong with a mailbox's subscription. */
  suspect(mailbox: string): void {
    this.#suspect.add(mailbox);
    this.#subscriptionsAt = 0;
  }

  async #loop(signal: AbortSignal): Promise<void> {
    const { clock } = this.#worker.context.ports;
    while (!signal.aborted) {
      await this.#duty('membership', () => this.#members());
      await this.#duty('subscriptions', () => this.#subscriptions());
      await this.#duty('nightly', () => this.#nightly());
      await clock.sleep(this.#worker.context.setting.timing.beat / 5, signal).catch(() => undefined);
    }
  }

  /** No duty stops the others: what fails is told and tried again in the next round. */
  async #duty(where: string, task: () => Promise<void>): Promise<boolean> {
    if (this.#token === undefined) return false;
    try {
      await task();
      return true;
    } catch (cause) {
      if (this.#stop.signal.aborted || this.#worker.signal.aborted) return false;
      tellTrouble(this.#worker.context, where, cause);
      return false;
    }
  }

  async #members(): Promise<void> {
    const { clock, queue } = this.#worker.context.ports;
    if (clock.now() < this.#membersAt) return;
    let changed = false;
    let failed = false;
    for (const policy of this.#worker.context.setting.policies.values()) {
      const done = await this.#duty(`membership/${policy.id}`, async () => {
        await this.#approve(policy);
        if (await isRemoved(this.#worker.context, policy.id, policy.generation)) return;
        changed = (await updateMembership(this.#worker.context, policy, this.#token ?? 0)) || changed;
      });
      failed ||= !done;
    }
    // After a failure the next try comes soon; after a success in a while.
    const { timing } = this.#worker.context.setting;
    this.#membersAt = clock.now() + (failed ? timing.retry[1] / 10 : (this.#options.membersMs ?? 15 * MINUTE));
    if (!changed) return;
    await queue.publish([{ signal: { k: 'wake', o: 'members', at: clock.now() }, shard: 'all' }]);
    this.#subscriptionsAt = 0;
  }

  /** Keeps each generation of a rule, so that a policy that is not configured any more can still be removed. */
  async #approve(policy: Policy): Promise<void> {
    const { clock, store } = this.#worker.context.ports;
    const key = policyKey(policy.id, policy.generation);
    const record = { policy: policy.id, generation: policy.generation, at: clock.now(), rule: JSON.stringify(policy) };
    await store.write([[{ op: 'insert', kind: 'policy', key, record }]]);
  }

  async #subscriptions(): Promise<void> {
    const { clock } = this.#worker.context.ports;
    if (clock.now() < this.#subscriptionsAt) return;
    this.#subscriptionsAt = clock.now() + MINUTE;
    const suspect = new Set(this.#suspect);
    this.#suspect.clear();
    const { clientState, address } = this.#options;
    const how = { clientState, address, suspect };
    const notified = await keepSubscriptions(this.#worker.context, this.#token ?? 0, how);
    this.#worker.notified(notified);
  }

  /** Once per night however often this is asked: the order's key is its time (W-07). A missed night is caught up. */
  async #nightly(): Promise<void> {
    const { clock, store } = this.#worker.context.ports;
    const due = this.#options.lastNightly(clock.now());
    const [fact] = await store.get('fact', ['nightly']);
    const done = typeof fact?.value === 'number' ? fact.value : undefined;
    if (done !== undefined && done >= due) return;
    const orders: Write[] = [];
    // The very first start has nothing to catch up.
    if (done !== undefined)
      for (const policy of this.#worker.context.setting.policies.values())
        if (policy.trigger === 'live') orders.push(nightlyOrder(policy.id, due, clock.now()));
    const mark: Write = { op: 'replace', kind: 'fact', key: 'nightly', record: { value: due } };
    await store.write(orders.length > 0 ? [orders, [mark]] : [[mark]]);
    if (orders.length === 0) return;
    this.#worker.orders();
    await sweep(this.#worker.context);
  }
}

function nightlyOrder(policy: string, due: number, at: number): Write {
  const record: OrderRecord = {
    kind: 'reconcile',
    policy,
    scope: null,
    by: 'nightly',
    reason: 'nightly pass',
    at,
    state: 'open',
  };
  return { op: 'insert', kind: 'order', key: nightlyKey(policy, due), record };
}
