import { hintOf } from '#core/hint';

const KEPT = 100_000;

/** Hints of our own last writes: notifications of them ask for no reading (PROTOCOL 4.11). */
export class RecentWrites {
  readonly #hints = new Set<string>();

  note(item: string, etag: string): void {
    this.#hints.add(hintOf(item, etag));
    if (this.#hints.size <= KEPT) return;
    const [oldest] = this.#hints;
    if (oldest !== undefined) this.#hints.delete(oldest);
  }

  has(hint: string): boolean {
    return this.#hints.has(hint);
  }
}
