import { answer, type Call, contextRoot, countAnswer, emptyAnswer } from '../call.ts';
import { contactFilter, contactOrder, scalar } from '../contact-filter.ts';
import { type ContactViewing, contactSelect, contactView } from '../contact-view.ts';
import { writeOf } from '../contact-write.ts';
import type { Folder } from '../folder.ts';
import { endOfPath, GraphFault, itemNotFound, unknownSegment, wrongVerb } from '../graph-fault.ts';
import type { Item } from '../item.ts';
import { looksLikeId } from '../item-ids.ts';
import { etagOf, type Mailbox } from '../mailbox.ts';
import { expandedProperties } from '../odata/expand.ts';
import { appliedHeader } from '../prefer.ts';
import type { GraphAnswer } from '../wire.ts';
import { contactDelta } from './contact-delta.ts';
import { contactPhoto } from './contact-photo.ts';
import { isDelta } from './delta-round.ts';
import { outlookPage } from './outlook-page.ts';

/**
 * `.../contacts` and all below it (graph.md 1.4). `folder` is the one that the path names; `anywhere` means that the path names none,
 * where a list is that of the default folder and an id may lie in any contact folder. `rest` is what follows `contacts`.
 */
export function contactsRoute(
  call: Call,
  mailbox: Mailbox,
  folder: Folder,
  anywhere: boolean,
  rest: readonly string[],
): GraphAnswer {
  const [id, ...below] = rest;
  const { method } = call.request;
  if (id === undefined) {
    if (method === 'GET') return list(call, mailbox, folder);
    if (method === 'POST') return create(call, mailbox, folder, anywhere);
    throw wrongVerb();
  }
  if (id === '$count' || isDelta(id)) endOfPath(below);
  if (method === 'GET' && id === '$count') return countAnswer(chosen(call, mailbox, folder).count());
  if (isDelta(id)) return contactDelta(call, mailbox, folder, anywhere);
  const item = find(mailbox, folder, anywhere, id);
  if (below[0] === 'photo') return contactPhoto(call, mailbox, item, below.slice(1));
  if (below.length === 0) return single(call, mailbox, item);
  if (below[0] === 'permanentDelete' && below.length === 1 && method === 'POST' && call.world.cloud === 'global') {
    mailbox.deleteContact(item);
    mailbox.purge(item);
    return emptyAnswer(204);
  }
  throw unknownSegment(below[0] ?? '');
}

function find(mailbox: Mailbox, folder: Folder, anywhere: boolean, id: string): Item {
  const item = mailbox.itemById(id);
  if (!item && !looksLikeId(id)) throw new GraphFault(400, 'ErrorInvalidIdMalformed', 'Id is malformed.');
  if (!item || !(anywhere ? mailbox.isContactFolder(item.folder) : item.folder === folder)) throw itemNotFound();
  return item;
}

function viewing(call: Call, inList: boolean): ContactViewing {
  return {
    immutableIds: call.prefer.immutableIds,
    inList,
    select: contactSelect(call.query.select),
    expand: expandedProperties(call.query.get('expand')),
  };
}

/** The preferences that an answer about contacts honoured. */
function applied(call: Call, paged: boolean): Record<string, string> {
  return appliedHeader(
    call.prefer.immutableIds && 'IdType=ImmutableId',
    paged && call.prefer.maxPageSize !== undefined && `odata.maxpagesize=${call.prefer.maxPageSize}`,
  );
}

function list(call: Call, mailbox: Mailbox, folder: Folder): GraphAnswer {
  if (call.query.has('search')) throw new GraphFault(400, 'BadRequest', "The query option '$search' is not supported.");
  const shown = viewing(call, true);
  const { items, count } = chosen(call, mailbox, folder);
  const page = outlookPage(call, items);
  return answer(
    200,
    {
      '@odata.context': `${contextRoot(call)}users('${mailbox.ownerId}')/contacts`,
      ...(call.query.counting ? { '@odata.count': count() } : {}),
      value: page.rows.map((item) => contactView(mailbox, item, shown)),
      ...(page.nextLink ? { '@odata.nextLink': page.nextLink } : {}),
    },
    applied(call, true),
  );
}

