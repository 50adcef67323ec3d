import PQueue from 'p-queue';
import type { Policy } from '#core/policy';
import type { ShardKey } from '#core/records';
import type { Consumer } from '#ports/queue';
import type { Permit } from './apply.ts';
import { raiseBarriers } from './barriers.ts';
import { Books } from './books.ts';
import type { Context } from './context.ts';
import { Endpoints } from './endpoints.ts';
import { followMembers } from './joining.ts';
import { keepLag, Lag } from './lag.ts';
import { Latest } from './latest.ts';
import { Leases, Lost, TIME } from './lease.ts';
import { keepLetter } from './letters.ts';
import { Orders } from './orders.ts';
import { type Endpoint, Pass } from './pass.ts';
import { RecentWrites } from './recent-writes.ts';
import { Refusals } from './refusals.ts';
import { RestoredStore } from './restored-store.ts';
import { unpark } from './retries.ts';
import { type Permits, RunsUnderWay } from './runs-under-way.ts';
import { type Ask, Schedule } from './schedule.ts';
import { hear } from './signals.ts';
import { Sources } from './sources.ts';
import { tellTrouble } from './tell-trouble.ts';
import { WakeTimes } from './wake-times.ts';
import { type Worked, work } from './work.ts';

/** Inventories at once: each holds a folder in memory (PROTOCOL 4.6). */
const INVENTORIES = 16;
/** Passes of one policy at once when its limit says `auto`. */
const AUTO = 64;
/** A mailbox further behind than this is filled, not told news: it works in the bulk lane. */
const FAR_BEHIND = 200;
const PREFETCH = 256;
/** Ticks between two beats, and between two looks at every book's head. */
const TICKS = 5;

export interface PropagatorOptions {
  /** A lock outside of the store proves that every other worker is dead. */
  readonly exclusive: boolean;
  /** What the owner of the pseudo shard of clocks has to do; absent: this worker does not want that shard. */
  readonly duties?: (worker: Propagator) => TimeDuties;
}

/** Duties of whoever owns the pseudo shard `time`. */
export interface TimeDuties {
  taken(token: number): Promise<void>;
  lost(): Promise<void>;
  suspect(mailbox: string): void;
  /** A person has answered: membership is to be resolved again. */
  resolve(): void;
}

/**
 * The worker that owns shards: reads their sources, writes their targets, and finds by itself whatever a lost signal
 * would have told (PROTOCOL 2.6 `work`, DESIGN section 3 'propagator').
 */
export class Propagator {
  readonly context: Context;
  readonly leases: Leases;
  readonly books: Books;
  readonly endpoints: Endpoints;
  readonly sources: Sources;
  readonly recent = new RecentWrites();
  readonly #schedule: Schedule;
  readonly #inventories = new PQueue({ concurrency: INVENTORIES });
  readonly #consumers = new Map<ShardKey, Consumer>();
  readonly #duties: TimeDuties | undefined;
  readonly #orders = new Orders(this);
  readonly #refusals: Refusals;
  readonly #restored: RestoredStore;
  readonly #stop = new AbortController();
  readonly #wakeTimes: WakeTimes;
  readonly #runs = new RunsUnderWay();
  readonly #background = new Set<Promise<unknown>>();
  #lagKept: Promise<void> = Promise.resolve();
  readonly #following = new Latest(() => this.#followMembers());
  #ticking: Promise<void> | undefined;

