/** A UTF-16 unit by the place of its character among all code points. */
const place = (unit: number): number => (unit >= 0xe000 ? unit - 0x800 : unit >= 0xd800 ? unit + 0x2000 : unit);

/** Below zero when `a` comes first by code points, as stores sort keys. */
function byCodePoint(a: string, b: string): number {
  const shorter = Math.min(a.length, b.length);
  for (let i = 0; i < shorter; i++) {
    const [x, y] = [a.charCodeAt(i), b.charCodeAt(i)];
    if (x !== y) return place(x) - place(y);
  }
  return a.length - b.length;
}

/** Keys in order, for ranges. */
export class SortedKeys {
  readonly #keys: string[] = [];

  /** Where the first key stands that is not before this one. */
  #from(key: string): number {
    let [low, high] = [0, this.#keys.length];
    while (low < high) {
      const middle = (low + high) >>> 1;
      if (byCodePoint(this.#keys[middle] as string, key) < 0) low = middle + 1;
      else high = middle;
    }
    return low;
  }

  /** The key must not be there. */
  add(key: string): void {
    const last = this.#keys.at(-1);
    if (last === undefined || byCodePoint(last, key) < 0) this.#keys.push(key);
    else this.#keys.splice(this.#from(key), 0, key);
  }

  /** The key must be there. */
  remove(key: string): void {
    this.#keys.splice(this.#from(key), 1);
  }

  all(): readonly string[] {
    return this.#keys;
  }

  /** Both ends inclusive. */
  between(from: string, to: string, limit: number, descending: boolean): string[] {
    const end = this.#from(to);
    const past = this.#keys[end] === to ? end + 1 : end;
    const found = this.#keys.slice(this.#from(from), past);
    return (descending ? found.reverse() : found).slice(0, limit);
  }
}
