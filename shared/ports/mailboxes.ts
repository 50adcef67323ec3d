import type { Hint, Item } from '#core/item';
import type { Rendering } from '#core/rendering';

/** One mailbox, addressed by its owner's object id. */
export interface Mailbox {
  /** Key of the tenant in the configuration. */
  readonly tenant: string;
  readonly user: string;
}

/** One contact folder of one mailbox. */
export interface Place extends Mailbox {
  readonly folder: string;
}

export interface Folder {
  readonly id: string;
  readonly name: string;
  /** Raw value of our mark on a folder that we created, if it has one. */
  readonly stamp?: string;
}

/** What an adapter, or the cloud behind it, can do (PROTOCOL 2.2). */
export interface Capabilities {
  readonly delta: boolean;
  readonly immutableIds: boolean;
  readonly conditionalWrites: boolean;
  readonly stamps: boolean;
}

/** `next` when more pages follow, else `link` for the next round. */
export type DeltaPage = { readonly hints: readonly Hint[] } & (
  | { readonly next: string; readonly link?: never }
  | { readonly link: string; readonly next?: never }
);

/** Live work goes before bulk work; the signal drops a call that has not been sent yet. */
export interface CallOptions {
  readonly lane: 'live' | 'bulk';
  readonly signal?: AbortSignal;
}

/**
 * Contacts of mailboxes. Every method may throw Throttled, Unanswered, MailboxUnavailable, Denied, Refused (ports/errors);
 * what else it throws stands with it. The adapter keeps to four requests at once per mailbox and gathers calls into batches.
 */
export interface Mailboxes {
  capabilities(tenant: string): Capabilities;
  /** Graph's own time in ms since the epoch, by the Date headers of its answers; undefined before the first, or after a jump. */
  now(tenant: string): number | undefined;
  /** One page from a link, or from nothing. Throws CursorExpired, FolderGone. */
  delta(place: Place, link: string | null, options: CallOptions): Promise<DeltaPage>;
  /** Every item of the folder, page by page, with stamps and private flags. Throws FolderGone. */
  list(place: Place, options: CallOptions): AsyncIterable<readonly Item[]>;
  /** How many items the folder counts, those of other kinds included that no list shows (B-09). Throws FolderGone. */
  count(place: Place, options: CallOptions): Promise<number>;
  /** The item wherever it lies in the mailbox (compare `folder`), or undefined when it is gone. */
  get(mailbox: Mailbox, id: string, options: CallOptions): Promise<Item | undefined>;
  /** Creates the item with its stamp and answers it as the server shows it. Throws FolderGone. */
  create(place: Place, rendering: Rendering, stamp: string, options: CallOptions): Promise<Item>;
  /** Writes all owned fields under If-Match. Throws Conflict, ItemGone. */
  update(place: Place, id: string, etag: string, rendering: Rendering, options: CallOptions): Promise<Item>;
  /** Deletes under If-Match. Throws Conflict, ItemGone. */
  delete(place: Place, id: string, etag: string, options: CallOptions): Promise<void>;
  /** Bytes of the photo, or undefined when there is none. */
  photo(mailbox: Mailbox, id: string, options: CallOptions): Promise<Uint8Array | undefined>;
  /** Sets a JPEG. Graph cannot remove one. Throws ItemGone. */
  setPhoto(place: Place, id: string, jpeg: Uint8Array, options: CallOptions): Promise<void>;
  /** The default folder (path empty) or a nested one by names, without regard to case; undefined when absent. */
  findFolder(mailbox: Mailbox, path: readonly string[], options: CallOptions): Promise<Folder | undefined>;
  /** The folder of this id wherever it stands now, or undefined when it is gone though the mailbox answers. */
  folder(mailbox: Mailbox, id: string, options: CallOptions): Promise<Folder | undefined>;
  /** Finds or makes the folder at the path, marking what it makes with the stamp; a 409 race ends with one folder. */
  makeFolder(mailbox: Mailbox, path: readonly string[], stamp: string, options: CallOptions): Promise<Folder>;
  deleteFolder(mailbox: Mailbox, id: string, options: CallOptions): Promise<void>;
}
