import type { FolderContents, MailboxKind } from './company.ts';
import type { ContactWrite } from './contact-body.ts';
import { mergeContact } from './contact-merge.ts';
import { defaultFolderName } from './default-folder-names.ts';
import { type ExtendedWrite, withWrites } from './extended-property.ts';
import { Folder } from './folder.ts';
import { GraphFault } from './graph-fault.ts';
import { Item, type Photo } from './item.ts';
import { MailboxIds } from './item-ids.ts';
import { ItemStore } from './item-store.ts';
import { fillMailbox } from './mailbox-start.ts';
import type { MailboxSurroundings } from './mailbox-surroundings.ts';

/**
 * One mailbox: its contact folders and contacts, and the only way to change them. Every change bumps `version`, goes into the
 * change log of the folder, and is published. Graph requests and the control API ("another client") come through the same methods.
 */
export class Mailbox {
  readonly ownerId: string;
  readonly kind: MailboxKind;
  readonly ids: MailboxIds;
  /** Parent of the default folder; not shown by contact routes. Holds no contacts: its change log is that of the folders. */
  readonly root: Folder;
  /** The default Contacts folder. */
  readonly contacts: Folder;
  /** Where deleted contacts and folders go; not shown by contact routes. */
  readonly deletedItems: Folder;
  language: string;
  /** Changes so far. The contacts that were there from the start took the first ones. */
  version = 0;
  readonly #surroundings: MailboxSurroundings;
  readonly #folders: Folder[] = [];
  readonly #items: ItemStore;
  readonly #folderHead: string;

  constructor(
    ownerId: string,
    kind: MailboxKind,
    language: string,
    contents: FolderContents,
    around: MailboxSurroundings,
  ) {
    this.ownerId = ownerId;
    this.kind = kind;
    this.language = language;
    this.#surroundings = around;
    this.ids = new MailboxIds(around.tenantId, ownerId);
    this.#items = new ItemStore(around.pool, around.startSecond);
    this.#folderHead = this.ids.folderHead();
    this.root = this.#newFolder(null, 'Top of Information Store', 0, 0);
    this.contacts = fillMailbox(this.root, defaultFolderName(language), contents, around, {
      folder: (parent, name, first, count) => this.#newFolder(parent, name, first, count),
      range: (range) => this.#items.addRange(range),
      item: (folder, write) => this.#place(folder, write),
      numbersTaken: (count) => {
        this.version = count;
      },
    });
    this.deletedItems = this.#newFolder(this.root, 'Deleted Items', 0, 0);
  }

  /** Every folder ever made, deleted ones included. */
  get folders(): readonly Folder[] {
    return this.#folders;
  }

  folderById(id: string): Folder | undefined {
    const folder = this.#folders[this.ids.folderNumber(id) ?? -1];
    return folder?.id === id ? folder : undefined;
  }

  /** The contact under one of its two present ids, wherever it lies, or undefined. */
  itemById(id: string): Item | undefined {
    const number = this.ids.itemNumber(id);
    const item = number === undefined ? undefined : this.item(number);
    return item && (this.idOf(item, false) === id || this.idOf(item, true) === id) ? item : undefined;
  }

  idOf(item: Item, immutable: boolean): string {
    return immutable ? this.ids.immutable(item.number) : this.ids.item(item.folder.itemHead, item.number, item.moves);
  }

  /** For a contact that nobody wrote, a passing record made by its generator: read it, do not keep or change it. */
  item(number: number): Item | undefined {
    return this.#items.get(number);
  }

  /** Adds a contact. The folder must be a live contact folder. */
  createContact(folder: Folder, write: ContactWrite): Item {
    const item = this.#place(folder, write);
    folder.log.append(item.version, item.number, 0, 'arrived', item.version);
    this.#publish('created', item);
    return item;
  }

