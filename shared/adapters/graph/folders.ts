import type { Chance } from '#ports/clock';
import { FolderGone, Refused, Unanswered } from '#ports/errors';
import type { CallOptions, Folder, Mailbox, Mailboxes } from '#ports/mailboxes';
import { immutable, jsonBody, paged } from './headers.ts';
import { folderPath, quoted } from './paths.ts';
import { expandFolder, readMarks, stampText } from './properties.ts';
import { json } from './request.ts';
import { pagesOf, send, type Tenants, toMailbox } from './tenant.ts';

/** Stands for the id of the default folder, whose name is the user's language (K-02; graph.md 1.6). */
const DEFAULT = 'contacts';
const listHeaders = paged(100);

function folderOf(raw: Readonly<Record<string, unknown>>): Folder {
  const { stamp } = readMarks(raw);
  return { id: String(raw['id']), name: String(raw['displayName']), ...(stamp !== undefined && { stamp }) };
}

/** Exchange tells folder names apart without regard to case. */
const sameName = (a: string, b: string): boolean =>
  a.normalize('NFC').toLowerCase() === b.normalize('NFC').toLowerCase();

/** Of several folders of one name (graph.md 1.6) the marked one, else the one whose id comes first: the same each time. */
function chosen(folders: readonly Folder[]): Folder | undefined {
  const [first] = folders.toSorted((a, b) => (a.id < b.id ? -1 : 1));
  return folders.find(({ stamp }) => stamp !== undefined) ?? first;
}

const hasCode = (error: unknown, code: string): boolean =>
  error instanceof Refused && error.code.toLowerCase() === code;

class GraphFolders {
  readonly #tenants: Tenants;
  readonly #chance: Chance;

  constructor(tenants: Tenants, chance: Chance) {
    this.#tenants = tenants;
    this.#chance = chance;
  }

  async byId(mailbox: Mailbox, id: string, options: CallOptions): Promise<Folder | undefined> {
    const request = { method: 'GET', url: `${folderPath(mailbox, id)}?${expandFolder}`, headers: immutable } as const;
    const travel = toMailbox(mailbox.user, options);
    try {
      return folderOf(json(await send(this.#tenants(mailbox.tenant), 'folder', request, travel)));
    } catch (error) {
      if (error instanceof FolderGone) return undefined;
      throw error;
    }
  }

  /** The folder of that name directly below the parent. The filter first; all names if it finds none. */
  async child(mailbox: Mailbox, parent: string, name: string, options: CallOptions): Promise<Folder | undefined> {
    const url = `${folderPath(mailbox, parent)}/childFolders?${expandFolder}`;
    for (const filtered of [`${url}&$filter=displayName%20eq%20${quoted(name)}`, url]) {
      const found: Folder[] = [];
      const request = { method: 'GET', url: filtered, headers: listHeaders } as const;
      const travel = toMailbox(mailbox.user, options);
      for await (const page of pagesOf(this.#tenants(mailbox.tenant), 'folder', request, travel)) {
        found.push(...page.map(folderOf).filter((folder) => sameName(folder.name, name)));
      }
      const folder = chosen(found);
      if (folder) return folder;
    }
    return undefined;
  }

  async atPath(mailbox: Mailbox, path: readonly string[], options: CallOptions): Promise<Folder | undefined> {
    if (path.length === 0) return this.byId(mailbox, DEFAULT, options);
    let folder: Folder | undefined;
    for (const name of path) {
      folder = await this.child(mailbox, folder?.id ?? DEFAULT, name, options);
      if (!folder) return undefined;
    }
    return folder;
  }

  async make(mailbox: Mailbox, path: readonly string[], stamp: string, options: CallOptions): Promise<Folder> {
    let folder: Folder | undefined;
    for (const name of path) {
      const parent = folder?.id ?? DEFAULT;
      folder =
        (await this.child(mailbox, parent, name, options)) ??
        (await this.#create(mailbox, parent, name, stamp, options));
    }
    folder ??= await this.byId(mailbox, DEFAULT, options);
    if (!folder) throw new FolderGone('the mailbox has no contacts folder');
    return folder;
  }

  /** A name that is taken, or an answer that tells nothing, may mean that it is there: then it is used (K-01, F39). */
  async #create(mailbox: Mailbox, parent: string, name: string, stamp: string, options: CallOptions): Promise<Folder> {
    const url = `${folderPath(mailbox, parent)}/childFolders`;
    const body = `{"displayName":${JSON.stringify(name)},${stampText(stamp)}}`;
    const request = { method: 'POST', url, headers: jsonBody, body } as const;
    try {
      const travel = toMailbox(mailbox.user, options);
      return { ...folderOf(json(await send(this.#tenants(mailbox.tenant), 'makeFolder', request, travel))), stamp };
    } catch (error) {
      const taken = hasCode(error, 'errorfolderexists') || hasCode(error, 'http409');
      if (!taken && !(error instanceof Unanswered)) throw error;
      const folder = await this.child(mailbox, parent, name, options);
      if (folder) return folder;
      // It will show itself: lists were seen to lag behind by a minute.
      throw new Unanswered('the folder was made but is not listed yet', { cause: error });
    }
  }

  /**
   * Deletes a folder; one that is gone is as wanted. Where Deleted Items holds one of the same name, Graph refuses or
   * answers 204 without effect: then under a name of its own (graph.md 1.6).
   */
  async remove(mailbox: Mailbox, id: string, options: CallOptions): Promise<void> {
    const before = await this.byId(mailbox, id, options);
    if (!before) return;
    const refusal = await this.#delete(mailbox, id, options);
    const after = await this.byId(mailbox, id, options);
    if (!after) return;
    if (refusal && !hasCode(refusal, 'errorcannotdeleteobject')) throw refusal;
    const body = JSON.stringify({ displayName: `${before.name} ${this.#chance.newId()}` });
    const rename = { method: 'PATCH', url: folderPath(mailbox, id), headers: jsonBody, body } as const;
    await send(this.#tenants(mailbox.tenant), 'changeFolder', rename, toMailbox(mailbox.user, options));
    const again = await this.#delete(mailbox, id, options);
    if (again) throw again;
  }

  async #delete(mailbox: Mailbox, id: string, options: CallOptions): Promise<Refused | undefined> {
    const request = { method: 'DELETE', url: folderPath(mailbox, id) } as const;
    try {
      await send(this.#tenants(mailbox.tenant), 'changeFolder', request, toMailbox(mailbox.user, options));
      return undefined;
    } catch (error) {
      if (error instanceof Refused) return error;
      if (error instanceof FolderGone) return undefined;
      throw error;
    }
  }
}

/** Contact folders over Graph (graph.md 1.6). */
export function graphFolders(
  tenants: Tenants,
  chance: Chance,
): Pick<Mailboxes, 'findFolder' | 'folder' | 'makeFolder' | 'deleteFolder'> {
  const folders = new GraphFolders(tenants, chance);
  return {
    findFolder: (mailbox, path, options) => folders.atPath(mailbox, path, options),
    folder: (mailbox, id, options) => folders.byId(mailbox, id, options),
    makeFolder: (mailbox, path, stamp, options) => folders.make(mailbox, path, stamp, options),
    deleteFolder: (mailbox, id, options) => folders.remove(mailbox, id, options),
  };
}
