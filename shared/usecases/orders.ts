import { runKey, under } from '#core/keys';
import type { OrderRecord, ShardKey } from '#core/records';
import type { Stored } from '#ports/store';
import { answerHold } from './answer-hold.ts';
import { dismiss } from './dismiss.ts';
import { Latest } from './latest.ts';
import { TIME } from './lease.ts';
import { membershipKey } from './membership.ts';
import type { Propagator } from './propagate.ts';
import { Run } from './run.ts';

/**
 * Carries out open orders in the shards that this worker owns. An order is inserted by a person's command or by the
 * clock and never changed; what became of it is one run record per shard, written by the shard's owner.
 */
export class Orders {
  readonly #worker: Propagator;
  readonly #busy = new Set<string>();
  readonly #looking = new Latest(() => this.#lookAll());

  constructor(worker: Propagator) {
    this.#worker = worker;
  }

  /** Looks for open orders. */
  look(): void {
    this.#worker.background(this.#looking.again());
  }

  async #lookAll(): Promise<void> {
    const open = await this.#worker.context.ports.store.find('order.state', ['open'], ['open'], 1000);
    for (const order of open) {
      if (this.#busy.has(order.key)) continue;
      this.#busy.add(order.key);
      this.#worker.background(this.#carryOut(order).finally(() => this.#busy.delete(order.key)));
    }
  }

  async #carryOut({ key, record }: Stored<'order'>): Promise<void> {
    if (record.kind === 'release' || record.kind === 'discard') await answerHold(this.#worker, record);
    else {
      if (record.kind === 'remove') await dismiss(this.#worker.context, record.policy);
      await this.#run(key, record);
    }
    if (await this.#isDone(key, record)) await this.#close(key, record);
  }

  async #run(key: string, order: OrderRecord): Promise<void> {
    const shards = await this.#pendingShards(key, order);
    if (shards.length > 0) await new Run(this.#worker, key, order, shards).carryOut();
  }

  /** Owned shards that have endpoints of the order's policy and no finished run of it. */
  async #pendingShards(key: string, order: OrderRecord): Promise<ShardKey[]> {
    const { endpoints, leases, context } = this.#worker;
    if (!(await this.#membersJoined(order))) return [];
    const mine = new Set(
      endpoints
        .ofPolicy(order.policy)
        .filter(({ record }) => record.state !== 'left')
        .map(({ record }) => record.shard),
    );
    const shards = [...mine].filter((shard) => leases.owns(shard));
    const runs = await context.ports.store.get(
      'run',
      shards.map((shard) => runKey(key, shard)),
    );
    return shards.filter((_, i) => runs[i]?.phase !== 'done');
  }

  /** Membership was resolved, and every member of our shards has its endpoint: a run begun before would miss some. */
  async #membersJoined(order: OrderRecord): Promise<boolean> {
    const { endpoints, leases, context } = this.#worker;
    if (order.kind === 'remove' || !context.setting.policies.has(order.policy)) return true;
    const [fact] = await context.ports.store.get('fact', [membershipKey(order.policy)]);
    if (!fact) return false;
    const members = await context.ports.store.range('member', ...under(order.policy), 1_000_000);
    return members.every(
      ({ key, record }) => !record.wanted || !leases.owns(record.shard) || endpoints.get(key) !== undefined,
    );
  }

  /** All shards with members of the policy have finished. */
  async #isDone(key: string, order: OrderRecord): Promise<boolean> {
    if (order.kind === 'release' || order.kind === 'discard') return true;
    if (!(await this.#membersJoined(order))) return false;
    const { store } = this.#worker.context.ports;
    const [from, to] = under(order.policy);
    const members = await store.range('member', from, to, 100_000);
    const shards = new Set(members.map(({ record }) => record.shard).filter((shard) => shard !== TIME));
    const runs = await store.range('run', ...under(key), 1000);
    const done = new Set(runs.filter(({ record }) => record.phase === 'done').map(({ record }) => record.shard));
    const endpoints = await store.range('endpoint', from, to, 100_000);
    const left = new Set(endpoints.filter(({ record }) => record.state !== 'left').map(({ record }) => record.shard));
    return [...shards].every((shard) => done.has(shard) || !left.has(shard));
  }

  async #close(key: string, order: OrderRecord): Promise<void> {
    const record: OrderRecord = { ...order, state: 'closed' };
    await this.#worker.context.ports.store.write([[{ op: 'replace', kind: 'order', key, record }]]);
  }
}
