import { mergeContact } from './contact-merge.ts';
import { withWrites } from './extended-property.ts';
import type { FieldsPool } from './fields-pool.ts';
import { Item } from './item.ts';
import type { GeneratedRange } from './mailbox-start.ts';

/**
 * The contacts of one mailbox by number. The numbers of generated ranges come first and cost nothing until written; an array holds
 * the others, so that a million contacts need no table.
 */
export class ItemStore {
  readonly #pool: FieldsPool;
  readonly #startSecond: number;
  readonly #ranges: GeneratedRange[] = [];
  /** Items of the generated ranges that were written since. */
  readonly #touched = new Map<number, Item>();
  /** Items by number, less the generated ones in front of them. */
  readonly #items: (Item | undefined)[] = [];
  #firstItem = 0;

  /** `startSecond`: when contacts that nobody wrote were made, in seconds since the epoch. */
  constructor(pool: FieldsPool, startSecond: number) {
    this.#pool = pool;
    this.#startSecond = startSecond;
  }

  addRange(range: GeneratedRange): void {
    this.#ranges.push(range);
    this.#firstItem = Math.max(this.#firstItem, range.first + range.count);
  }

  /** Where the next `add` goes. */
  get nextNumber(): number {
    return this.#firstItem + this.#items.length;
  }

  /** `item.number` must be `nextNumber`. */
  add(item: Item): void {
    this.#items.push(item);
  }

  /** For a contact that nobody wrote, a passing record made by its generator: read it, do not keep or change it. */
  get(number: number): Item | undefined {
    if (number >= this.#firstItem) return this.#items[number - this.#firstItem];
    return this.#touched.get(number) ?? this.#generated(number);
  }

  /** The record itself, for a change. */
  own(item: Item): Item {
    if (item.number >= this.#firstItem) return item;
    const touched = this.#touched.get(item.number);
    if (touched) return touched;
    item.shared = this.#pool.take(item.shared.fields);
    this.#touched.set(item.number, item);
    return item;
  }

  /** Forgets an item and says whether it did: one of a generated range keeps its record, which says that it is gone. */
  drop(item: Item): boolean {
    if (item.number < this.#firstItem) return false;
    this.#pool.release(item.shared);
    this.#items[item.number - this.#firstItem] = undefined;
    return true;
  }

  #generated(number: number): Item | undefined {
    const range = this.#ranges.find(({ first, count }) => number >= first && number < first + count);
    if (!range) return undefined;
    const write = range.contact(number - range.first);
    const shared = { key: '', fields: mergeContact({}, write), uses: 0 };
    const item = new Item(number, range.folder, shared, number + 1, this.#startSecond);
    item.arrived = 0;
    item.extended = withWrites(null, write.extended);
    return item;
  }
}
