const WINDOW = 64;

/** Median of the last values, worked out anew now and then: it need not be exact. */
export class Median {
  readonly #values: number[] = [];
  #next = 0;
  #value = 0;

  get value(): number {
    return this.#value;
  }

  add(value: number): void {
    this.#values[this.#next % WINDOW] = value;
    this.#next += 1;
    if (this.#next > WINDOW && this.#next % 16 !== 0) return;
    const sorted = this.#values.toSorted((a, b) => a - b);
    this.#value = sorted[sorted.length >> 1] ?? 0;
  }
}
