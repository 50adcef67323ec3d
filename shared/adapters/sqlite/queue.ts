import type { Signal } from '#core/signal';
import { encodeSignal } from '#messages/signals';
import type { Consumer, Delivery, Depth, Queue } from '#ports/queue';
import { type Database, openDatabase } from './database.ts';
import { GroupCommit } from './group-commit.ts';
import { type Message, QueueTable, queueSchema } from './queue-table.ts';
import { type ConsumeOptions, ShardQueue } from './shard-queue.ts';

export interface QueueOptions {
  /** Path of its own file, or `:memory:`. */
  readonly file: string;
  /** Every shard that `all` means. */
  readonly shards: readonly string[];
  /** Milliseconds since the epoch; the system's clock unless given. */
  readonly now?: () => number;
}

interface Settled {
  readonly shard: string;
  readonly id: number;
}

/** The Queue port on one SQLite file, for one process: a publish wakes its own consumers at once. */
export class SqliteQueue implements Queue {
  readonly #db: Database;
  readonly #table: QueueTable;
  readonly #commit: GroupCommit;
  readonly #shards: ReadonlyMap<string, ShardQueue>;
  readonly #now: () => number;
  /** Settled, and still in the file. */
  readonly #settled: Settled[] = [];
  #settling: Promise<void> | undefined;

  constructor(db: Database, { shards, now = Date.now }: QueueOptions) {
    this.#db = db;
    this.#table = new QueueTable(db);
    this.#commit = new GroupCommit(db);
    this.#now = now;
    this.#shards = new Map(shards.map((shard) => [shard, this.#shardQueue(shard)]));
  }

  #shardQueue(shard: string): ShardQueue {
    return new ShardQueue({
      shard,
      table: this.#table,
      settle: (id) => {
        this.#settled.push({ shard, id });
        this.#settle();
      },
      settled: () => this.#settling ?? Promise.resolve(),
    });
  }

  async publish(signals: readonly { readonly signal: Signal; readonly shard: string | 'all' }[]): Promise<void> {
    await this.publishBodies(signals.map(({ signal, shard }) => ({ body: encodeSignal(signal), shard })));
  }

  /** As publish, with bodies as they are: for replaying letters. */
  async publishBodies(bodies: readonly { readonly body: string; readonly shard: string | 'all' }[]): Promise<void> {
    if (bodies.length === 0) return;
    const messages = bodies.map(({ body, shard }): Message => ({ body, shards: this.#named(shard) }));
    const rows = messages.reduce((sum, { shards }) => sum + shards.length, 0);
    await this.#commit.submit(rows, () => this.#table.append(messages, this.#now()));
    for (const shard of new Set(messages.flatMap(({ shards }) => shards))) this.#shards.get(shard)?.wake();
  }

  #named(shard: string | 'all'): readonly string[] {
    return shard === 'all' ? [...this.#shards.keys()] : [this.#shard(shard) && shard];
  }

  #shard(shard: string): ShardQueue {
    const found = this.#shards.get(shard);
    if (!found) throw new RangeError(`there is no shard ${shard}`);
    return found;
  }

  async consume(shard: string, take: (delivery: Delivery) => void, options: ConsumeOptions): Promise<Consumer> {
    return this.#shard(shard).add(take, options);
  }

  async depths(): Promise<readonly Depth[]> {
    return this.#db.guard(() => {
      const counts = this.#table.counts();
      return [...this.#shards].map(([shard, queue]) => queue.depth(counts.get(shard) ?? 0));
    });
  }

  async close(): Promise<void> {
    for (const queue of this.#shards.values()) queue.stop();
    this.#commit.close();
    this.#db.close();
  }

  /** Deletes what is settled, all that has gathered in one go. What fails stays listed for the next time. */
  #settle(): void {
    this.#settling ??= this.#deleteSettled().finally(() => {
      this.#settling = undefined;
    });
  }

  async #deleteSettled(): Promise<void> {
    while (this.#settled.length > 0) {
      try {
        await this.#commit
          .submit(1, () => {
            for (const { shard, id } of this.#settled) this.#table.settle(shard, id);
            return this.#settled.length;
          })
          .then((count) => this.#deleted(this.#settled.splice(0, count)));
      } catch {
        // They are not handed out again by this process; the next acknowledgement tries once more.
        return;
      }
    }
  }

  #deleted(entries: readonly Settled[]): void {
    for (const { shard, id } of entries) this.#shards.get(shard)?.deleted(id);
  }
}

/** Opens or makes the queues of all shards in one file of their own. Throws StoreUnavailable as openStore does. */
export async function openQueue(options: QueueOptions): Promise<SqliteQueue> {
  return new SqliteQueue(openDatabase(options.file, queueSchema), options);
}
