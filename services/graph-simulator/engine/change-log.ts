/** What happened to a member of a folder. */
export type ChangeKind = 'arrived' | 'updated' | 'left';

export interface LoggedChange {
  /** Count of changes in the mailbox at this change; strictly rising within a log. */
  readonly version: number;
  readonly number: number;
  /** How often the item had moved before, which its ordinary id at that time depends on. */
  readonly moves: number;
  readonly kind: ChangeKind;
  /** Version at which the item had come into this folder; 0: it was there from the start. */
  readonly arrived: number;
}

const kinds: readonly ChangeKind[] = ['arrived', 'updated', 'left'];
const width = 4;

/**
 * The changes of one folder in order, so that a delta round reads only what changed after its token.
 * Sixteen bytes a change; updates that a later change of the same item covers are dropped from time to time.
 */
export class ChangeLog {
  #words = new Uint32Array(0);
  #count = 0;
  #compactAt = 256;

  /** Version of the newest change, 0 for none. */
  get newest(): number {
    return this.#count === 0 ? 0 : (this.#words[(this.#count - 1) * width] ?? 0);
  }

  append(version: number, number: number, moves: number, kind: ChangeKind, arrived: number): void {
    if (this.#count >= this.#compactAt) this.#compact();
    const at = this.#count * width;
    if (at === this.#words.length) this.#grow();
    this.#words[at] = version;
    this.#words[at + 1] = number;
    this.#words[at + 2] = moves * 4 + kinds.indexOf(kind);
    this.#words[at + 3] = arrived;
    this.#count += 1;
  }

  /** Changes later than `version`, oldest first. */
  *after(version: number): Generator<LoggedChange, void, undefined> {
    for (let entry = this.#firstAfter(version); entry < this.#count; entry += 1) yield this.#read(entry);
  }

  #read(entry: number): LoggedChange {
    const at = entry * width;
    const packed = this.#words[at + 2] ?? 0;
    return {
      version: this.#words[at] ?? 0,
      number: this.#words[at + 1] ?? 0,
      moves: packed >>> 2,
      kind: kinds[packed & 3] ?? 'updated',
      arrived: this.#words[at + 3] ?? 0,
    };
  }

  #firstAfter(version: number): number {
    let low = 0;
    let high = this.#count;
    while (low < high) {
      const middle = (low + high) >>> 1;
      if ((this.#words[middle * width] ?? 0) <= version) low = middle + 1;
      else high = middle;
    }
    return low;
  }

  #grow(): void {
    const wider = new Uint32Array(Math.max(8, this.#count + (this.#count >>> 1)) * width);
    wider.set(this.#words);
    this.#words = wider;
  }

  /** Arrivals and departures stay: a departure is told under the id of its time, and only to who knew the item. */
  #compact(): void {
    const later = new Set<number>();
    const kept: LoggedChange[] = [];
    for (let entry = this.#count - 1; entry >= 0; entry -= 1) {
      const change = this.#read(entry);
      if (change.kind !== 'updated' || !later.has(change.number)) kept.push(change);
      later.add(change.number);
    }
    this.#count = 0;
    this.#compactAt = kept.length * 2 + 256;
    for (const { version, number, moves, kind, arrived } of kept.reverse()) {
      this.append(version, number, moves, kind, arrived);
    }
  }
}
