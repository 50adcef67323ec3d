import { runKey, under } from '#core/keys';
import type { OrderRecord, RunRecord, ShardKey } from '#core/records';
import type { Put } from '#ports/store';
import type { Permit } from './apply.ts';
import type { Endpoint } from './pass.ts';
import { permitsOf } from './permit.ts';
import type { Propagator } from './propagate.ts';
import type { Permits } from './runs-under-way.ts';
import type { Worked } from './work.ts';

/** Problems named in a report; the rest is counted. */
const PROBLEMS = 200;
/** An inventory older than this is renewed by the nightly pass. */
const MONTH = 30 * 24 * 60 * 60 * 1000;
/** Tries of an endpoint that answers but cannot settle, before a run goes on without it. */
const TRIES = 20;

/**
 * One order in the shards of this worker: reads the sources, waits until all sources of the policy everywhere were read,
 * then brings the targets to the head. One failing mailbox stops nobody else (J-02).
 */
export class Run {
  readonly #worker: Propagator;
  readonly #key: string;
  readonly #order: OrderRecord;
  readonly #shards: readonly ShardKey[];
  readonly #started: number;
  readonly #before = new Map<Endpoint, Endpoint['counts']>();
  readonly #drift: Record<string, number> = {};
  readonly #problems: string[] = [];
  #phase: RunRecord['phase'] = 'reading';
  #permits: Permits | undefined;
  readonly #done = new Set<Endpoint>();
  #stored = 0;

  constructor(worker: Propagator, key: string, order: OrderRecord, shards: readonly ShardKey[]) {
    this.#worker = worker;
    this.#key = key;
    this.#order = order;
    this.#shards = shards;
    this.#started = worker.context.ports.clock.now();
  }

