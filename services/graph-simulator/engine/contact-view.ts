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

/** A contact as Graph sends it: null, `[]` and `{}` for what is unset (graph.md 1.1). */
export function contactView(mailbox: Mailbox, item: Item, viewing: ContactViewing): Rendered {
  const { select } = viewing;
  const view: Rendered = { '@odata.etag': etagOf(mailbox, item), id: mailbox.idOf(item, viewing.immutableIds) };
  if (!select || select.has('createdDateTime')) view['createdDateTime'] = moment(item.created);
  if (!select || select.has('lastModifiedDateTime')) view['lastModifiedDateTime'] = moment(item.modified);
  if (!select || select.has('changeKey')) view['changeKey'] = mailbox.ids.changeKey(item.version);
  if (!select || select.has('parentFolderId')) view['parentFolderId'] = item.folder.id;
  addFields(view, item.shared.fields, viewing);
  if (select) addEmailSlots(view, item.shared.fields, select);
  if (viewing.expand) addExtended(view, item.extended, viewing.expand);
  return view;
}

function addFields(view: Rendered, fields: ContactFields, { select, inList }: ContactViewing): void {
  for (const [name, kind] of fieldKinds) {
    if (select && !select.has(name)) continue;
    const value = fields[name];
    view[name] = kind === 'notes' ? notes(value, inList) : (value ?? unset(kind));
  }
}

function unset(kind: FieldKind): unknown {
  if (kind === 'text' || kind === 'date') return null;
  return kind === 'address' ? {} : [];
}

function notes(value: ContactFields[string], inList: boolean): string {
  const text = typeof value === 'string' ? value : '';
  return inList && /^[\r\n]/.test(text) ? text.replaceAll(/[\r\n]+/g, '').slice(0, 256) : text;
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

/** Seconds since the epoch as Graph writes them. */
export function moment(second: number): string {
  return `${new Date(second * 1000).toISOString().slice(0, 19)}Z`;
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
