/** Which item numbers a folder holds: a range that was there from the start (without an entry each) less what left it, and a sorted list of others. */
export class FolderMembers {
  readonly #first: number;
  readonly #end: number;
  #gone: Set<number> | undefined;
  readonly #others: number[] = [];

  /** The range holds `count` numbers from `first` on. */
  constructor(first: number, count: number) {
    this.#first = first;
    this.#end = first + count;
  }

  get size(): number {
    return this.#end - this.#first - (this.#gone?.size ?? 0) + this.#others.length;
  }

  has(number: number): boolean {
    if (number >= this.#first && number < this.#end) return !this.#gone?.has(number);
    return this.#others[this.#place(number)] === number;
  }

  add(number: number): void {
    if (number >= this.#first && number < this.#end) {
      this.#gone?.delete(number);
      return;
    }
    const place = this.#place(number);
    if (place === this.#others.length) this.#others.push(number);
    else if (this.#others[place] !== number) this.#others.splice(place, 0, number);
  }

  remove(number: number): void {
    if (number >= this.#first && number < this.#end) {
      this.#gone ??= new Set();
      this.#gone.add(number);
      return;
    }
    const place = this.#place(number);
    if (this.#others[place] === number) this.#others.splice(place, 1);
  }

  /** Members from `start` on, ascending. Take what you need before the folder changes. */
  *from(start: number): Generator<number, void, undefined> {
    let place = this.#place(start);
    for (; (this.#others[place] ?? this.#first) < this.#first; place += 1) yield this.#others[place] ?? 0;
    for (let number = Math.max(start, this.#first); number < this.#end; number += 1) {
      if (!this.#gone?.has(number)) yield number;
    }
    for (; place < this.#others.length; place += 1) yield this.#others[place] ?? 0;
  }

  /** Where `number` is or would be among the others. */
  #place(number: number): number {
    const last = this.#others.at(-1);
    if (last === undefined || last < number) return this.#others.length;
    let low = 0;
    let high = this.#others.length;
    while (low < high) {
      const middle = (low + high) >>> 1;
      if ((this.#others[middle] ?? 0) < number) low = middle + 1;
      else high = middle;
    }
    return low;
  }
}
