import type { FieldName, Fields } from './fields.ts';

/** A contact as a mailbox showed it, by an answer that names every field, its stamp and its private flag. */
export interface Item {
  readonly id: string;
  readonly etag: string;
  readonly fields: Fields;
  /** Fields that the answer did not mention. Absent means unknown, never empty (K-23). */
  readonly missing: readonly FieldName[];
  /** Milliseconds since the epoch, Graph's clock. */
  readonly created: number;
  readonly modified: number;
  /** The folder in which the item lies now. */
  readonly folder: string;
  /** Raw value of the stamp property `Card`, if there is one. */
  readonly stamp?: string;
  /** Marked private by its owner: its content must not leave the mailbox (promise 7). */
  readonly private: boolean;
}

/** What a page of Graph delta says: where to look, never what is there. */
export interface Hint {
  readonly id: string;
  /** Absent for removed items. */
  readonly etag?: string;
  readonly removed: boolean;
}
