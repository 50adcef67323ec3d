import {
  type ContactFields,
  type EmailAddress,
  emailSlots,
  type FieldKind,
  fieldKinds,
  serverFields,
} from './contact-fields.ts';
import { type ExtendedBag, extendedValue } from './extended-property.ts';
import { GraphFault } from './graph-fault.ts';
import type { Item } from './item.ts';
import { etagOf, type Mailbox } from './mailbox.ts';

/** What of a contact an answer shows, and how. */
export interface ContactViewing {
  readonly immutableIds: boolean;
  /** Lists cut notes that start with a line break (graph.md 1.2). */
  readonly inList: boolean;
  /** Checked names of properties; undefined for all. */
  readonly select?: ReadonlySet<string> | undefined;
  /** Canonical ids of extended properties to show. */
  readonly expand?: readonly string[] | undefined;
}

type Rendered = Record<string, unknown>;

/** The annotation that an answer, or a row of a delta, starts with. */
export interface ContactHead {
  readonly name: '@odata.context' | '@odata.type';
  readonly text: string;
}

/** A contact as Graph sends it: null, `[]` and `{}` for what is unset (graph.md 1.1). */
export function contactView(mailbox: Mailbox, item: Item, viewing: ContactViewing, head?: ContactHead): Rendered {
  const view = viewing.select
    ? selectedView(mailbox, item, viewing, viewing.select, head)
    : fullView(mailbox, item, viewing, head);
  if (viewing.expand) addExtended(view, item.extended, viewing.expand);
  return view;
}

function selectedView(
  mailbox: Mailbox,
  item: Item,
  viewing: ContactViewing,
  select: ReadonlySet<string>,
  head: ContactHead | undefined,
): Rendered {
  const whole = fullView(mailbox, item, viewing, head);
  const view: Rendered = {};
  for (const [name, value] of Object.entries(whole)) {
    if (name === 'id' || name.startsWith('@') || select.has(name)) view[name] = value;
  }
  addEmailSlots(view, item.shared.fields, select);
  return view;
}

/** Starts from a copy of a blank contact: every write and every row passes here, and an object made key by key costs several times as much. */
function fullView(mailbox: Mailbox, item: Item, viewing: ContactViewing, head: ContactHead | undefined): Rendered {
  const view: Rendered = { ...blanks[head?.name ?? 'none'] };
  if (head) view[head.name] = head.text;
  view['@odata.etag'] = etagOf(mailbox, item);
  view['id'] = mailbox.idOf(item, viewing.immutableIds);
  view['createdDateTime'] = moment(item.created);
  view['lastModifiedDateTime'] = moment(item.modified);
  view['changeKey'] = mailbox.ids.changeKey(item.version);
  view['parentFolderId'] = item.folder.id;
  Object.assign(view, item.shared.fields);
  if (viewing.inList) view['personalNotes'] = listedNotes(item.shared.fields['personalNotes']);
  return view;
}

const blanks = {
  none: blank([]),
  '@odata.context': blank(['@odata.context']),
  '@odata.type': blank(['@odata.type']),
};

function blank(head: readonly string[]): Readonly<Rendered> {
  const server = ['@odata.etag', 'id', 'createdDateTime', 'lastModifiedDateTime', 'changeKey'];
  const entries: [string, unknown][] = [...head, ...server].map((name) => [name, '']);
  for (const [name, kind] of fieldKinds) {
    entries.push([name, unset(kind)]);
    if (name === 'categories') entries.push(['parentFolderId', '']);
  }
  // Out of the parser objects come in V8's compact form, which copies at a fraction of the cost.
  return JSON.parse(JSON.stringify(Object.fromEntries(entries)));
}

function unset(kind: FieldKind): unknown {
  if (kind === 'text' || kind === 'date') return null;
  if (kind === 'notes') return '';
  return kind === 'address' ? {} : [];
}

function listedNotes(value: ContactFields[string]): string {
  const text = typeof value === 'string' ? value : '';
  return /^[\r\n]/.test(text) ? text.replaceAll(/[\r\n]+/g, '').slice(0, 256) : text;
}

function addEmailSlots(view: Rendered, fields: ContactFields, select: ReadonlySet<string>): void {
  const emails = (fields['emailAddresses'] ?? []) as readonly EmailAddress[];
  for (const [name, slot] of emailSlots) if (select.has(name)) view[name] = emails[slot] ?? null;
}

/** Adds the asked-for extended properties that are there; a collection without any stays absent. */
export function addExtended(view: Rendered, bag: ExtendedBag | null, ids: readonly string[]): void {
  const found = ids.flatMap((id) => {
    const value = extendedValue(bag, id);
    return value === undefined ? [] : [{ id, value }];
  });
  const single = found.filter(({ value }) => typeof value === 'string');
  const multi = found.filter(({ value }) => typeof value !== 'string');
  if (single.length > 0) view['singleValueExtendedProperties'] = single;
  if (multi.length > 0) view['multiValueExtendedProperties'] = multi;
}

let lastSecond = -1;
let lastMoment = '';

/** Seconds since the epoch as Graph writes them. The last one is kept: rows in a row mostly share it. */
export function moment(second: number): string {
  if (second !== lastSecond) {
    lastMoment = `${new Date(second * 1000).toISOString().slice(0, 19)}Z`;
    lastSecond = second;
  }
  return lastMoment;
}

/** Checks the names of `$select` against the contact type. Throws 400 `BadRequest` for one that it does not have (graph.md 12.17). */
export function contactSelect(names: readonly string[] | undefined): ReadonlySet<string> | undefined {
  if (!names || names.includes('*')) return undefined;
  for (const name of names) {
    if (!fieldKinds.has(name) && !serverFields.has(name) && !emailSlots.has(name))
      throw unknownProperty(name, 'contact');
  }
  return new Set(names);
}

/** 400 for a name in `$select`, `$orderby` or `$filter` that the type does not have. */
export function unknownProperty(name: string, type: string): GraphFault {
  return new GraphFault(
    400,
    'BadRequest',
    `Could not find a property named '${name}' on type 'microsoft.graph.${type}'.`,
  );
}
