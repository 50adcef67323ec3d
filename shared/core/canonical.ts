import { instantText } from './birthday.ts';
import { uniqueCategories } from './categories.ts';
import {
  type AddressField,
  addressFields,
  type EmailAddress,
  type FieldName,
  type Fields,
  type FieldValue,
  fieldNames,
  type ListField,
  listFields,
  type PostalAddress,
} from './fields.ts';

type Json = Readonly<Record<string, unknown>>;
/** A value; null, an emptiness that somebody meant; undefined, nothing that could be understood. */
type Read<T extends FieldValue> = T | null | undefined;

const isObject = (value: unknown): value is Json =>
  typeof value === 'object' && value !== null && !Array.isArray(value);
const isEmpty = (value: unknown): value is null | '' => value === null || value === '';

const addressParts = ['street', 'city', 'state', 'countryOrRegion', 'postalCode'] as const;
const lists: ReadonlySet<string> = new Set(listFields);
const addresses: ReadonlySet<string> = new Set(addressFields);
const isList = (name: FieldName): name is ListField => lists.has(name);
const isAddress = (name: FieldName): name is AddressField => addresses.has(name);

/** Known parts of an object that are texts with content; nothing when one of them is neither text nor empty. */
function texts<Part extends string>(raw: Json, parts: readonly Part[]): { [P in Part]?: string } | undefined {
  const found: { [P in Part]?: string } = {};
  for (const part of parts) {
    const value = raw[part];
    if (value === undefined || isEmpty(value)) continue;
    if (typeof value !== 'string') return undefined;
    found[part] = value;
  }
  return found;
}

function readText(name: FieldName, raw: unknown): Read<string> {
  if (typeof raw !== 'string') return undefined;
  return name === 'birthday' ? instantText(raw) : raw;
}

function readList(name: ListField, raw: unknown): Read<readonly string[]> {
  if (!Array.isArray(raw)) return undefined;
  const found = raw.filter((entry: unknown) => !isEmpty(entry));
  if (!found.every((entry) => typeof entry === 'string')) return undefined;
  if (found.length === 0) return null;
  return name === 'categories' ? uniqueCategories(found) : found;
}

function readAddress(raw: unknown): Read<PostalAddress> {
  const found = isObject(raw) ? texts(raw, addressParts) : undefined;
  return found && Object.keys(found).length === 0 ? null : found;
}

function readEmails(raw: unknown): Read<readonly EmailAddress[]> {
  if (!Array.isArray(raw)) return undefined;
  const found: EmailAddress[] = [];
  for (const entry of raw as unknown[]) {
    if (isEmpty(entry)) continue;
    const email = isObject(entry) ? texts(entry, ['address', 'name']) : undefined;
    if (!email) return undefined;
    if (Object.keys(email).length > 0) found.push(email);
  }
  return found.length === 0 ? null : found;
}

function read(name: FieldName, raw: unknown): Read<FieldValue> {
  if (isEmpty(raw)) return null;
  if (isList(name)) return readList(name, raw);
  if (isAddress(name)) return readAddress(raw);
  return name === 'emailAddresses' ? readEmails(raw) : readText(name, raw);
}

/**
 * The content of a contact as Graph's JSON shows it (resources/contact.md; graph.md 1.1), in canonical form.
 * `null`, `''`, `[]` and `{}` are empty: absent from `fields`. What the answer does not mention, or says in a type that
 * the field does not have, is `missing`: unknown, never empty (K-23). Texts stay code point by code point as written
 * (F02); categories are one whatever their case (F09); e-mail entries without address and name are no entries.
 * Never throws.
 */
export function canonical(raw: Json): { readonly fields: Fields; readonly missing: readonly FieldName[] } {
  const fields: { [Name in FieldName]?: FieldValue } = {};
  const missing: FieldName[] = [];
  for (const name of fieldNames) {
    const value = isObject(raw) ? read(name, raw[name]) : undefined;
    if (value === undefined) missing.push(name);
    else if (value !== null) fields[name] = value;
  }
  return { fields: fields as Fields, missing };
}
