import { endpointKey } from '#core/keys';
import type { EndpointRecord, MemberRecord, ShardKey } from '#core/records';
import type { Context } from './context.ts';
import { type Endpoint, keyOf } from './pass.ts';

/** More endpoints than any shard has: one of 64 shares of 100,000 mailboxes and a few policies. */
const MANY = 1_000_000;

/** The endpoints of the shards that this worker owns, in memory: it is their only writer. */
export class Endpoints {
  readonly #all = new Map<string, Endpoint>();
  readonly #byMailbox = new Map<string, Set<Endpoint>>();
  readonly #context: Context;

  constructor(context: Context) {
    this.#context = context;
  }

  get(key: string): Endpoint | undefined {
    return this.#all.get(key);
  }

  all(): Iterable<Endpoint> {
    return this.#all.values();
  }

  ofMailbox(mailbox: string): readonly Endpoint[] {
    return [...(this.#byMailbox.get(mailbox) ?? [])];
  }

  ofPolicy(policy: string): Endpoint[] {
    return [...this.#all.values()].filter(({ record }) => record.policy === policy);
  }

  /**
   * Loads a shard that was just taken. An endpoint in doubt may have creates under way that its former owner abandoned:
   * until they can take effect no more, it must not be settled. One never inventoried has never created anything.
   */
  async load(shard: ShardKey): Promise<void> {
    const { store, clock } = this.#context.ports;
    const quiet = clock.monotonic() + this.#context.setting.timing.settle;
    for (const { key, record } of await store.find('endpoint.shard', [shard], [shard], MANY)) {
      if (this.#all.has(key)) continue;
      this.add(record).quietUntil = record.inDoubt && record.inventoryAt > 0 ? quiet : 0;
    }
  }

  add(record: EndpointRecord): Endpoint {
    const key = keyOf(record);
    const known = this.#all.get(key);
    if (known) return known; // One object per endpoint: two would be two writers.
    const counts = { created: 0, updated: 0, deleted: 0, failed: 0 };
    const endpoint: Endpoint = { key, record, met: false, quietUntil: 0, retries: undefined, counts };
    this.#all.set(key, endpoint);
    const siblings = this.#byMailbox.get(record.mailbox) ?? new Set();
    siblings.add(endpoint);
    this.#byMailbox.set(record.mailbox, siblings);
    return endpoint;
  }

  drop(endpoint: Endpoint): void {
    this.#all.delete(endpoint.key);
    this.#byMailbox.get(endpoint.record.mailbox)?.delete(endpoint);
  }

  /** Endpoints of a shard, for a lease that was lost. */
  ofShard(shard: ShardKey): Endpoint[] {
    return [...this.#all.values()].filter(({ record }) => record.shard === shard);
  }
}

/** The record with which a member begins: in doubt, nothing applied, so that its first inventory does the rest. */
export const firstRecord = (member: MemberRecord, token: number): EndpointRecord => ({
  policy: member.policy,
  mailbox: member.mailbox,
  folder: member.folder,
  shard: member.shard,
  token,
  role: member.role,
  tenant: member.tenant,
  user: member.user,
  address: member.address,
  path: member.path,
  folderId: null,
  folderOurs: false,
  generation: '',
  state: 'joining',
  inDoubt: true,
  applied: 0,
  read: { link: null, revision: 0, time: 0 },
  dueAt: 0,
  code: null,
  tries: 0,
  held: false,
  purge: false,
  unseen: false,
  others: 0,
  inventoryAt: 0,
});

export const memberKey = (member: Pick<MemberRecord, 'policy' | 'mailbox' | 'folder'>): string =>
  endpointKey(member.policy, member.mailbox, member.folder);
