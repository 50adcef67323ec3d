import { GraphFault, undeserializable } from './graph-fault.ts';

/** One property as a body states it; a null value removes it. */
export interface ExtendedWrite {
  readonly id: string;
  readonly value: ExtendedValue | null;
}

export type ExtendedValue = string | readonly string[];

/**
 * The properties of one item as id, value, id, value, ...: one small array an item, as most items carry exactly one stamp.
 * Ids are canonical, so equal ids share one string.
 */
export type ExtendedBag = readonly ExtendedValue[];

/** What Outlook shows as "Private", under its two names (graph.md 1.7). */
export const privateFlag = 'Boolean {00062008-0000-0000-c000-000000000046} Id 0x8506';
export const sensitivity = 'Integer 0x0036';

const types =
  'ApplicationTime|Binary|Boolean|CLSID|Currency|Double|Error|Float|Integer|Long|Null|Object|Short|String|SystemTime';
const named = new RegExp(`^(${types})(Array)? (\\{[0-9a-f-]{36}\\}) (Name|Id) (.+)$`, 'i');
const tagged = new RegExp(`^(${types})(Array)? (0x[0-9a-f]{1,8})$`, 'i');
const typeNames = new Map(types.split('|').map((type) => [type.toLowerCase(), type]));
const canonicalIds = new Map<string, string>();

/**
 * One spelling for each id: type in its own case, GUID and numbers in lower case, a property's name as it is, for names are
 * case-sensitive (graph.md 1.7). Throws 400 `ErrorInvalidProperty` for a malformed id (graph.md 12.16).
 */
export function canonicalId(id: string): string {
  const known = canonicalIds.get(id);
  if (known !== undefined) return known;
  const canonical = spelled(id.trim());
  if (canonical === undefined) {
    throw new GraphFault(400, 'ErrorInvalidProperty', `The property '${id}' is invalid.`);
  }
  if (canonicalIds.size > 10_000) canonicalIds.clear();
  canonicalIds.set(id, canonical);
  return canonical;
}

function spelled(id: string): string | undefined {
  const byName = named.exec(id);
  if (byName) {
    const [, type = '', array, guid = '', by = '', name = ''] = byName;
    const head = `${typeName(type, array)} ${guid.toLowerCase()}`;
    if (by.toLowerCase() === 'name') return `${head} Name ${name}`;
    const number = hex(name);
    return number && `${head} Id ${number}`;
  }
  const byTag = tagged.exec(id);
  if (!byTag) return undefined;
  const [, type = '', array, tag = ''] = byTag;
  return `${typeName(type, array)} ${hex(tag)}`;
}

const typeName = (type: string, array: string | undefined): string =>
  `${typeNames.get(type.toLowerCase())}${array ? 'Array' : ''}`;

function hex(text: string): string | undefined {
  const number = Number(text);
  return Number.isInteger(number) && number >= 0 ? `0x${number.toString(16).padStart(4, '0')}` : undefined;
}

/** Reads `singleValueExtendedProperties` or its multi-value sister out of a body. Throws 400 as `canonicalId`, or for a value of another type. */
export function extendedWrites(value: unknown): ExtendedWrite[] {
  if (!Array.isArray(value)) throw undeserializable('the extended properties.');
  return value.map((entry: unknown) => {
    const { id, value: given } = (typeof entry === 'object' && entry !== null ? entry : {}) as {
      id?: unknown;
      value?: unknown;
    };
    if (typeof id !== 'string') throw undeserializable('the extended properties.');
    const canonical = canonicalId(id);
    return { id: canonical, value: readValue(canonical, given) };
  });
}

function readValue(id: string, value: unknown): ExtendedValue | null {
  if (value === null) return null;
  const many = /^[A-Za-z]+Array /.test(id);
  if (many && Array.isArray(value) && value.every((entry) => typeof entry === 'string')) return value;
  if (many || typeof value !== 'string') throw undeserializable('the value of an extended property.');
  if (id.startsWith('Boolean ')) {
    const lower = value.toLowerCase();
    if (lower !== 'true' && lower !== 'false') throw badValue(id);
    return lower;
  }
  if (/^(Integer|Long|Short) /.test(id)) {
    if (!/^-?\d+$/.test(value)) throw badValue(id);
    return String(BigInt(value));
  }
  return value;
}

function badValue(id: string): GraphFault {
  return new GraphFault(400, 'ErrorInvalidProperty', `The value of the property '${id}' is invalid.`);
}

/** The value of one property, or undefined. */
export function extendedValue(bag: ExtendedBag | null, id: string): ExtendedValue | undefined {
  if (!bag) return undefined;
  for (let at = 0; at < bag.length; at += 2) if (bag[at] === id) return bag[at + 1];
  return undefined;
}

/** The bag after some writes. Exchange keeps the two names of the private flag in step, and so does this. */
export function withWrites(bag: ExtendedBag | null, writes: readonly ExtendedWrite[]): ExtendedBag | null {
  if (writes.length === 0) return bag;
  const values = new Map<string, ExtendedValue>();
  for (let at = 0; bag && at < bag.length; at += 2) values.set(bag[at] as string, bag[at + 1] ?? '');
  for (const { id, value } of writes) {
    if (value === null) values.delete(id);
    else values.set(id, value);
    if (id === privateFlag) values.set(sensitivity, value === 'true' ? '2' : '0');
    if (id === sensitivity) values.set(privateFlag, value === '2' ? 'true' : 'false');
  }
  return values.size === 0 ? null : [...values].flat();
}
