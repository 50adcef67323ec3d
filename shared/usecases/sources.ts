import { under } from '#core/keys';
import type { Policy } from '#core/policy';
import type { EndpointRecord } from '#core/records';
import type { Context } from './context.ts';
import { memberKey } from './endpoints.ts';

/** What workers need to know of a policy's sources, wherever those are owned. */
export class Sources {
  readonly #context: Context;
  readonly #keys = new Map<string, Promise<readonly string[]>>();
  /** Policies (by generation) whose sources were all read: stays true. */
  readonly #read = new Set<string>();
  /** Mailboxes with a living subscription: they need no poll. */
  readonly subscribed = new Set<string>();

  constructor(context: Context) {
    this.#context = context;
  }

  /** Membership changed: ask again. */
  forget(): void {
    this.#keys.clear();
  }

  /** Keys of the source endpoints of a policy. */
  of(policy: string): Promise<readonly string[]> {
    let keys = this.#keys.get(policy);
    if (!keys) {
      keys = this.#load(policy);
      this.#keys.set(policy, keys);
      keys.catch(() => this.#keys.delete(policy));
    }
    return keys;
  }

  async #load(policy: string): Promise<readonly string[]> {
    const [from, to] = under(policy);
    const members = await this.#context.ports.store.range('member', from, to, 100_000);
    return members
      .filter(({ record }) => record.role === 'source' && record.wanted)
      .map(({ record }) => memberKey(record));
  }

  /** Were all sources read under the policy's present generation? Before, a target's cards would be born after its inventory and made twice. */
  async read(policy: Policy, sources: readonly string[]): Promise<boolean> {
    const key = `${policy.id}/${policy.generation}/${sources.join()}`;
    if (this.#read.has(key)) return true;
    const records = await this.#context.ports.store.get('endpoint', sources);
    const all = sources.length > 0 && records.every((record) => record !== undefined && isRead(record, policy));
    if (all) this.#read.add(key);
    return all;
  }

  /** The rule of a policy that is not configured any more, as last approved. */
  async oldRule(policy: string): Promise<Policy | undefined> {
    const [from, to] = under(policy);
    const stored = await this.#context.ports.store.range('policy', from, to, 1000);
    const last = stored.sort((a, b) => a.record.at - b.record.at).at(-1);
    return last && (JSON.parse(last.record.rule) as Policy);
  }

  /** Between two looks at a source that nothing else brings about; endless where notifications come. */
  pollMs(record: EndpointRecord): number {
    if (this.#context.setting.policies.get(record.policy)?.trigger !== 'live') return Number.POSITIVE_INFINITY;
    return this.subscribed.has(record.mailbox) ? Number.POSITIVE_INFINITY : this.#context.setting.pollMs;
  }
}

const isRead = (record: EndpointRecord, policy: Policy): boolean =>
  !record.inDoubt && record.generation === policy.generation && record.read.time > 0;
