import type { ContactWrite } from './contact-body.ts';
import { type ContactFields, type EmailAddress, emailSlots, fieldKinds } from './contact-fields.ts';

const nameParts = ['givenName', 'middleName', 'surname', 'generation'];

/**
 * What a contact holds after a write: omitted properties keep their value, collections and addresses are replaced whole,
 * `displayName` is made anew when a name part changes and the write does not state it (graph.md 1.1, 1.4, section 11).
 */
export function mergeContact(before: ContactFields, write: ContactWrite): ContactFields {
  const after = new Map(Object.entries(before));
  for (const [name, value] of write.fields) {
    const slot = emailSlots.get(name);
    if (slot === undefined) after.set(name, value);
    else after.set('emailAddresses', withEmail(after.get('emailAddresses'), slot, value));
  }
  const renamed = nameParts.some((part) => after.get(part) !== before[part]);
  if (!write.fields.has('displayName') && (renamed || after.get('displayName') === undefined)) {
    after.set('displayName', defaultDisplayName(after) ?? after.get('displayName'));
  }
  if (!write.fields.has('fileAs') && (before['fileAs'] === undefined || before['fileAs'] === defaultFileAs(before))) {
    after.set('fileAs', defaultFileAs(Object.fromEntries(after)));
  }
  const ordered: Record<string, Exclude<ContactFields[string], undefined>> = {};
  for (const name of fieldKinds.keys()) {
    const value = after.get(name);
    if (value !== undefined) ordered[name] = value;
  }
  return ordered;
}

function withEmail(
  emails: ContactFields[string],
  slot: number,
  value: ContactFields[string],
): readonly EmailAddress[] | undefined {
  const list = emails ? [...(emails as readonly EmailAddress[])] : [];
  const put = value ? (value as readonly EmailAddress[]) : [];
  list.splice(Math.min(slot, list.length), 1, ...put);
  return list.length === 0 ? undefined : list;
}

const text = (value: unknown): string | undefined => (typeof value === 'string' ? value : undefined);

function defaultDisplayName(fields: ReadonlyMap<string, unknown>): string | undefined {
  const words = nameParts.map((part) => text(fields.get(part))).filter((word) => word !== undefined);
  return words.length > 0 ? words.join(' ') : text(fields.get('companyName'));
}

function defaultFileAs(fields: ContactFields): string | undefined {
  const first = [fields['givenName'], fields['middleName']].map(text).filter((word) => word !== undefined);
  const last = text(fields['surname']);
  if (last === undefined) return first.length > 0 ? first.join(' ') : text(fields['companyName']);
  return first.length > 0 ? `${last}, ${first.join(' ')}` : last;
}
