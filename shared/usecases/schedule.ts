import PQueue from 'p-queue';
import type { Permit } from './apply.ts';
import type { Endpoint } from './pass.ts';
import type { Worked } from './work.ts';

export type Lane = 'live' | 'bulk';

/** What the next pass of an endpoint is asked for; wishes that come before it begins merge. */
export interface Ask {
  readonly lane: Lane;
  readonly read: boolean;
  readonly inventory: boolean;
  readonly thorough?: boolean;
  /** Oldest notification behind it, ms since the epoch. */
  readonly first?: number;
  /** Limits what the pass may write; the last one asked for holds. */
  readonly permit?: Permit;
}

interface Turn {
  ask: Ask;
  readonly done: PromiseWithResolvers<Worked | undefined>;
}

interface Slot {
  running: boolean;
  queued: boolean;
  next: Turn | undefined;
}

const merge = (a: Ask, b: Ask): Ask => {
  const firsts = [a.first, b.first].filter((first) => first !== undefined);
  return {
    lane: a.lane === 'live' || b.lane === 'live' ? 'live' : 'bulk',
    read: a.read || b.read,
    inventory: a.inventory || b.inventory,
    thorough: a.thorough === true || b.thorough === true,
    ...(firsts.length > 0 && { first: Math.min(...firsts) }),
    ...((b.permit ?? a.permit) && { permit: (b.permit ?? a.permit) as Permit }),
  };
};

/** Mailboxes at once in a lane of a policy. */
export type Limits = (policy: string, lane: Lane) => number;

/**
 * Who works when: one pass at a time per mailbox (rationale 12), so many mailboxes at once per policy and lane (K-13,
 * K-14). Whoever asks gets the promise of a pass that begins after the asking.
 */
export class Schedule {
  readonly #slots = new Map<Endpoint, Slot>();
  readonly #queues = new Map<string, PQueue>();
  readonly #busy = new Set<string>();
  /** Endpoints whose turn came while another pass of their mailbox ran. */
  readonly #waiting = new Map<string, Endpoint[]>();
  readonly #limits: Limits;
  readonly #run: (endpoint: Endpoint, ask: Ask) => Promise<Worked | undefined>;
  #closed = false;

  constructor(limits: Limits, run: (endpoint: Endpoint, ask: Ask) => Promise<Worked | undefined>) {
    this.#limits = limits;
    this.#run = run;
  }

  /** Resolves with what the pass came to; with undefined when it could not be finished or the schedule is closed. */
  wake(endpoint: Endpoint, ask: Ask): Promise<Worked | undefined> {
    if (this.#closed) return Promise.resolve(undefined);
    const slot = this.#slot(endpoint);
    if (slot.next) slot.next.ask = merge(slot.next.ask, ask);
    else slot.next = { ask, done: Promise.withResolvers() };
    const { promise } = slot.next.done;
    if (!slot.running && !slot.queued) this.#enqueue(endpoint, slot);
    return promise;
  }

  isIdle(endpoint: Endpoint): boolean {
    const slot = this.#slots.get(endpoint);
    return !slot || (!slot.running && !slot.next);
  }

  /** How many passes run now. */
  get running(): number {
    return this.#busy.size;
  }

  #slot(endpoint: Endpoint): Slot {
    let slot = this.#slots.get(endpoint);
    if (!slot) {
      slot = { running: false, queued: false, next: undefined };
      this.#slots.set(endpoint, slot);
    }
    return slot;
  }

  #enqueue(endpoint: Endpoint, slot: Slot): void {
    slot.queued = true;
    const lane = slot.next?.ask.lane ?? 'bulk';
    const queue = this.#queue(endpoint.record.policy, lane);
    void queue.add(() => this.#turn(endpoint, slot));
  }

  #queue(policy: string, lane: Lane): PQueue {
    const key = `${policy}/${lane}`;
    let queue = this.#queues.get(key);
    if (!queue) {
      queue = new PQueue({ concurrency: this.#limits(policy, lane) });
      this.#queues.set(key, queue);
    }
    return queue;
  }

  async #turn(endpoint: Endpoint, slot: Slot): Promise<void> {
    const { mailbox } = endpoint.record;
    if (this.#busy.has(mailbox)) {
      this.#waiting.set(mailbox, [...(this.#waiting.get(mailbox) ?? []), endpoint]);
      return;
    }
    const turn = slot.next;
    slot.next = undefined;
    slot.queued = false;
    if (!turn) return;
    this.#busy.add(mailbox);
    slot.running = true;
    try {
      turn.done.resolve(await this.#run(endpoint, turn.ask));
    } catch (cause) {
      turn.done.reject(cause);
    } finally {
      slot.running = false;
      this.#busy.delete(mailbox);
      this.#next(endpoint, slot);
    }
  }

  #next(endpoint: Endpoint, slot: Slot): void {
    if (this.#closed) return;
    const { mailbox } = endpoint.record;
    const waiting = this.#waiting.get(mailbox) ?? [];
    this.#waiting.delete(mailbox);
    for (const other of waiting) this.#enqueue(other, this.#slot(other));
    if (slot.next && !slot.queued) this.#enqueue(endpoint, slot);
  }

  /** Forgets an endpoint that this worker does not own any more. */
  drop(endpoint: Endpoint): void {
    const slot = this.#slots.get(endpoint);
    slot?.next?.done.resolve(undefined);
    this.#slots.delete(endpoint);
  }

  /** Starts nothing new and waits for what runs. */
  async close(): Promise<void> {
    this.#closed = true;
    for (const queue of this.#queues.values()) queue.clear();
    await Promise.all([...this.#queues.values()].map((queue) => queue.onIdle()));
    for (const slot of this.#slots.values()) slot.next?.done.resolve(undefined);
  }
}
