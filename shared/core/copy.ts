import type { FieldName } from './fields.ts';

/** What an endpoint's reader or writer knows of one card's item (PROTOCOL 2.3 `copies`). Source endpoints have them, too. */
export interface Copy {
  readonly item: string;
  readonly etag: string;
  /** 8-byte hash (base64url, 11 characters) of the owned fields as the server last showed them. */
  readonly seen: string;
  /** Revision of our last write known to be in the item; 0 for a source's own item. */
  readonly written: number;
  /** Our copy was proved gone, or its create was refused: a new create is allowed. */
  readonly absent?: true;
  /** What keeps this copy from being like all others; absent for nearly all. */
  readonly extra?: CopyExtra;
}

export interface CopyExtra {
  /** Categories of the user's own on the item: kept by every write (K-11). */
  readonly categories?: readonly string[];
  /** Fields given up to the user: an edited note (K-12), a `filled` field with a value of the user's. */
  readonly given?: readonly FieldName[];
  /** Hash of what we sent when the server stored it otherwise and answered `seen`: sending it again would change nothing. */
  readonly accepted?: string;
  /** Made by us, and no reading has shown it yet: Graph delta may never tell of its end (decision 6). */
  readonly unseen?: true;
  /** The user deleted this copy and the policy keeps it away (K-07). */
  readonly keptAway?: true;
  /** SHA-256 (hex) of the photo last written, or seen in a source. */
  readonly photo?: string;
}
