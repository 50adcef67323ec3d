import { categorySet } from './categories.ts';
import { hash8 } from './digest.ts';
import {
  type EmailAddress,
  type FieldName,
  type Fields,
  type FieldValue,
  fieldNames,
  type PostalAddress,
} from './fields.ts';

/** Loops, since a regular expression for trailing line ends takes quadratic time on hostile notes. */
function withoutTrailingLineEnds(text: string): string {
  let end = text.length;
  while (text[end - 1] === '\n') end--;
  return text.slice(0, end);
}

function comparableText(name: FieldName, text: string): string {
  if (name === 'personalNotes') return withoutTrailingLineEnds(text.replace(/\r\n?/g, '\n'));
  return name === 'birthday' ? text.slice(0, 'YYYY-MM-DD'.length) : text;
}

const comparableAddress = (value: PostalAddress): readonly string[] => [
  value.street ?? '',
  value.city ?? '',
  value.state ?? '',
  value.countryOrRegion ?? '',
  value.postalCode ?? '',
];

const comparableEmail = ({ address, name }: EmailAddress): readonly string[] =>
  address === undefined ? ['', name ?? ''] : [address];

/**
 * What of a value counts in a comparison, as JSON-ready text; undefined for an empty one. Exchange rewrites the name
 * beside an e-mail address, so it counts only where there is no address (A-62, graph.md 1.2); of a birthday only the
 * date counts (graph.md 12.1); notes count without the style of their line ends and without trailing ones;
 * categories are a set without regard to case (F09). Everything else counts exactly, lists in their order.
 */
export function comparable(name: FieldName, value: FieldValue | undefined): string | readonly unknown[] | undefined {
  if (value === undefined) return undefined;
  if (typeof value === 'string') return comparableText(name, value) || undefined;
  if (!Array.isArray(value)) {
    const parts = comparableAddress(value as PostalAddress);
    return parts.some((part) => part !== '') ? parts : undefined;
  }
  if (value.length === 0) return undefined;
  if (name === 'categories') return categorySet(value as readonly string[]);
  return name === 'emailAddresses' ? (value as readonly EmailAddress[]).map(comparableEmail) : value;
}

/** Whether two values of one field are no difference. JSON keeps lone surrogates apart, UTF-8 would not. */
export const sameField = (name: FieldName, a: FieldValue | undefined, b: FieldValue | undefined): boolean =>
  a === b || JSON.stringify(comparable(name, a)) === JSON.stringify(comparable(name, b));

/**
 * Hash of some fields, 11 characters (PROTOCOL 2.3 `copies.seen`): equal if and only if `sameField` holds for each of
 * `names`, whose order does not matter. An empty field is like one that is not asked for.
 */
export function hashFields(fields: Fields, names: readonly FieldName[]): string {
  const parts: unknown[] = [];
  for (const name of fieldNames) {
    const part = names.includes(name) ? comparable(name, fields[name]) : undefined;
    if (part !== undefined) parts.push(name, part);
  }
  return hash8(JSON.stringify(parts));
}
