import type { ContactWrite } from './contact-body.ts';
import { type ContactFields, type EmailAddress, emailSlots, fieldKinds } from './contact-fields.ts';

const nameParts = ['givenName', 'middleName', 'surname', 'generation'];

type FieldValue = ContactFields[string];

/**
 * What a contact holds after a write: omitted properties keep their value, collections and addresses are replaced whole,
 * `displayName` is made anew when a name part changes and the write does not state it (graph.md 1.1, 1.4, section 11).
 */
export function mergeContact(before: ContactFields, write: ContactWrite): ContactFields {
  const stated = withEmailSlots(before, write.fields);
  const merged: Record<string, Exclude<FieldValue, undefined>> = {};
  for (const name of fieldKinds.keys()) {
    const value = stated.has(name) ? stated.get(name) : generatedOr(name, before, stated);
    if (value !== undefined) merged[name] = value;
  }
  return merged;
}

type Stated = ReadonlyMap<string, FieldValue>;

/** A property that the write does not state: as it was, but for the two that Exchange makes out of others. */
function generatedOr(name: string, before: ContactFields, stated: Stated): FieldValue {
  const now = (part: string): FieldValue => (stated.has(part) ? stated.get(part) : before[part]);
  if (name === 'displayName') {
    const renamed = nameParts.some((part) => now(part) !== before[part]);
    return renamed || before[name] === undefined ? (defaultDisplayName(now) ?? before[name]) : before[name];
  }
  if (name !== 'fileAs') return before[name];
  const chosen = before[name] !== undefined && before[name] !== defaultFileAs((part) => before[part]);
  return chosen ? before[name] : defaultFileAs(now);
}

/** The three e-mail slots by name, turned into the collection. */
function withEmailSlots(before: ContactFields, stated: Stated): Stated {
  if (![...emailSlots.keys()].some((name) => stated.has(name))) return stated;
  const after = new Map(stated);
  const emails = after.get('emailAddresses') ?? before['emailAddresses'] ?? [];
  const list = [...(emails as readonly EmailAddress[])];
  for (const [name, slot] of emailSlots) {
    if (!stated.has(name)) continue;
    const put = (stated.get(name) ?? []) as readonly EmailAddress[];
    list.splice(Math.min(slot, list.length), 1, ...put);
  }
  after.set('emailAddresses', list.length === 0 ? undefined : list);
  return after;
}

type Reading = (name: string) => FieldValue;

const text = (value: unknown): string | undefined => (typeof value === 'string' ? value : undefined);

function defaultDisplayName(read: Reading): string | undefined {
  const words = nameParts.map((part) => text(read(part))).filter((word) => word !== undefined);
  return words.length > 0 ? words.join(' ') : text(read('companyName'));
}

function defaultFileAs(read: Reading): string | undefined {
  const first = [read('givenName'), read('middleName')].map(text).filter((word) => word !== undefined);
  const last = text(read('surname'));
  if (last === undefined) return first.length > 0 ? first.join(' ') : text(read('companyName'));
  return first.length > 0 ? `${last}, ${first.join(' ')}` : last;
}
