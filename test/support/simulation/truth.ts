import { stampGuid, stampName } from '#core/stamp';
import { contactView } from '../../../services/graph-simulator/engine/contact-view.ts';
import { canonicalId, extendedValue, privateFlag } from '../../../services/graph-simulator/engine/extended-property.ts';
import type { Folder } from '../../../services/graph-simulator/engine/folder.ts';
import type { Item } from '../../../services/graph-simulator/engine/item.ts';
import type { Mailbox } from '../../../services/graph-simulator/engine/mailbox.ts';
import type { World } from '../../../services/graph-simulator/engine/world.ts';

/** One contact as it lies in a mailbox. */
export interface Contact {
  /** Immutable. */
  readonly id: string;
  /** All that Graph shows of it. */
  readonly shown: Readonly<Record<string, unknown>>;
  readonly stamp: string | undefined;
  readonly private: boolean;
  readonly folder: Folder;
}

const STAMP = canonicalId(`String {${stampGuid}} Name ${stampName}`);

/** What the mailboxes really hold, past every request. */
export class Truth {
  readonly #world: World;

  constructor(world: World) {
    this.#world = world;
  }

  mailbox(user: string): Mailbox {
    const mailbox = this.#world.mailbox(user);
    if (!mailbox) throw new Error(`no mailbox ${user}`);
    return mailbox;
  }

  #contact(mailbox: Mailbox, item: Item): Contact {
    const stamp = extendedValue(item.extended, STAMP);
    return {
      id: mailbox.idOf(item, true),
      shown: contactView(mailbox, item, { immutableIds: true, inList: false, expand: [STAMP] }),
      stamp: typeof stamp === 'string' ? stamp : undefined,
      private: extendedValue(item.extended, privateFlag) === 'true',
      folder: item.folder,
    };
  }

  /** Undefined also for one that lies where no contact route shows it. */
  find(user: string, id: string): Contact | undefined {
    const mailbox = this.mailbox(user);
    const item = mailbox.itemById(id);
    return item && mailbox.isContactFolder(item.folder) ? this.#contact(mailbox, item) : undefined;
  }

  contents(user: string, folder: Folder): Contact[] {
    const mailbox = this.mailbox(user);
    return [...folder.members.from(0)].flatMap((number) => {
      const item = mailbox.item(number);
      return item ? [this.#contact(mailbox, item)] : [];
    });
  }

  /** The default folder, or the oldest of that name below it. */
  folder(user: string, name: string | undefined): Folder | undefined {
    const mailbox = this.mailbox(user);
    if (name === undefined) return mailbox.contacts;
    return mailbox.childrenOf(mailbox.contacts).find(({ displayName }) => displayName === name);
  }

  folderById(user: string, id: string): Folder | undefined {
    const mailbox = this.mailbox(user);
    const folder = id === 'contacts' ? mailbox.contacts : mailbox.folderById(id);
    return folder && mailbox.isContactFolder(folder) ? folder : undefined;
  }

  /** All contacts of a mailbox, whatever folder. */
  all(user: string): Contact[] {
    const mailbox = this.mailbox(user);
    return mailbox.folders
      .filter((folder) => mailbox.isContactFolder(folder))
      .flatMap((folder) => this.contents(user, folder));
  }
}
