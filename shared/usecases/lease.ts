import { allShards } from '#core/identity';
import type { ShardKey, ShardRecord } from '#core/records';
import type { Context } from './context.ts';

/** The right to a shard was lost: whoever throws or meets this stops at once and writes nothing more. */
export class Lost extends Error {
  readonly shard: ShardKey;
  constructor(shard: ShardKey, why: string) {
    super(`lease on shard ${shard} lost: ${why}`);
    this.shard = shard;
  }
}

interface Held {
  readonly token: number;
  /** Monotonic ms at which the last confirmed beat was sent. */
  goodFrom: number;
}

export interface LeaseHooks {
  /** The shard is ours under this token. `clean`: the former owner had finished, nothing of it can still be under way. */
  taken(shard: ShardKey, token: number, clean: boolean): Promise<void>;
  /** Not ours any more: stop its work, forget what is cached of it. */
  lost(shard: ShardKey): Promise<void>;
}

/** `time`: the pseudo shard of clocks, membership and subscriptions. */
export const TIME: ShardKey = 'time';
export const shardKeys: readonly ShardKey[] = [...allShards, TIME];

/**
 * Which shards this worker owns (PROTOCOL 2.6 `beat`, `takeover`). `exclusive`: a lock outside of the store proves that
 * every other worker is dead, so all shards are taken at once (DESIGN section 5, embedded).
 */
export class Leases {
  readonly worker: string;
  readonly #context: Context;
  readonly #hooks: LeaseHooks;
  readonly #exclusive: boolean;
  readonly #held = new Map<ShardKey, Held>();
  /** Of other workers: their last beat, and since when it stands still, on our monotonic clock. */
  readonly #beats = new Map<string, { beat: number; since: number }>();
  readonly #stop = new AbortController();
  #beat = 0;
  #started: number | undefined;
  #running: Promise<void> | undefined;

  constructor(context: Context, hooks: LeaseHooks, options: { readonly exclusive: boolean }) {
    this.#context = context;
    this.#hooks = hooks;
    this.#exclusive = options.exclusive;
    this.worker = context.ports.chance.newId();
  }

  /** Beats once, so that what is free is owned when this resolves, then goes on beating. */
  async start(): Promise<void> {
    await this.#beatOnce();
    this.#running = this.#loop();
  }

  async #loop(): Promise<void> {
    const { clock } = this.#context.ports;
    const { beat } = this.#context.setting.timing;
    for (;;) {
      try {
        await clock.sleep(beat, this.#stop.signal);
      } catch {
        return;
      }
      await this.#beatOnce().catch((cause) => this.#trouble(cause));
    }
  }