  constructor(context: Context, options: PropagatorOptions) {
    const { clock, store } = context.ports;
    const lag = new Lag(
      (policy) => this.#reachable(policy),
      (report) => {
        context.emit({ type: 'propagated', ...report });
        // One after the other: each keeps what the one before has kept.
        this.#lagKept = this.#lagKept.then(() => keepLag(store, report)).catch(() => undefined);
      },
    );
    this.context = {
      ...context,
      emit: (event) => {
        context.emit(event);
        lag.hear(event, clock.now());
      },
    };
    this.books = new Books(store);
    this.endpoints = new Endpoints(this.context);
    this.sources = new Sources(this.context);
    this.#wakeTimes = new WakeTimes(clock);
    this.#refusals = new Refusals();
    this.#restored = new RestoredStore(this.context, () => this.#doubtAll());
    this.#schedule = new Schedule(
      (policy, lane) => this.#limit(policy, lane),
      (endpoint, ask) => this.#run(endpoint, ask),
    );
    const hooks = {
      taken: (shard: ShardKey, token: number, clean: boolean) => this.#taken(shard, token, clean),
      lost: (shard: ShardKey) => this.#lost(shard),
    };
    this.leases = new Leases(this.context, hooks, { exclusive: options.exclusive });
    this.#duties = options.duties?.(this);
  }

  async start(): Promise<void> {
    await this.#restored.open();
    await this.leases.start();
    this.#ticking = this.#tickLoop();
  }

  /** Stops intake, lets running passes end, gives every shard back. */
  async close(): Promise<void> {
    this.#stop.abort();
    await Promise.all([...this.#consumers.values()].map((consumer) => consumer.close()));
    this.#consumers.clear();
    await this.#schedule.close();
    await this.#ticking;
    await Promise.allSettled(this.#background);
    await this.#lagKept;
    await this.leases.close();
  }

  get signal(): AbortSignal {
    return this.#stop.signal;
  }

  policy(id: string): Policy | undefined {
    return this.context.setting.policies.get(id);
  }

  /** May this policy act now? A manual one only during a run (H-06). */
  acts(policy: string): boolean {
    return this.#isLive(policy) || this.#runs.any(policy);
  }

  #isLive(policy: string): boolean {
    return this.policy(policy)?.trigger === 'live';
  }

  /** Lets a policy act, whatever its trigger, while the task runs; one that is not live no further than the permits say. */
  during<T>(policy: string, task: () => Promise<T>, permits?: Permits): Promise<T> {
    return this.#runs.during(policy, permits, task);
  }

  /** Asks for a pass that begins after this call. Undefined when it could not be done, or may not be. */
  async wake(endpoint: Endpoint, ask: Partial<Ask> = {}): Promise<Worked | undefined> {
    const { policy, state } = endpoint.record;
    if (state === 'left' || (state !== 'leaving' && !this.acts(policy))) return undefined;
    const lane = ask.lane === 'live' && this.#isCurrent(endpoint) ? 'live' : 'bulk';
    return this.#schedule.wake(endpoint, { read: false, inventory: false, ...ask, lane });
  }

  /** Targets that an edit should reach within seconds. */
  #reachable(policy: string): string[] {
    const targets = this.endpoints
      .ofPolicy(policy)
      .filter(({ record }) => record.role === 'target' && record.state === 'active');
    return targets.map(({ key }) => key);
  }

  #isCurrent({ record }: Endpoint): boolean {
    if (record.inDoubt || record.state !== 'active') return false;
    return record.role === 'source' || this.books.get(record.policy).state.head - record.applied <= FAR_BEHIND;
  }

  #limit(policy: string, lane: 'live' | 'bulk'): number {
    const rule = this.policy(policy);
    const limit = (lane === 'live' ? rule?.liveMailboxes : rule?.parallelMailboxes) ?? 'auto';
    return limit === 'auto' ? AUTO : limit;
  }

  async #run(endpoint: Endpoint, ask: Ask): Promise<Worked | undefined> {
    const pass = await this.#open(endpoint, ask);
    if (!pass) return undefined;
    try {
      const { first } = ask;
      const permit = ask.permit ?? this.#permit(endpoint);
      const worked = await work(pass, {
        read: ask.read,
        inventory: ask.inventory,
        thorough: ask.thorough === true,
        ...(permit && { permit }),
        ...(first !== undefined && { first }),
        inventories: (task) => this.#inventories.add(task),
        sourcesRead: () => this.sources.read(pass.policy, pass.sources),
      });
      await this.#refusals.settle(pass);
      this.#wakeTimes.plan(endpoint, pass, this.sources);
      return worked;
    } catch (cause) {
      this.#failed(endpoint, cause);
      return undefined;
    }
  }

  #permit({ key, record: { policy } }: Endpoint): Permit | undefined {
    return this.#isLive(policy) ? undefined : this.#runs.permit(policy, key);
  }

  async #open(endpoint: Endpoint, ask: Ask): Promise<Pass | undefined> {
    const { record } = endpoint;
    const policy =
      this.policy(record.policy) ??
      (record.state === 'leaving' ? await this.sources.oldRule(record.policy) : undefined);
    if (!policy) return undefined;
    try {
      return new Pass(this.context, this.leases, {
        endpoint,
        book: this.books.get(record.policy),
        policy,
        tenantId: await this.context.ports.directory.tenantId(record.tenant),
        sources: await this.sources.of(policy.id),
        lane: ask.lane,
        refused: (number, code) => this.#refusals.note(endpoint, number, code),
        wrote: (item, etag) => this.recent.note(item, etag),
        met: (attempt) => this.#restored.met(attempt),
      });
    } catch (cause) {
      this.#failed(endpoint, cause);
      return undefined;
    }
  }

  /** A lost lease ends the work quietly; anything else is told and tried again later: no error stops the loop. */
  #failed(endpoint: Endpoint, cause: unknown): void {
    if (cause instanceof Lost) return;
    const { clock } = this.context.ports;
    this.#wakeTimes.set(endpoint, clock.now() + this.context.setting.timing.retry[0]);
    tellTrouble(this.context, endpoint.key, cause);
  }

  async #tickLoop(): Promise<void> {
    const { clock } = this.context.ports;
    for (let n = 1; ; n++) {
      try {
        await clock.sleep(this.context.setting.timing.beat / TICKS, this.#stop.signal);
      } catch {
        return;
      }
      this.#wakeDue(clock.now());
      this.#orders.look();
      if (n % (2 * TICKS) === 0) await this.#catchUp().catch((cause) => this.#trouble('books', cause));
    }
  }

  #wakeDue(now: number): void {
    for (const endpoint of this.#wakeTimes.due(now)) {
      this.background(this.wake(endpoint, { lane: 'live', read: this.#readDue(endpoint, now) }));
    }
  }

  #readDue({ record }: Endpoint, now: number): boolean {
    return record.role === 'source' && now - record.read.time >= this.sources.pollMs(record);
  }

  /** The net under lost signals: whoever is behind its book's head is woken (PROTOCOL 3 'Consuming'). */
  async #catchUp(): Promise<void> {
    for (const book of this.books.all()) await book.refresh();
    for (const endpoint of this.endpoints.all()) {
      const { record } = endpoint;
      if (record.role !== 'target' || record.dueAt > 0 || !this.#schedule.isIdle(endpoint)) continue;
      if (record.applied < this.books.get(record.policy).state.head)
        this.background(this.wake(endpoint, { lane: 'live' }));
    }
  }

  /**
   * The store is older than the mailboxes: whatever it says of any folder is looked at anew. Stored as an unknown rule,
   * which only an inventory ends: whoever stops or dies now would else leave folders that nobody looks at again.
   */
  async #doubtAll(): Promise<void> {
    const set = { generation: '' };
    const endpoints = [...this.endpoints.all()].filter(
      ({ record: { state, shard } }) => state !== 'left' && state !== 'leaving' && this.leases.owns(shard),
    );
    const writes = endpoints.map(({ key, record: { shard } }) => {
      const token = this.leases.token(shard);
      return { op: 'put', kind: 'endpoint', key, token, set } as const;
    });
    await this.context.ports.store.write([writes]);
    for (const endpoint of endpoints) endpoint.record = { ...endpoint.record, ...set };
    for (const endpoint of endpoints) this.background(this.wake(endpoint, { lane: 'bulk' }));
  }

  /** Has the endpoint cards that left it and wait for the end of their grace? */
  hasLeaving({ key, record }: Endpoint): boolean {
    for (const version of this.books.get(record.policy).state.cards.values())
      if (version.state === 'leaving' && !version.kept && version.source.endpoint === key) return true;
    return false;
  }

  /** Makes an endpoint's parked work due. */
  async unpark(endpoint: Endpoint): Promise<void> {
    const pass = await this.#open(endpoint, { lane: 'bulk', read: false, inventory: false });
    if (pass) await unpark(pass);
  }

  /** Work that nobody waits for: its failures are told by whoever does it. */
  background(task: Promise<unknown>): void {
    const tracked = task
      .catch((cause) => this.#trouble('background', cause))
      .finally(() => this.#background.delete(tracked));
    this.#background.add(tracked);
  }

  #trouble(where: string, cause: unknown): void {
    if (cause instanceof Lost || this.#stop.signal.aborted) return;
    tellTrouble(this.context, where, cause);
  }

  async #taken(shard: ShardKey, token: number, clean: boolean): Promise<void> {
    if (shard === TIME) return this.#duties?.taken(token);
    await this.endpoints.load(shard);
    await followMembers(this.context, this.endpoints, shard, token);
    if (!clean) await raiseBarriers(this.context, this.books, this.endpoints.ofShard(shard), token);
    const consumer = await this.context.ports.queue.consume(shard, (delivery) => hear(this, shard, delivery), {
      prefetch: PREFETCH,
      spoiled: (letter) => keepLetter(this.context, letter),
    });
    this.#consumers.set(shard, consumer);
    this.look(shard);
    this.#orders.look();
  }

  /** Everything of a shard that may need work: sources are looked at once, targets compared with the head. */
  look(shard: ShardKey): void {
    for (const endpoint of this.endpoints.ofShard(shard)) {
      const { dueAt, role } = endpoint.record;
      if (dueAt > this.context.ports.clock.now()) this.#wakeTimes.set(endpoint, dueAt);
      else this.background(this.wake(endpoint, { lane: 'live', read: role === 'source' }));
    }
  }

  /** Graph said that a mailbox's subscription ended, or must be proved anew: whoever owns `time` sees to it. */
  async suspect(mailbox: string): Promise<void> {
    if (this.leases.owns(TIME)) return this.#duties?.suspect(mailbox);
    const signal = { k: 'wake', o: `subscription:${mailbox}`, at: this.context.ports.clock.now() } as const;
    await this.context.ports.queue.publish([{ signal, shard: 'all' }]);
  }

  /** Membership is to be resolved again at once, if this worker owns `time`. */
  resolveMembers(): void {
    this.#duties?.resolve();
  }

  /** Members of the owned shards changed: endpoints follow. */
  followMembers(): Promise<void> {
    return this.#following.again();
  }

  async #followMembers(): Promise<void> {
    this.sources.forget();
    for (const shard of this.leases.owned()) {
      if (shard === TIME) continue;
      const changed = await followMembers(this.context, this.endpoints, shard, this.leases.token(shard));
      for (const endpoint of changed)
        this.background(this.wake(endpoint, { lane: 'bulk', read: endpoint.record.role === 'source' }));
    }
  }

  /** These mailboxes' changes are notified now; others are polled. Whoever changed sides is looked at, and planned anew. */
  notified(mailboxes: ReadonlySet<string>): void {
    for (const endpoint of this.endpoints.all()) {
      const { mailbox, role } = endpoint.record;
      if (role !== 'source' || mailboxes.has(mailbox) === this.sources.subscribed.has(mailbox)) continue;
      this.background(this.wake(endpoint, { lane: 'live', read: true }));
    }
    this.sources.subscribed.clear();
    for (const mailbox of mailboxes) this.sources.subscribed.add(mailbox);
  }

  orders(): void {
    this.#orders.look();
  }

  async #lost(shard: ShardKey): Promise<void> {
    if (shard === TIME) return this.#duties?.lost();
    await this.#consumers.get(shard)?.close();
    this.#consumers.delete(shard);
    for (const endpoint of this.endpoints.ofShard(shard)) {
      this.#wakeTimes.drop(endpoint);
      this.#schedule.drop(endpoint);
      this.endpoints.drop(endpoint);
    }
  }
}
