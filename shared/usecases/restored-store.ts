import type { Context } from './context.ts';

/**
 * Notices a store that was restored from a backup (PROTOCOL 2.4, L-13): a mailbox holds an item of ours, made by a
 * former worker, that is younger than the newest beat of any former worker that the store knows. Then whatever happened
 * in between is missing, everywhere.
 */
export class RestoredStore {
  readonly #context: Context;
  readonly #found: () => void;
  /** Newest beat of a former worker, and when this one started: ms since the epoch. */
  #newest = Number.POSITIVE_INFINITY;
  #started = 0;

  constructor(context: Context, found: () => void) {
    this.#context = context;
    this.#found = found;
  }

  /** Before the first beat of this worker. */
  async open(): Promise<void> {
    const { store, clock } = this.#context.ports;
    const workers = await store.range('worker', '', '~', 10_000);
    this.#started = clock.now();
    if (workers.length > 0) this.#newest = Math.max(...workers.map(({ record }) => record.at));
  }

  /** An item of ours that no copy names was attempted at this time, by Graph's clock. */
  met(attempt: number): void {
    const { death, settle } = this.#context.setting.timing;
    // A worker that died between two beats leaves items a little younger than its last one; clocks differ a little.
    const slack = death + settle;
    if (attempt <= this.#newest + slack || attempt >= this.#started - slack) return;
    this.#newest = Number.POSITIVE_INFINITY;
    this.#context.emit({ type: 'store restored' });
    this.#found();
  }
}
