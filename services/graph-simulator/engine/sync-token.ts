import { GraphFault } from './graph-fault.ts';
import { openSealed, sealToken } from './sealed-token.ts';

/** Where a delta round stands. Written into the link itself, so that nothing but generations is kept on the server's side. */
export interface SyncToken {
  /** Of contacts in a folder, or of folders. */
  readonly kind: 'contacts' | 'folders';
  readonly mailbox: string;
  readonly folder: number;
  readonly chain: number;
  readonly generation: number;
  /** Changes up to this version have been told, or were there when the first round began. */
  readonly since: number;
  /** First round: the next number to tell. Null: the round tells changes. */
  readonly next: number | null;
  /** `$top` of the first call: the most items that a round tells (graph.md 2.1). */
  readonly top: number | null;
  /** What is left of `top` in this round. */
  readonly left: number | null;
  readonly select: string | null;
}

/** Opaque text for a link. */
export function writeSyncToken({ kind, mailbox, folder, ...place }: SyncToken): string {
  return sealToken([kind, mailbox, folder, place]);
}

/** Throws 400 `SyncStateInvalid` for what this simulator never wrote, or wrote for another mailbox, kind or folder. */
export function readSyncToken(text: string, expected: Pick<SyncToken, 'kind' | 'mailbox' | 'folder'>): SyncToken {
  const [kind, mailbox, folder, place] = openSealed(text) ?? [];
  if (kind !== expected.kind || mailbox !== expected.mailbox || folder !== expected.folder) throw invalid();
  return { ...expected, ...(place as Omit<SyncToken, keyof typeof expected>) };
}

function invalid(): GraphFault {
  return new GraphFault(400, 'SyncStateInvalid', 'The sync state is invalid.');
}
