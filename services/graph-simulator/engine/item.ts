import type { ExtendedBag } from './extended-property.ts';
import type { SharedFields } from './fields-pool.ts';
import type { Folder } from './folder.ts';

export interface Photo {
  readonly bytes: Uint8Array;
  readonly contentType: string;
}

/** One contact that was written. Kept small: a world holds a million of them. Times are whole seconds since the epoch. */
export class Item {
  readonly number: number;
  readonly created: number;
  folder: Folder;
  shared: SharedFields;
  extended: ExtendedBag | null = null;
  photo: Photo | null = null;
  /** Count of changes in the mailbox at its last change. */
  version: number;
  /** The same at its arrival in `folder`; 0: there from the start. */
  arrived: number;
  modified: number;
  /** How often it changed folder; part of the ordinary id. */
  moves = 0;

  constructor(number: number, folder: Folder, shared: SharedFields, version: number, second: number) {
    this.number = number;
    this.folder = folder;
    this.shared = shared;
    this.version = version;
    this.arrived = version;
    this.created = second;
    this.modified = second;
  }
}