  async carryOut(): Promise<void> {
    const { policy, kind } = this.#order;
    this.#permits = await permitsOf(this.#worker, this.#order);
    const task = async (): Promise<void> => {
      for (const endpoint of this.#mine()) this.#before.set(endpoint, { ...endpoint.counts });
      await this.#store(true);
      if (kind === 'remove') await this.#each(this.#mine(), (endpoint) => this.#remove(endpoint));
      else if (kind === 'retry') await this.#each(this.#mine('target'), (endpoint) => this.#retry(endpoint));
      else await this.#readAndApply();
      this.#phase = 'done';
      await this.#store(true);
    };
    await this.#worker.during(policy, task, this.#permits);
  }

  async #readAndApply(): Promise<void> {
    await this.#each(this.#mine('source'), (endpoint) => this.#bring(endpoint, true));
    await this.#finishLeaving();
    this.#phase = 'applying';
    await this.#store(true);
    await this.#othersRead();
    await this.#each(this.#mine('target'), (endpoint) =>
      this.#bring(endpoint, this.#isRead(endpoint), this.#permits?.(endpoint.key)),
    );
  }

  /**
   * Targets are looked at by a run, too: what users did to copies is put right then (K-07), and a plan has shown it. A
   * folder that is inventoried anyway is not read a second time.
   */
  #isRead({ record: { inDoubt, generation, state } }: Endpoint): boolean {
    const { kind, policy } = this.#order;
    const whole = inDoubt || state !== 'active' || generation !== this.#worker.policy(policy)?.generation;
    return kind === 'reconcile' || !whole;
  }

  #mine(role?: 'source' | 'target'): Endpoint[] {
    const { policy, scope } = this.#order;
    const only = scope && this.#order.kind !== 'run' ? new Set(scope) : undefined;
    return this.#worker.endpoints
      .ofPolicy(policy)
      .filter((endpoint) => this.#shards.includes(endpoint.record.shard) && endpoint.record.state !== 'left')
      .filter((endpoint) => (role === undefined || endpoint.record.role === role) && (!only || only.has(endpoint.key)));
  }

  async #each(endpoints: readonly Endpoint[], task: (endpoint: Endpoint) => Promise<void>): Promise<void> {
    await Promise.all(
      endpoints.map(async (endpoint) => {
        await task(endpoint);
        this.#done.add(endpoint);
        await this.#store(false);
      }),
    );
  }

  /** Works until the endpoint is settled, or says why it cannot be now. */
  async #bring(endpoint: Endpoint, reads: boolean, permit?: Permit): Promise<void> {
    const { clock } = this.#worker.context.ports;
    const old = clock.now() - endpoint.record.inventoryAt > MONTH;
    let ask = {
      lane: 'bulk' as const,
      thorough: true,
      read: reads,
      inventory: reads && this.#order.kind === 'reconcile' && old,
    };
    for (let tries = 0; tries < TRIES; tries++) {
      const worked = await this.#worker.wake(endpoint, { ...ask, ...(permit && { permit }) });
      this.#noteDrift(worked);
      ask = { ...ask, read: false, inventory: false };
      const { record } = endpoint;
      if (worked?.settled || record.held || record.state === 'left') break;
      if (permit && worked && record.dueAt === 0 && !record.inDoubt) {
        this.#problem(
          `${record.address}: it changed since the plan; what no longer matched was left undone. Make a new plan.`,
        );
        break;
      }
      if (record.state === 'unreachable' || this.#worker.signal.aborted) break;
      await clock.sleep(this.#patience(endpoint), this.#worker.signal).catch(() => undefined);
    }
    this.#noteProblem(endpoint);
  }

  /** Until the endpoint's own due time, or until an abandoned create can take effect no more. */
  #patience({ record, quietUntil }: Endpoint): number {
    const { clock } = this.#worker.context.ports;
    const { retry } = this.#worker.context.setting.timing;
    const due = record.dueAt > 0 ? record.dueAt - clock.now() : record.inDoubt ? quietUntil - clock.monotonic() : 0;
    return Math.max(due, Math.min(retry[0], 200));
  }

  #noteDrift(worked: Worked | undefined): void {
    for (const [kind, count] of Object.entries(worked?.read?.drift ?? {}))
      if (count > 0) this.#drift[kind] = (this.#drift[kind] ?? 0) + count;
  }

  #noteProblem({ record, retries }: Endpoint): void {
    const { code, held, state, inDoubt, address } = record;
    // What is refused now, whichever run met it first: what this process has counted may long be mended.
    const parked = [...(retries?.values() ?? [])].filter(({ due }) => due === null).length;
    const failed = parked > 0 ? `${parked} contacts are refused; see cardwire parked` : undefined;
    const stuck =
      state === 'unreachable' || inDoubt
        ? `not reached (${code ?? 'in doubt'}); it is tried again by itself`
        : undefined;
    const why = held ? 'held by the brake: release or discard it' : (stuck ?? failed);
    if (why) this.#problem(`${address}: ${why}`);
  }

  #problem(sentence: string): void {
    if (this.#problems.length < PROBLEMS) this.#problems.push(sentence);
  }

  /** Cards that are leaving wait out their grace within the run, so that a run by hand also deletes (K-06). */
  async #finishLeaving(): Promise<void> {
    const { clock } = this.#worker.context.ports;
    const { grace } = this.#worker.context.setting.timing;
    const leaving = this.#mine('source').filter((endpoint) => this.#worker.hasLeaving(endpoint));
    if (leaving.length === 0) return;
    await clock.sleep(grace, this.#worker.signal).catch(() => undefined);
    await Promise.all(leaving.map((endpoint) => this.#worker.wake(endpoint, { lane: 'bulk' })));
  }

  /** Sources may be owned by other workers: their runs of this order say when they were read. */
  async #othersRead(): Promise<void> {
    const { store, clock } = this.#worker.context.ports;
    const sources = await store.get('endpoint', await this.#worker.sources.of(this.#order.policy));
    const shards = new Set(sources.flatMap((record) => (record ? [record.shard] : [])));
    for (;;) {
      const runs = await store.range('run', ...under(this.#key), 1000);
      const reading = [...shards].filter((shard) => {
        const run = runs.find(({ record }) => record.shard === shard);
        return !this.#shards.includes(shard) && (!run || run.record.phase === 'reading');
      });
      if (reading.length === 0 || this.#worker.signal.aborted) return;
      await clock.sleep(500, this.#worker.signal).catch(() => undefined);
    }
  }

  async #remove(endpoint: Endpoint): Promise<void> {
    const token = this.#worker.leases.token(endpoint.record.shard);
    const set = { state: 'leaving' as const, purge: true, dueAt: 0, tries: 0 };
    const { key } = endpoint;
    await this.#worker.context.ports.store.write([[{ op: 'put', kind: 'endpoint', key, token, set }]]);
    endpoint.record = { ...endpoint.record, ...set };
    await this.#bring(endpoint, false);
    if (endpoint.record.state !== 'left')
      this.#problem(`${endpoint.record.address}: not removed yet (${endpoint.record.code ?? 'waiting'})`);
  }

  /** Parked work becomes due. */
  async #retry(endpoint: Endpoint): Promise<void> {
    await this.#worker.unpark(endpoint);
    await this.#bring(endpoint, false);
  }

  /** At most once a second while it goes on, and whenever a phase ends. */
  async #store(now: boolean): Promise<void> {
    const at = this.#worker.context.ports.clock.now();
    if (!now && at - this.#stored < 1000) return;
    this.#stored = at;
    const writes = this.#shards.map((shard) => this.#record(shard, at));
    await this.#worker.context.ports.store.write([writes]);
  }

  #record(shard: ShardKey, at: number): Put {
    const { policy, kind } = this.#order;
    const mine = this.#mine().filter(({ record }) => record.shard === shard);
    const all = [...this.#before.keys()].filter(({ record }) => record.shard === shard);
    const first = shard === this.#shards[0];
    const set: RunRecord = {
      order: this.#key,
      shard,
      token: this.#worker.leases.token(shard),
      policy,
      kind,
      phase: this.#phase,
      started: this.#started,
      ended: this.#phase === 'done' ? at : null,
      endpoints: Math.max(mine.length, all.length),
      endpointsDone: all.filter((endpoint) => this.#done.has(endpoint)).length,
      counts: this.#counts(all),
      // Said once, not once per shard.
      drift: first ? this.#drift : {},
      problems: first ? this.#problems : [],
    };
    return { op: 'put', kind: 'run', key: runKey(this.#key, shard), token: set.token, create: true, set };
  }

  #counts(endpoints: readonly Endpoint[]): RunRecord['counts'] {
    const sum = { created: 0, updated: 0, deleted: 0, skipped: 0, failed: 0 };
    for (const endpoint of endpoints) {
      sum.skipped += endpoint.record.others;
      const before = this.#before.get(endpoint);
      for (const kind of ['created', 'updated', 'deleted', 'failed'] as const)
        sum[kind] += endpoint.counts[kind] - (before?.[kind] ?? 0);
    }
    return sum;
  }
}