  /** Merges a write into a contact. A write that changes nothing still makes a new version (graph.md section 11, PATCH). */
  updateContact(given: Item, write: ContactWrite): Item {
    const item = this.#items.own(given);
    const shared = this.#surroundings.pool.take(mergeContact(item.shared.fields, write));
    this.#surroundings.pool.release(item.shared);
    item.shared = shared;
    item.extended = withWrites(item.extended, write.extended);
    this.#updated(item);
    return item;
  }

  setPhoto(given: Item, photo: Photo | null): void {
    const item = this.#items.own(given);
    item.photo = photo;
    this.#updated(item);
  }

  /** Graph has no such action; Outlook does. The ordinary id changes, the immutable one stays (graph.md 1.8). */
  moveContact(given: Item, target: Folder): Item {
    const item = this.#items.own(given);
    if (item.folder === target) return item;
    const id = this.#surroundings.watched() ? this.idOf(item, false) : '';
    const source = item.folder;
    this.version += 1;
    source.members.remove(item.number);
    source.log.append(this.version, item.number, item.moves, 'left', item.arrived);
    this.#changeFolder(item, target);
    this.#publishGone(item, source, id);
    if (!this.#hidden(target)) this.#publish('created', item);
    return item;
  }

  /** To Deleted Items: out of sight of every contact route. */
  deleteContact(item: Item): void {
    this.moveContact(item, this.deletedItems);
  }

  /** Forgets a deleted contact for good, and with it what it cost. */
  purge(item: Item): void {
    if (item.folder === this.deletedItems && this.#items.drop(item)) this.deletedItems.members.remove(item.number);
  }

  /** What a person or a retention policy does to Deleted Items. */
  emptyDeletedItems(): void {
    for (const number of [...this.deletedItems.members.from(0)]) {
      const item = this.item(number);
      if (item) this.purge(item);
    }
  }

  /** Makes a folder. Throws 409 `ErrorFolderExists` for a name that a sibling has, unless `evenIfDuplicate`, as Outlook and EWS allow. */
  createFolder(
    parent: Folder,
    displayName: string,
    evenIfDuplicate = false,
    extended: readonly ExtendedWrite[] = [],
  ): Folder {
    if (!evenIfDuplicate) this.#checkFolderName(parent, displayName);
    const folder = this.#newFolder(parent, displayName, 0, 0);
    folder.extended = withWrites(null, extended);
    this.#folderChanged(folder, 'created');
    return folder;
  }

  /** Throws 409 as `createFolder`. */
  updateFolder(folder: Folder, displayName: string | undefined, extended: readonly ExtendedWrite[] = []): void {
    if (displayName !== undefined && displayName !== folder.displayName) {
      if (folder.parent) this.#checkFolderName(folder.parent, displayName, folder);
      folder.displayName = displayName;
    }
    folder.extended = withWrites(folder.extended, extended);
    this.#folderChanged(folder, 'updated');
  }

  /** Deletes a folder with all that is in and below it. Throws 400 `ErrorDeleteDistinguishedFolder` for the default one (graph.md 1.6). */
  deleteFolder(folder: Folder): void {
    if (folder === this.contacts || folder === this.root || folder === this.deletedItems) {
      throw new GraphFault(400, 'ErrorDeleteDistinguishedFolder', 'Distinguished folders cannot be deleted.');
    }
    for (const child of this.childrenOf(folder)) this.deleteFolder(child);
    folder.gone = true;
    if (this.#surroundings.watched()) this.#publishContents(folder);
    this.#folderChanged(folder, 'deleted');
  }

  /** Whether Deleted Items already holds a folder of this one's name, which makes its deletion go wrong (graph.md 1.6). */
  clashesInDeletedItems(folder: Folder): boolean {
    const name = folder.displayName.toLowerCase();
    return this.#folders.some((other) => other.gone && other.displayName.toLowerCase() === name);
  }

  /** Live children, in order of creation. */
  childrenOf(folder: Folder): Folder[] {
    return this.#folders.filter((child) => child.parent === folder && !child.gone && child !== this.deletedItems);
  }

  /** Renames the default folder as Outlook does when the mailbox language changes. */
  setLanguage(language: string): void {
    this.language = language;
    this.contacts.displayName = defaultFolderName(language);
    this.#folderChanged(this.contacts, 'updated');
  }

  /** A live contact folder at or below the default one. */
  isContactFolder(folder: Folder): boolean {
    return folder !== this.root && folder !== this.deletedItems && !folder.gone;
  }

  #hidden(folder: Folder): boolean {
    return !this.isContactFolder(folder);
  }

  #place(folder: Folder, write: ContactWrite): Item {
    this.version += 1;
    const shared = this.#surroundings.pool.take(mergeContact({}, write));
    const number = this.#items.nextNumber;
    const item = new Item(number, folder, shared, this.version, this.#surroundings.second());
    item.extended = withWrites(null, write.extended);
    this.#items.add(item);
    folder.members.add(number);
    return item;
  }

  #changeFolder(item: Item, target: Folder): void {
    item.folder = target;
    item.moves += 1;
    item.version = this.version;
    item.arrived = this.version;
    item.modified = this.#surroundings.second();
    target.members.add(item.number);
    target.log.append(item.version, item.number, item.moves, 'arrived', item.arrived);
  }

  #updated(item: Item): void {
    this.version += 1;
    item.version = this.version;
    item.modified = this.#surroundings.second();
    item.folder.log.append(item.version, item.number, item.moves, 'updated', item.arrived);
    if (!this.#hidden(item.folder)) this.#publish('updated', item);
  }

  #newFolder(parent: Folder | null, displayName: string, first: number, count: number): Folder {
    const number = this.#folders.length;
    const id = this.ids.folder(this.#folderHead, number);
    const folder = new Folder({ number, id, itemHead: this.ids.itemHead(number), first, count }, parent, displayName);
    this.#folders.push(folder);
    return folder;
  }

  #checkFolderName(parent: Folder, displayName: string, except?: Folder): void {
    const wanted = displayName.toLowerCase();
    if (this.childrenOf(parent).some((child) => child !== except && child.displayName.toLowerCase() === wanted)) {
      throw new GraphFault(409, 'ErrorFolderExists', 'A folder with the specified name already exists.');
    }
  }

