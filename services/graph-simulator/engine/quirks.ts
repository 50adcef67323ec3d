/** Field-reported oddities that a test may switch on; each is off (or as Graph usually is) at start. Changed at any time. */
export interface Quirks {
  /** POST loses `personalNotes` (ACCEPTANCE A-56). */
  notesDroppedOnCreate: boolean;
  /** The name beside a written e-mail address becomes that of the user or orgContact who has the address (graph.md 1.2). */
  emailNamesFromDirectory: boolean;
  /** With immutable ids, an item that left a folder and came back is told as removed and never again (graph.md 2.5). */
  deltaLosesReturned: boolean;
  /** 0-1: how often the end of a delta round comes one empty page later (graph.md 2.1). */
  emptyDeltaPages: number;
  /** 0-1: how often a delta page repeats its first item at its end (graph.md 2.1: duplicates are allowed). */
  deltaDuplicates: number;
  /** The directory refuses `assignedLicenses/any(x:x/skuId ne null)` with 400 (ACCEPTANCE A-19). */
  licenceAnyFilterRefused: boolean;
  /** Group delta does not tell that a member was deleted for good (graph.md 2.6). */
  memberLossUntold: boolean;
  /** Milliseconds until directory deltas show a change (graph.md 2.6). */
  directoryDelayMs: number;
  /** Deleting a folder of whose name Deleted Items has one: as usual, 204 without effect, or 403 (graph.md 1.6, 12.22). */
  folderDeletionClash: 'none' | 'ignored' | 'refused';
}

export const noQuirks: Readonly<Quirks> = {
  notesDroppedOnCreate: false,
  emailNamesFromDirectory: false,
  deltaLosesReturned: false,
  emptyDeltaPages: 0,
  deltaDuplicates: 0,
  licenceAnyFilterRefused: false,
  memberLossUntold: false,
  directoryDelayMs: 0,
  folderDeletionClash: 'none',
};
