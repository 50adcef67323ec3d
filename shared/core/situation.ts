import type { BookState } from './book.ts';
import type { Version } from './card.ts';
import type { Copy } from './copy.ts';
import type { Draft, Reading } from './observation.ts';
import type { Policy } from './policy.ts';

/** What is known at the moment of judging: plain data, loaded by the use cases. */
export interface Situation {
  readonly policy: Policy;
  readonly installation: string;
  readonly endpoint: string;
  readonly mailbox: string;
  /** Tenant GUID and object id of the mailbox's owner: card ids derive from them. */
  readonly tenantId: string;
  readonly user: string;
  readonly folder: string;
  readonly book: BookState;
  /** Revision up to which the endpoint was written. */
  readonly applied: number;
  readonly copies: ReadonlyMap<number, Copy>;
  /**
   * Where an item may show another version than the newest: the one that its copy was last written from and all that came
   * after it, for each of which a write may have taken effect that nobody noted; all, where no copy names the item.
   */
  readonly bases: ReadonlyMap<number, readonly [Version, ...Version[]]>;
  readonly settle: number;
  /** Milliseconds since the epoch. */
  readonly now: number;
}

/** The newest word on a card: what this reading just drafted, else the book's. */
export const newest = (situation: Situation, reading: Reading, number: number): Draft | undefined =>
  reading.drafts.get(number) ?? situation.book.cards.get(number);

/** Item id -> card number, of the copies at hand. */
export function byItem(copies: ReadonlyMap<number, Copy>): Map<string, number> {
  const numbers = new Map<string, number>();
  for (const [number, copy] of copies) numbers.set(copy.item, number);
  return numbers;
}
