/** How a property of the v1.0 contact is written and read (graph.md 1.1). */
export type FieldKind = 'text' | 'texts' | 'emails' | 'address' | 'date' | 'notes';

export interface EmailAddress {
  readonly name?: string;
  /** Absent: what was written was no address (graph.md 1.2). */
  readonly address?: string;
}

export type PhysicalAddress = Readonly<Record<string, string>>;

/**
 * The writable part of a contact, unset properties left out, so that equal contacts have equal JSON.
 * Keys are Graph's names, in the order of `fieldKinds`.
 */
export interface ContactFields {
  readonly [name: string]: string | readonly string[] | readonly EmailAddress[] | PhysicalAddress | undefined;
}

/** Every writable property in the order in which Graph renders it. */
export const fieldKinds: ReadonlyMap<string, FieldKind> = new Map<string, FieldKind>([
  ['categories', 'texts'],
  ['birthday', 'date'],
  ['fileAs', 'text'],
  ['displayName', 'text'],
  ['givenName', 'text'],
  ['initials', 'text'],
  ['middleName', 'text'],
  ['nickName', 'text'],
  ['surname', 'text'],
  ['title', 'text'],
  ['yomiGivenName', 'text'],
  ['yomiSurname', 'text'],
  ['yomiCompanyName', 'text'],
  ['generation', 'text'],
  ['imAddresses', 'texts'],
  ['jobTitle', 'text'],
  ['companyName', 'text'],
  ['department', 'text'],
  ['officeLocation', 'text'],
  ['profession', 'text'],
  ['businessHomePage', 'text'],
  ['assistantName', 'text'],
  ['manager', 'text'],
  ['homePhones', 'texts'],
  ['mobilePhone', 'text'],
  ['businessPhones', 'texts'],
  ['spouseName', 'text'],
  ['personalNotes', 'notes'],
  ['children', 'texts'],
  ['emailAddresses', 'emails'],
  ['homeAddress', 'address'],
  ['businessAddress', 'address'],
  ['otherAddress', 'address'],
]);

/** Collections that Exchange keeps in a fixed number of slots (graph.md 1.1 and 1.2). */
export const collectionCaps: ReadonlyMap<string, number> = new Map([
  ['emailAddresses', 3],
  ['businessPhones', 2],
  ['homePhones', 2],
  ['imAddresses', 3],
]);

export const addressParts: readonly string[] = ['street', 'city', 'state', 'countryOrRegion', 'postalCode'];

/** Sent back by clients that echo what they read; the server keeps its own (graph.md 1.1). */
export const serverFields: ReadonlySet<string> = new Set([
  'id',
  'changeKey',
  'createdDateTime',
  'lastModifiedDateTime',
  'parentFolderId',
]);

/** The three e-mail slots under names of their own; known to the global cloud only (graph.md 1.1). */
export const emailSlots: ReadonlyMap<string, number> = new Map([
  ['primaryEmailAddress', 0],
  ['secondaryEmailAddress', 1],
  ['tertiaryEmailAddress', 2],
]);

/** Graph matches names in bodies whatever their case (graph.md 12.10). */
const exactNames = new Map(
  [...fieldKinds.keys(), ...serverFields, ...emailSlots.keys()].map((name) => [name.toLowerCase(), name]),
);

/** Graph's spelling of a property name, or undefined for a name that a contact does not have. */
export function exactName(name: string): string | undefined {
  return fieldKinds.has(name) ? name : exactNames.get(name.toLowerCase());
}
