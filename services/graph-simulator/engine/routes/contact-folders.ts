import { answer, type Call, contextRoot, countAnswer, emptyAnswer } from '../call.ts';
import { extendedList, extendedPath, isExact, parsed, withCanonicalIds } from '../contact-filter.ts';
import { addExtended, unknownProperty } from '../contact-view.ts';
import { type ExtendedWrite, extendedWrites } from '../extended-property.ts';
import type { Folder } from '../folder.ts';
import { endOfPath, GraphFault, itemNotFound, undeserializable, unknownSegment, wrongVerb } from '../graph-fault.ts';
import { looksLikeId } from '../item-ids.ts';
import type { Mailbox } from '../mailbox.ts';
import { expandedProperties } from '../odata/expand.ts';
import { matches } from '../odata/filter-match.ts';
import type { GraphAnswer } from '../wire.ts';
import { contactsRoute } from './contacts.ts';
import { isDelta } from './delta-round.ts';
import { folderDelta } from './folder-delta.ts';
import { outlookPage } from './outlook-page.ts';

/** `.../contactFolders` and all below it (graph.md 1.6). `rest` is what follows `contactFolders`. */
export function contactFoldersRoute(call: Call, mailbox: Mailbox, rest: readonly string[]): GraphAnswer {
  const [id, ...below] = rest;
  if (id === undefined) return collection(call, mailbox, mailbox.contacts);
  if (id === '$count') return count(call, mailbox, mailbox.contacts, below);
  if (isDelta(id)) {
    endOfPath(below);
    return folderDelta(call, mailbox);
  }
  return folderRoute(call, mailbox, find(mailbox, id, below), below);
}

/** The alias `contacts` stands for the default folder, whose id is in no list (graph.md 1.6). */
function find(mailbox: Mailbox, id: string, below: readonly string[]): Folder {
  if (id.toLowerCase() === 'contacts') return mailbox.contacts;
  const folder = mailbox.folderById(id);
  if (folder && mailbox.isContactFolder(folder)) return folder;
  if (!folder && !looksLikeId(id)) throw new GraphFault(400, 'ErrorInvalidIdMalformed', 'Id is malformed.');
  if (below[0] === 'contacts' && isDelta(below[1] ?? '')) {
    throw new GraphFault(404, 'ErrorSyncFolderNotFound', 'The specified folder could not be found in the store.');
  }
  throw itemNotFound();
}

const mayPurge = (call: Call): boolean => call.request.method === 'POST' && call.world.cloud === 'global';

function folderRoute(call: Call, mailbox: Mailbox, folder: Folder, rest: readonly string[]): GraphAnswer {
  const [next, id, ...below] = rest;
  if (next === undefined) return single(call, mailbox, folder);
  if (next === 'contacts') return contactsRoute(call, mailbox, folder, false, rest.slice(1));
  if (next === 'permanentDelete' && id === undefined && mayPurge(call)) {
    mailbox.deleteFolder(folder);
    return emptyAnswer(204);
  }
  if (next !== 'childFolders') throw unknownSegment(next);
  if (id === undefined) return collection(call, mailbox, folder);
  if (id === '$count') return count(call, mailbox, folder, below);
  if (isDelta(id)) throw new GraphFault(400, 'BadRequest', "Change tracking is not supported against 'childFolders'.");
  const child = find(mailbox, id, below);
  if (child.parent !== folder) throw itemNotFound();
  return folderRoute(call, mailbox, child, below);
}

function count(call: Call, mailbox: Mailbox, parent: Folder, below: readonly string[]): GraphAnswer {
  endOfPath(below);
  if (call.request.method !== 'GET') throw wrongVerb();
  return countAnswer(mailbox.childrenOf(parent).length);
}

function collection(call: Call, mailbox: Mailbox, parent: Folder): GraphAnswer {
  if (call.request.method === 'POST') return create(call, mailbox, parent);
  if (call.request.method !== 'GET') throw wrongVerb();
  const children = kept(call, mailbox.childrenOf(parent));
  const page = outlookPage(call, children);
  return answer(200, {
    '@odata.context': `${contextRoot(call)}users('${mailbox.ownerId}')/contactFolders`,
    ...(call.query.counting ? { '@odata.count': children.length } : {}),
    value: page.rows.map((folder) => folderView(call, folder)),
    ...(page.nextLink ? { '@odata.nextLink': page.nextLink } : {}),
  });
}

