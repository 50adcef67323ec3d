import { BATCH_SIZE } from './batch.ts';
import type { Ask, Lane } from './lane.ts';

/** Graph serves no more of one mailbox at a time (graph.md 4.1; K-13, I14). */
export const MAILBOX_LIMIT = 4;

/** What could go now. */
export interface Readiness {
  /** Counted no further than a full batch. */
  readonly count: number;
  /** When the first of them became ready, monotonic milliseconds. */
  readonly since: number;
}

/** Lanes with something to send, in turn: the one that waited longest first (round robin), those with live work before all. */
export class ReadyLanes {
  readonly #urgent = new Set<Lane>();
  readonly #bulk = new Set<Lane>();

  /** Puts the lane where it belongs now: nowhere while it is open, paused or empty. */
  place(lane: Lane, now: number): void {
    const ready = !lane.open && lane.pausedUntil <= now && lane.waiting > 0;
    const known = this.#urgent.has(lane) || this.#bulk.has(lane);
    if (ready && !known) lane.readyAt = now;
    this.#keep(this.#urgent, lane, ready && lane.urgent.length > 0);
    this.#keep(this.#bulk, lane, ready && lane.urgent.length === 0);
  }

  #keep(set: Set<Lane>, lane: Lane, belongs: boolean): void {
    if (belongs) set.add(lane);
    else set.delete(lane);
  }

  readiness(withBulk: boolean): Readiness {
    let count = 0;
    let since = Number.POSITIVE_INFINITY;
    for (const set of withBulk ? [this.#urgent, this.#bulk] : [this.#urgent]) {
      for (const lane of set) {
        count += Math.min(MAILBOX_LIMIT, lane.waiting);
        since = Math.min(since, lane.readyAt);
        if (count >= BATCH_SIZE) return { count: BATCH_SIZE, since };
      }
    }
    return { count, since };
  }

  /**
   * Takes the items of one batch, at most four of a mailbox. A mailbox that travels alone, by `alone`, gets a batch of
   * its own when it is first in turn. Lanes that gave something are marked open.
   */
  take(withBulk: boolean, alone: (lane: Lane) => boolean): Ask[] {
    const taken: Ask[] = [];
    for (const set of withBulk ? [this.#urgent, this.#bulk] : [this.#urgent]) {
      for (const lane of set) {
        if (taken.length >= BATCH_SIZE) return taken;
        const single = alone(lane);
        if (single && taken.length > 0) continue;
        set.delete(lane);
        lane.open = true;
        taken.push(...lane.take(Math.min(MAILBOX_LIMIT, BATCH_SIZE - taken.length)));
        if (single) return taken;
      }
    }
    return taken;
  }
}
