import { decodeSignal } from '#messages/signals';
import type { Consumer, Delivery, Depth, Letter } from '#ports/queue';
import type { Entry, QueueTable } from './queue-table.ts';

/** So many are handed out in one turn of the event loop. */
const TURN = 256;
/** After a failed read of the file. */
const READ_AGAIN_MS = 1000;

export interface ConsumeOptions {
  readonly prefetch: number;
  readonly spoiled: (letter: Letter) => Promise<void>;
}

interface Reader extends ConsumeOptions {
  readonly take: (delivery: Delivery) => void;
  /** Ids handed out and not settled. */
  readonly held: Set<number>;
}

export interface ShardQueueParts {
  readonly shard: string;
  readonly table: QueueTable;
  /** Deletes the entry in the near future. */
  readonly settle: (id: number) => void;
  /** Resolves when everything settled is deleted, or the file refuses. */
  readonly settled: () => Promise<void>;
}

/** Hands out one shard's entries in their order. Which are handed out is known in memory only: a crash gives all back. */
export class ShardQueue {
  readonly #parts: ShardQueueParts;
  readonly #readers: Reader[] = [];
  /** Everything up to here is handed out or settled. */
  #cursor = 0;
  /** Settled, and not yet deleted from the file. */
  readonly #settled = new Set<number>();
  #turn: NodeJS.Immediate | undefined;
  #again: NodeJS.Timeout | undefined;

  constructor(parts: ShardQueueParts) {
    this.#parts = parts;
  }

  add(take: (delivery: Delivery) => void, options: ConsumeOptions): Consumer {
    const reader: Reader = { take, prefetch: options.prefetch, spoiled: options.spoiled, held: new Set() };
    this.#readers.push(reader);
    this.wake();
    return { close: () => this.#close(reader) };
  }

  /** Something may be there to hand out. */
  wake(): void {
    this.#turn ??= setImmediate(() => {
      this.#turn = undefined;
      this.#handOut();
    });
  }

  /** Hands out nothing any more. */
  stop(): void {
    for (const { held } of this.#readers.splice(0)) held.clear();
    clearImmediate(this.#turn);
    clearTimeout(this.#again);
  }

  /** The entry is deleted. */
  deleted(id: number): void {
    this.#settled.delete(id);
  }

  depth(entries: number): Depth {
    const unacked = this.#readers.reduce((sum, { held }) => sum + held.size, 0);
    const ready = Math.max(0, entries - unacked - this.#settled.size);
    const oldest = ready > 0 ? this.#oldest() : undefined;
    return {
      shard: this.#parts.shard,
      ready,
      unacked,
      consumers: this.#readers.length,
      ...(oldest === undefined ? {} : { oldest }),
    };
  }

  #oldest(): number | undefined {
    const passed = this.#settled.size + this.#readers.reduce((sum, { held }) => sum + held.size, 0);
    return this.#parts.table.read(this.#parts.shard, this.#cursor, passed + 1).find(({ id }) => this.#isFree(id))?.at;
  }

  #isFree(id: number): boolean {
    return !this.#settled.has(id) && !this.#readers.some(({ held }) => held.has(id));
  }

  #nextReader(): Reader | undefined {
    const open = this.#readers.filter(({ held, prefetch }) => held.size < prefetch);
    return open.sort((a, b) => a.held.size - b.held.size)[0];
  }

  #handOut(): void {
    if (!this.#nextReader()) return;
    const entries = this.#read();
    for (const entry of entries) {
      if (this.#isFree(entry.id)) {
        const reader = this.#nextReader();
        if (!reader) return;
        this.#cursor = entry.id;
        this.#deliver(reader, entry);
      } else {
        this.#cursor = Math.max(this.#cursor, entry.id);
      }
    }
    if (entries.length === TURN) this.wake();
  }

  #read(): Entry[] {
    try {
      return this.#parts.table.read(this.#parts.shard, this.#cursor, TURN);
    } catch {
      // Whoever publishes or asks for depths meets the same failure and can report it; here nobody listens.
      clearTimeout(this.#again);
      this.#again = setTimeout(() => this.wake(), READ_AGAIN_MS).unref();
      return [];
    }
  }

  #deliver(reader: Reader, { id, body }: Entry): void {
    reader.held.add(id);
    const ack = () => this.#ack(reader, id);
    const decoded = decodeSignal(body);
    if ('signal' in decoded) {
      reader.take({ signal: decoded.signal, ack });
      return;
    }
    // A letter that could not be kept stays unsettled, and comes again with the next consumer.
    reader.spoiled({ queue: this.#parts.shard, body, reason: decoded.reason }).then(ack, () => undefined);
  }

  #ack(reader: Reader, id: number): void {
    // Given back by close, or settled before: no longer this delivery's to settle.
    if (!reader.held.delete(id)) return;
    this.#settled.add(id);
    this.#parts.settle(id);
    this.wake();
  }

  async #close(reader: Reader): Promise<void> {
    const index = this.#readers.indexOf(reader);
    if (index < 0) return;
    this.#readers.splice(index, 1);
    this.#cursor = Math.min(this.#cursor, ...[...reader.held].map((id) => id - 1));
    reader.held.clear();
    this.wake();
    await this.#parts.settled();
  }
}