/** What `$filter` and `$orderby` leave of a folder, in order, and its count: distribution lists are counted unless filtered (graph.md 1.2). */
function chosen(call: Call, mailbox: Mailbox, folder: Folder): { items: Iterable<Item>; count: () => number } {
  const filterText = call.query.get('filter');
  const orderText = call.query.get('orderby');
  const everything = items(mailbox, folder);
  if (!filterText && !orderText) {
    return { items: everything, count: () => folder.members.size + folder.distributionLists };
  }
  const filter = filterText ? contactFilter(filterText) : undefined;
  const kept = filter ? [...everything].filter(filter.test) : [...everything];
  if (orderText) {
    const order = contactOrder(orderText);
    if (filter && order.some(({ path }) => !filter.paths.has(path))) throw inefficient();
    kept.sort((one, other) => compare(one, other, order));
  }
  return { items: kept, count: () => kept.length + (filter ? 0 : folder.distributionLists) };
}

function* items(mailbox: Mailbox, folder: Folder): Generator<Item, void, undefined> {
  for (const number of folder.members.from(0)) {
    const item = mailbox.item(number);
    if (item) yield item;
  }
}

function compare(one: Item, other: Item, order: ReturnType<typeof contactOrder>): number {
  for (const { path, descending } of order) {
    const [left, right] = [one, other].map((item) => String(scalar(item, path) ?? '').toLowerCase());
    if (left !== right) return (left ?? '') < (right ?? '') === descending ? 1 : -1;
  }
  return one.number - other.number;
}

function inefficient(): GraphFault {
  return new GraphFault(400, 'InefficientFilter', 'The restriction or sort order is too complex for this operation.');
}

function create(call: Call, mailbox: Mailbox, folder: Folder, anywhere: boolean): GraphAnswer {
  const item = mailbox.createContact(folder, writeOf(call));
  const id = mailbox.idOf(item, call.prefer.immutableIds);
  const place = anywhere ? '' : `/contactFolders('${folder.id}')`;
  const location = `${call.world.setting.linkRoot()}/users('${mailbox.ownerId}')${place}/contacts('${id}')`;
  return answer(201, whole(call, mailbox, item), { location, ...applied(call, false) });
}

/** One contact with its context, and with the extended properties that were asked for. */
function whole(call: Call, mailbox: Mailbox, item: Item): Record<string, unknown> {
  const context = `${contextRoot(call)}users('${mailbox.ownerId}')/contacts/$entity`;
  return contactView(mailbox, item, viewing(call, false), { name: '@odata.context', text: context });
}

function single(call: Call, mailbox: Mailbox, item: Item): GraphAnswer {
  switch (call.request.method) {
    case 'GET':
      return answer(200, whole(call, mailbox, item), applied(call, false));
    case 'PATCH': {
      const write = writeOf(call);
      checkMatch(call, mailbox, item);
      return answer(200, whole(call, mailbox, mailbox.updateContact(item, write)), applied(call, false));
    }
    case 'DELETE':
      checkMatch(call, mailbox, item);
      mailbox.deleteContact(item);
      return emptyAnswer(204);
    default:
      throw wrongVerb();
  }
}

/** 412 `ErrorIrresolvableConflict` if `If-Match` names another version (graph.md 1.4). */
function checkMatch(call: Call, mailbox: Mailbox, item: Item): void {
  const wanted = call.request.headers['if-match'];
  if (wanted === undefined || wanted.trim() === '*') return;
  const bare = (tag: string): string => tag.trim().replace(/^W\//, '').replaceAll('"', '');
  if (wanted.split(',').some((tag) => bare(tag) === bare(etagOf(mailbox, item)))) return;
  throw new GraphFault(
    412,
    'ErrorIrresolvableConflict',
    'The send or update operation could not be performed because the change key passed in the request does not match the current change key for the item.',
  );
}