function kept(call: Call, children: Folder[]): Folder[] {
  const filterText = call.query.get('filter');
  const order = call.query.get('orderby')?.trim().toLowerCase();
  if (order?.startsWith('displayname')) {
    children.sort((one, other) => one.displayName.localeCompare(other.displayName));
    if (order.endsWith(' desc')) children.reverse();
  }
  if (!filterText) return children;
  const filter = withCanonicalIds(parsed(filterText));
  return children.filter((folder) =>
    matches(
      filter,
      (path) => {
        if (path === extendedPath) return extendedList(folder.extended);
        if (path === 'displayName') return folder.displayName;
        if (path === 'id') return folder.id;
        if (path === 'parentFolderId') return folder.parent?.id;
        throw new GraphFault(400, 'ErrorInvalidUrlQueryFilter', 'The query filter contains one or more invalid nodes.');
      },
      isExact,
    ),
  );
}

/** A folder as Graph sends it, with what `$select` and `$expand` ask for. */
function folderView(call: Call, folder: Folder): Record<string, unknown> {
  const all: Record<string, unknown> = {
    id: folder.id,
    parentFolderId: folder.parent?.id,
    displayName: folder.displayName,
  };
  const select = call.query.select;
  for (const name of select ?? []) if (!(name in all)) throw unknownProperty(name, 'contactFolder');
  const shown = select
    ? Object.fromEntries(Object.entries(all).filter(([name]) => name === 'id' || select.includes(name)))
    : all;
  addExtended(shown, folder.extended, expandedProperties(call.query.get('expand')) ?? []);
  return shown;
}

function single(call: Call, mailbox: Mailbox, folder: Folder): GraphAnswer {
  switch (call.request.method) {
    case 'GET':
      return answer(200, whole(call, mailbox, folder));
    case 'PATCH': {
      const { displayName, extended } = readFolderBody(call.request.body);
      mailbox.updateFolder(folder, displayName, extended);
      return answer(200, whole(call, mailbox, folder));
    }
    case 'DELETE':
      return remove(call, mailbox, folder);
    default:
      throw wrongVerb();
  }
}

function remove(call: Call, mailbox: Mailbox, folder: Folder): GraphAnswer {
  const clash = folder !== mailbox.contacts && mailbox.clashesInDeletedItems(folder);
  if (clash && call.world.quirks.folderDeletionClash === 'refused') {
    throw new GraphFault(403, 'ErrorCannotDeleteObject', 'The object cannot be deleted.');
  }
  if (!clash || call.world.quirks.folderDeletionClash === 'none') mailbox.deleteFolder(folder);
  return emptyAnswer(204);
}

function whole(call: Call, mailbox: Mailbox, folder: Folder): Record<string, unknown> {
  return {
    '@odata.context': `${contextRoot(call)}users('${mailbox.ownerId}')/contactFolders/$entity`,
    ...folderView(call, folder),
  };
}

function create(call: Call, mailbox: Mailbox, parent: Folder): GraphAnswer {
  const { displayName, parentFolderId, extended } = readFolderBody(call.request.body);
  if (displayName === undefined) throw undeserializable('displayName.');
  const within = parentFolderId === undefined ? parent : find(mailbox, parentFolderId, []);
  const folder = mailbox.createFolder(within, displayName, false, extended);
  const location = `${call.world.setting.linkRoot()}/users('${mailbox.ownerId}')/contactFolders('${folder.id}')`;
  return answer(201, whole(call, mailbox, folder), { location });
}

interface FolderBody {
  displayName?: string;
  /** Says where at creation; without effect in a PATCH (graph.md 1.6). */
  parentFolderId?: string;
  extended: readonly ExtendedWrite[];
}

function readFolderBody(body: unknown): FolderBody {
  if (typeof body !== 'object' || body === null || Array.isArray(body)) throw undeserializable('the request body.');
  const read: FolderBody = { extended: [] };
  for (const [given, value] of Object.entries(body)) {
    const name = given.toLowerCase();
    if (given.includes('@') || name === 'id') continue;
    if (/^(single|multi)valueextendedproperties$/.test(name))
      read.extended = [...read.extended, ...extendedWrites(value)];
    else if (name !== 'displayname' && name !== 'parentfolderid') throw undeserializable(`the property '${given}'.`);
    else if (typeof value !== 'string' || value.trim() === '') throw undeserializable(`${given}.`);
    else read[name === 'displayname' ? 'displayName' : 'parentFolderId'] = value;
  }
  return read;
}
