import {
  addressParts,
  type ContactFields,
  collectionCaps,
  type EmailAddress,
  emailSlots,
  exactName,
  type FieldKind,
  fieldKinds,
  type PhysicalAddress,
} from './contact-fields.ts';
import { type ExtendedWrite, extendedWrites } from './extended-property.ts';
import { GraphFault, undeserializable } from './graph-fault.ts';

type FieldValue = Exclude<ContactFields[string], undefined>;

/** A body taken apart: `undefined` as a field's value clears it. */
export interface ContactWrite {
  readonly fields: ReadonlyMap<string, FieldValue | undefined>;
  readonly extended: readonly ExtendedWrite[];
}

/**
 * Reads the body of a POST or PATCH of a contact (graph.md 1.1, 1.2, 12.10). Server-owned properties and annotations are
 * passed over. Throws 400 `UnableToDeserializePostBody` for unknown names, wrong types and null where Graph wants `[]` or `{}`;
 * `RequestBodyRead` for an unknown name inside an address; `ErrorInvalidProperty` past a collection's cap.
 */
export function readContactBody(body: unknown, withEmailSlots: boolean): ContactWrite {
  if (!isObject(body)) throw undeserializable('the request body.');
  const fields = new Map<string, FieldValue | undefined>();
  let extended: readonly ExtendedWrite[] = [];
  for (const given of Object.keys(body)) {
    const value = body[given];
    const kind = fieldKinds.get(given);
    if (kind) fields.set(given, readers[kind](given, value));
    else if (/^(single|multi)ValueExtendedProperties$/i.test(given)) extended = [...extended, ...extendedWrites(value)];
    else if (!given.includes('@')) readOther(given, value, withEmailSlots, fields);
  }
  return { fields, extended };
}

/** A name that is not a field's own spelling: another case, one of the server's properties, an e-mail slot, or unknown. */
function readOther(
  given: string,
  value: unknown,
  withEmailSlots: boolean,
  fields: Map<string, FieldValue | undefined>,
): void {
  const name = exactName(given);
  if (name === undefined || (emailSlots.has(name) && !withEmailSlots)) throw unknownProperty(given);
  const kind = fieldKinds.get(name);
  if (kind) fields.set(name, readers[kind](name, value));
  else if (emailSlots.has(name)) fields.set(name, readEmails(name, value === null ? [] : [value]));
}

const isObject = (value: unknown): value is Readonly<Record<string, unknown>> =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

function unknownProperty(name: string): GraphFault {
  return new GraphFault(
    400,
    'UnableToDeserializePostBody',
    `The property '${name}' does not exist on type 'Microsoft.OutlookServices.Contact'. Make sure to only use property names that are defined by the type.`,
  );
}

const readers: Readonly<Record<FieldKind, (name: string, value: unknown) => FieldValue | undefined>> = {
  text: readText,
  notes: readText,
  texts: readTexts,
  emails: readEmails,
  address: readAddress,
  date: readDate,
};

function readText(name: string, value: unknown): string | undefined {
  if (value === null) return undefined;
  if (typeof value !== 'string') throw undeserializable(name);
  return value === '' ? undefined : value;
}

function readTexts(name: string, value: unknown): readonly string[] | undefined {
  if (!Array.isArray(value)) throw undeserializable(name);
  for (const entry of value) if (typeof entry !== 'string') throw undeserializable(name);
  checkCap(name, value.length);
  return value.length === 0 ? undefined : (value as readonly string[]);
}

function checkCap(name: string, count: number): void {
  const cap = collectionCaps.get(name) ?? Number.POSITIVE_INFINITY;
  if (count <= cap) return;
  const title = name.charAt(0).toUpperCase() + name.slice(1);
  throw new GraphFault(
    400,
    'ErrorInvalidProperty',
    `The multi value property ${title} has ${count} entries, that exceeds the max allowed value of ${cap}.`,
  );
}

function readEmails(name: string, value: unknown): readonly EmailAddress[] | undefined {
  if (!Array.isArray(value)) throw undeserializable(name);
  checkCap(name, value.length);
  const emails = value.map((entry) => readEmail(name, entry)).filter((email) => email !== undefined);
  return emails.length === 0 ? undefined : emails;
}

/** An entry without both parts fills no slot. A bad address is lost to readers, its name stays (graph.md 1.2). */
function readEmail(name: string, entry: unknown): EmailAddress | undefined {
  if (!isObject(entry)) throw undeserializable(name);
  const parts: { name?: string; address?: string } = {};
  for (const [given, value] of Object.entries(entry)) {
    if (given.includes('@')) continue;
    const part = given.toLowerCase();
    if (part !== 'name' && part !== 'address') throw badNestedProperty(given, 'emailAddress');
    if (value !== null && typeof value !== 'string') throw undeserializable(`${name}/${part}`);
    if (value) parts[part] = value;
  }
  const shown = parts.name ?? parts.address;
  if (shown === undefined) return undefined;
  return parts.address !== undefined && /^[^\s@]+@[^\s@]+$/.test(parts.address)
    ? { name: shown, address: parts.address }
    : { name: shown };
}

function readAddress(name: string, value: unknown): PhysicalAddress | undefined {
  if (!isObject(value)) throw undeserializable(name);
  const given = new Map<string, string>();
  for (const [part, text] of Object.entries(value)) {
    if (part.includes('@')) continue;
    const exact = addressParts.find((known) => known.toLowerCase() === part.toLowerCase());
    if (!exact) throw badNestedProperty(part, 'physicalAddress');
    if (text !== null && typeof text !== 'string') throw undeserializable(`${name}/${part}`);
    if (text) given.set(exact, text);
  }
  if (given.size === 0) return undefined;
  const address: Record<string, string> = {};
  for (const part of addressParts) {
    const text = given.get(part);
    if (text !== undefined) address[part] = text;
  }
  return address;
}

function badNestedProperty(name: string, type: string): GraphFault {
  return new GraphFault(
    400,
    'RequestBodyRead',
    `The property '${name}' does not exist on type 'microsoft.graph.${type}'. Make sure to only use property names that are defined by the type.`,
  );
}

/** A bare date comes back as 11:59 UTC, a timestamp stays (graph.md 12.1). */
function readDate(name: string, value: unknown): string | undefined {
  if (value === null) return undefined;
  if (typeof value !== 'string' || !/^\d{4}-\d\d-\d\d/.test(value)) throw undeserializable(name);
  const time = Date.parse(value.length === 10 ? `${value}T11:59:00Z` : value);
  if (Number.isNaN(time)) throw undeserializable(name);
  return `${new Date(time).toISOString().slice(0, 19)}Z`;
}
