import type { Person, Shown } from './person.ts';

/** Mailboxes read back together. */
const AT_ONCE = 8;

/** What a person sees of a contact: everything but ids, times and annotations. */
function seen(contact: Shown): string {
  const {
    id: _id,
    changeKey: _key,
    parentFolderId: _parent,
    createdDateTime: _made,
    lastModifiedDateTime: _changed,
    ...rest
  } = contact;
  const facts = Object.entries(rest).filter(([name]) => !name.startsWith('@'));
  return JSON.stringify(facts.sort(([a], [b]) => (a < b ? -1 : 1)));
}

const nameOf = (text: string): string =>
  String(Object.fromEntries(JSON.parse(text) as [string, unknown][])['displayName']);

/** How the contents of two folders differ, as sentences; empty when they do not. Counts matter: a duplicate is a difference. */
export function difference(who: string, want: readonly Shown[], have: readonly Shown[]): string[] {
  const counts = new Map<string, number>();
  for (const contact of want) counts.set(seen(contact), (counts.get(seen(contact)) ?? 0) + 1);
  for (const contact of have) counts.set(seen(contact), (counts.get(seen(contact)) ?? 0) - 1);
  return [...counts]
    .filter(([, count]) => count !== 0)
    .map(
      ([text, count]) =>
        `${who}: "${nameOf(text)}" ${count > 0 ? `is missing or differs (${count})` : `is too many or differs (${-count})`}`,
    );
}

export async function eachMailbox(users: readonly string[], task: (user: string) => Promise<void>): Promise<void> {
  const rest = [...users];
  const worker = async (): Promise<void> => {
    for (let user = rest.shift(); user !== undefined; user = rest.shift()) await task(user);
  };
  await Promise.all(Array.from({ length: AT_ONCE }, worker));
}

/** What people have of their own, before and after: with their etags, since not even a write that changes nothing may happen. */
export async function ownContacts(person: Person, users: readonly string[]): Promise<Map<string, string>> {
  const own = new Map<string, string>();
  await eachMailbox(users, async (user) => {
    own.set(user, JSON.stringify(await person.contacts(user)));
  });
  return own;
}

export interface Expectation {
  readonly users: readonly string[];
  readonly source: readonly Shown[];
  readonly folder: string;
  readonly own: ReadonlyMap<string, string>;
}

/** Reads every mailbox back over HTTP and compares it with the source, and people's own contacts with what they were. */
export async function compareAll(person: Person, { users, source, folder, own }: Expectation): Promise<string[]> {
  const differences: string[] = [];
  await eachMailbox(users, async (user) => {
    const copies = await person.contacts(user, folder);
    differences.push(...difference(user, source, copies ?? []));
    if (JSON.stringify(await person.contacts(user)) !== own.get(user))
      differences.push(`${user}: its own contacts were touched`);
  });
  return differences;
}