  #trouble(cause: unknown): void {
    const message = cause instanceof Error ? cause.message : String(cause);
    this.#context.emit({ type: 'trouble', where: 'lease', code: 'beat failed', message });
  }

  /** The token of a shard. Throws Lost when it is not ours, or was not confirmed lately. */
  token(shard: ShardKey): number {
    const held = this.#held.get(shard);
    if (!held) throw new Lost(shard, 'not owned');
    const age = this.#context.ports.clock.monotonic() - held.goodFrom;
    if (age > this.#context.setting.timing.stop) throw new Lost(shard, `last beat ${Math.round(age)} ms ago`);
    return held.token;
  }

  owns(shard: ShardKey): boolean {
    return this.#held.has(shard);
  }

  owned(): readonly ShardKey[] {
    return [...this.#held.keys()];
  }

  /** Asks the store: after a lost race for a revision a worker must know that it still has its lease. */
  async prove(shard: ShardKey, token: number): Promise<void> {
    const [record] = await this.#context.ports.store.get('shard', [shard]);
    if (record?.token !== token) {
      await this.#drop(shard);
      throw new Lost(shard, 'another owner');
    }
  }

  async #beatOnce(): Promise<void> {
    const { store, clock } = this.#context.ports;
    const { host, version, timing } = this.#context.setting;
    const sent = clock.monotonic();
    this.#beat++;
    this.#started ??= clock.now();
    const record = { beat: this.#beat, host, version, started: this.#started, at: clock.now() };
    await store.write([[{ op: 'replace', kind: 'worker', key: this.worker, record }]]);
    const asked = clock.monotonic();
    const shards = await store.get('shard', shardKeys);
    const workers = await store.range('worker', '', '~', 1000);
    for (const {
      key,
      record: { beat },
    } of workers)
      if (this.#beats.get(key)?.beat !== beat) this.#beats.set(key, { beat, since: clock.monotonic() });
    const live = workers.filter(({ key }) => key === this.worker || asked - this.#since(key) < timing.death);
    await this.#confirm(shards, sent);
    await this.#balance(shards, asked, this.#exclusive ? 1 : Math.max(1, live.length));
  }

  #since(worker: string): number {
    return this.#beats.get(worker)?.since ?? Number.NEGATIVE_INFINITY;
  }

  async #confirm(shards: readonly (ShardRecord | undefined)[], sent: number): Promise<void> {
    for (const [i, shard] of shardKeys.entries()) {
      const held = this.#held.get(shard);
      if (!held) continue;
      if (shards[i]?.token === held.token) held.goodFrom = sent;
      else await this.#drop(shard);
    }
  }

  /** Takes what is free up to a fair share, or gives one shard back when others live and this one has too many. */
  async #balance(shards: readonly (ShardRecord | undefined)[], asked: number, workers: number): Promise<void> {
    const share = Math.ceil(shardKeys.length / workers);
    const moves: Promise<void>[] = [];
    let mine = this.#held.size;
    for (const [i, shard] of shardKeys.entries()) {
      const record = shards[i];
      if (this.#held.has(shard)) continue;
      if (mine < share && this.#isFree(record, asked)) {
        mine++;
        moves.push(this.#take(shard, record));
      } else if (record?.owner === this.worker) moves.push(this.#giveBack(shard, record.token));
    }
    // All of them, before the next beat looks again: one that failed must not leave another under way.
    const failed = (await Promise.allSettled(moves)).find(({ status }) => status === 'rejected');
    if (failed?.status === 'rejected') throw failed.reason;
    if (this.#held.size <= share || workers === 1) return;
    const surplus = this.owned().at(-1);
    if (surplus) await this.release(surplus);
  }

  #isFree(record: ShardRecord | undefined, asked: number): boolean {
    if (!record || record.owner === null || record.owner === this.worker || this.#exclusive) return true;
    const since = this.#beats.get(record.owner)?.since;
    return since !== undefined && asked - since >= this.#context.setting.timing.death;
  }

  async #take(shard: ShardKey, before: ShardRecord | undefined): Promise<void> {
    const { store, clock } = this.#context.ports;
    const goodFrom = clock.monotonic();
    const expect = before?.token ?? 0;
    const token = expect + 1;
    const [[taken] = []] = await store.write([[{ op: 'take', shard, expect, owner: this.worker, token }]]);
    if (taken !== 'stored') return; // Somebody else won.
    // From here no older owner can note a create any more, hence none can create (PROTOCOL 2.5 `takeover`).
    await store.write([[{ op: 'raise', shard, token }]]);
    this.#held.set(shard, { token, goodFrom });
    this.#context.emit({ type: 'lease', shard, what: 'taken' });
    try {
      await this.#hooks.taken(shard, token, !before || before.owner === null);
    } catch (cause) {
      // Held, it would count as worked though its endpoints may not be loaded: the next beat takes it anew.
      await this.#drop(shard);
      throw cause;
    }
  }

  async #drop(shard: ShardKey): Promise<void> {
    if (!this.#held.delete(shard)) return;
    this.#context.emit({ type: 'lease', shard, what: 'lost' });
    await this.#hooks.lost(shard);
  }

  /** Gives a shard back after its work was finished: the next owner need not wait. */
  async release(shard: ShardKey): Promise<void> {
    const held = this.#held.get(shard);
    if (!held) return;
    this.#held.delete(shard);
    await this.#hooks.lost(shard);
    await this.#giveBack(shard, held.token);
    this.#context.emit({ type: 'lease', shard, what: 'released' });
  }

  /** Left under our name though we do not hold it, a shard would be nobody's while we live. */
  async #giveBack(shard: ShardKey, token: number): Promise<void> {
    const { store } = this.#context.ports;
    await store.write([[{ op: 'take', shard, expect: token, owner: null, token }]]);
  }

  /** Stops beating and gives everything back. The caller has let running passes end. */
  async close(): Promise<void> {
    this.#stop.abort();
    await this.#running;
    await Promise.all(this.owned().map((shard) => this.release(shard)));
  }
}
