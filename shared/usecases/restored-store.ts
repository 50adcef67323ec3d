import type { Context } from './context.ts';

interface Span {
  readonly from: number;
  readonly to: number;
}

/**
 * Notices a store that was restored from a backup (PROTOCOL 2.4, L-13): a mailbox holds an item of ours that was made
 * while no worker that the store knows was at work. Whoever made it has been forgotten, and with it everything else that
 * happened then, everywhere. The gap stays in the records, so that it is seen even if nothing met such an item before
 * this worker, too, was history.
 */
export class RestoredStore {
  readonly #context: Context;
  readonly #found: () => Promise<void>;
  /** When former workers were at work: ms since the epoch. */
  #spans: readonly Span[] = [];
  #started = 0;
  #finding: Promise<void> | undefined;

  /** @param found stores that nothing is certain any more; the reading that met the item goes on after that */
  constructor(context: Context, found: () => Promise<void>) {
    this.#context = context;
    this.#found = found;
  }

  /** Before the first beat of this worker. */
  async open(): Promise<void> {
    const { store, clock } = this.#context.ports;
    const workers = await store.range('worker', '', '~', 10_000);
    this.#started = clock.now();
    this.#spans = workers.map(({ record }) => ({ from: record.started, to: record.at }));
  }

  /** An item of ours that no copy names was attempted at this time, by Graph's clock. */
  async met(attempt: number): Promise<void> {
    if (!this.#isInGap(attempt)) return;
    if (!this.#finding) {
      this.#context.emit({ type: 'store restored' });
      this.#finding = this.#found();
    }
    await this.#finding;
  }

  #isInGap(attempt: number): boolean {
    const { death, settle } = this.#context.setting.timing;
    // A worker that died between two beats leaves items a little younger than its last one; clocks differ a little.
    const slack = death + settle;
    const first = Math.min(...this.#spans.map(({ from }) => from));
    if (attempt < first || attempt >= this.#started - slack) return false;
    return this.#spans.every(({ from, to }) => attempt < from - slack || attempt > to + slack);
  }
}
