import type { Version } from './card.ts';
import type { Copy } from './copy.ts';
import type { Item } from './item.ts';

/** What looking at one item of an endpoint showed. Grouped by item; deciding groups by card. */
export type Observation =
  /** Its etag is the one we know: nothing happened to it. */
  | { readonly id: string; readonly echo: true }
  /** A GET proved that it is not in this folder any more. */
  | { readonly id: string; readonly gone: true }
  | {
      readonly id: string;
      readonly item: Item;
      /** SHA-256 of the source's photo, null for none; absent when photos do not travel. */
      readonly photo?: string | null;
      /** For an unknown item of ours: the item that its card's copy names, looked at in the same moment. */
      readonly rival?: Item | 'gone';
    };

/** A version before its commit: `now` means that the card comes to life in that very commit. */
export interface Draft extends Omit<Version, 'bornAt'> {
  readonly bornAt: number | 'now';
}

/** What a reading comes to: everything that one commit, or one put of copies, must store. */
export interface Reading {
  readonly drafts: Map<number, Draft>;
  readonly copies: Map<number, Copy | null>;
  /** Cards whose copy is not right, or not there: due at once. */
  readonly retries: Set<number>;
  /** Second items of ours for one card: deleted with If-Match after the commit. */
  readonly duplicates: { readonly id: string; readonly etag: string }[];
  /** Items of ours for cards that the book does not know. */
  readonly orphans: { readonly card: string; readonly item: Item }[];
  /** Copies that were not as we left them, though nobody told us: by kind. */
  readonly drift: { changed: number; deleted: number; duplicate: number };
  /** Source items that stay where they are: by reason. */
  readonly left: { private: number; category: number; foreign: number };
}

export const emptyReading = (): Reading => ({
  drafts: new Map(),
  copies: new Map(),
  retries: new Set(),
  duplicates: [],
  orphans: [],
  drift: { changed: 0, deleted: 0, duplicate: 0 },
  left: { private: 0, category: 0, foreign: 0 },
});