  #folderChanged(folder: Folder, kind: 'created' | 'updated' | 'deleted'): void {
    this.version += 1;
    folder.version = this.version;
    const logged = kind === 'created' ? 'arrived' : kind === 'updated' ? 'updated' : 'left';
    if (kind === 'created') folder.arrived = this.version;
    this.root.log.append(this.version, folder.number, 0, logged, folder.arrived);
    this.#surroundings.publish({ kind, entity: 'contactFolder', ownerId: this.ownerId, itemId: folder.id });
  }

  #publish(kind: 'created' | 'updated', item: Item): void {
    if (!this.#surroundings.watched()) return;
    this.#surroundings.publish({
      kind,
      entity: 'contact',
      ownerId: this.ownerId,
      folderId: item.folder.id,
      itemId: this.idOf(item, false),
      immutableItemId: this.idOf(item, true),
      etag: etagOf(this, item),
    });
  }

  #publishContents(folder: Folder): void {
    for (const number of folder.members.from(0)) {
      const item = this.item(number);
      if (item) this.#publishGone(item, folder, this.idOf(item, false));
    }
  }

  #publishGone(item: Item, source: Folder, itemId: string): void {
    if (!this.#surroundings.watched() || source === this.deletedItems || source === this.root) return;
    this.#surroundings.publish({
      kind: 'deleted',
      entity: 'contact',
      ownerId: this.ownerId,
      folderId: source.id,
      itemId,
      immutableItemId: this.idOf(item, true),
      etag: etagOf(this, item),
    });
  }
}

/** The weak tag around the change key (graph.md 1.1). */
export function etagOf(mailbox: Mailbox, item: Item): string {
  return `W/"${mailbox.ids.changeKey(item.version)}"`;
}
