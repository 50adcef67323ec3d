import { ChangeLog } from './change-log.ts';
import type { ExtendedBag } from './extended-property.ts';
import { FolderMembers } from './folder-members.ts';
import { SyncStates } from './sync-states.ts';

/** A contact folder, or one of the two folders around them that contact routes do not show. */
export class Folder {
  readonly number: number;
  readonly id: string;
  /** What the ordinary ids of its items start with. */
  readonly itemHead: string;
  readonly members: FolderMembers;
  readonly log = new ChangeLog();
  readonly syncStates = new SyncStates();
  /** Null for the root only. */
  parent: Folder | null;
  displayName: string;
  extended: ExtendedBag | null = null;
  distributionLists = 0;
  /** It or a folder above it was deleted. */
  gone = false;
  version = 0;
  /** Version of its mailbox when it was made; 0: there from the start. */
  arrived = 0;

  constructor(place: FolderPlace, parent: Folder | null, displayName: string) {
    this.number = place.number;
    this.id = place.id;
    this.itemHead = place.itemHead;
    this.members = new FolderMembers(place.first, place.count);
    this.parent = parent;
    this.displayName = displayName;
  }
}

export interface FolderPlace {
  readonly number: number;
  readonly id: string;
  readonly itemHead: string;
  /** The range of item numbers that it starts with. */
  readonly first: number;
  readonly count: number;
}
