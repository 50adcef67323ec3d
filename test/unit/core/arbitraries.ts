import fc from 'fast-check';
import { canonical } from '#core/canonical';
import type { Version } from '#core/card';
import {
  addressFields,
  type FieldName,
  type Fields,
  fieldNames,
  type ListField,
  listFields,
  textFields,
} from '#core/fields';
import type { FieldRule, Policy } from '#core/policy';

/** Any code units at all: lone surrogates, control characters, direction marks. */
const units = fc
  .array(fc.integer({ min: 0, max: 0xffff }), { maxLength: 12 })
  .map((codes) => String.fromCharCode(...codes));

/** What contacts and attackers hold. */
const samples = fc.constantFrom(
  'empty',
  '\u202a+41 79 555 01 01\u202c',
  'مرحبا بالعالم',
  'שלום, עולם',
  '👩‍👩‍👧‍👦 family',
  'e\u0301 and é',
  '\ud800',
  '\udfff lone',
  'nul\u0000 bell\u0007',
  'Kunden, Nord',
  '__proto__',
  'constructor',
  'line\r\nfeed\rand\nreturn\r\n\r\n',
  '\n'.repeat(32 * 1024),
  'n'.repeat(32 * 1024),
  ' blank around ',
  '|%|',
);

export const hostileText = fc.oneof(
  units,
  samples,
  fc.string({ maxLength: 12 }),
  fc.string({ unit: 'grapheme', maxLength: 8 }),
);
const someText = hostileText.filter((text) => text !== '');
const birthday = fc.constantFrom('1604-02-29T11:59:00Z', '1604-02-29T00:00:00Z', '1980-03-01T22:00:00Z', '2001-10-28');

const email = fc.record({ address: someText, name: someText }, { requiredKeys: [] });
const address = fc.record(
  { street: someText, city: someText, state: someText, countryOrRegion: someText, postalCode: someText },
  { requiredKeys: [] },
);

const shapes: Record<string, fc.Arbitrary<unknown>> = {
  ...Object.fromEntries(textFields.map((name) => [name, name === 'birthday' ? birthday : hostileText])),
  ...Object.fromEntries(listFields.map((name) => [name, fc.array(hostileText, { maxLength: 3 })])),
  ...Object.fromEntries(addressFields.map((name) => [name, address])),
  emailAddresses: fc.array(email, { maxLength: 3 }),
};

/** A contact as Graph's JSON shows it, with some properties unmentioned. */
export const graphContact: fc.Arbitrary<Record<string, unknown>> = fc.record(shapes, { requiredKeys: [] });

/** JSON that is anything but a contact, under a contact's property names. */
export const oddContact: fc.Arbitrary<Record<string, unknown>> = fc.dictionary(
  fc.constantFrom<string>(...fieldNames, '__proto__', 'id'),
  fc.oneof(fc.jsonValue({ maxDepth: 3 }), fc.constant(undefined), hostileText),
  { maxKeys: 12 },
);

export const someFields: fc.Arbitrary<Fields> = graphContact.map((raw) => canonical(raw).fields);
export const someNames: fc.Arbitrary<FieldName[]> = fc.subarray([...fieldNames]);

const rule = fc.constantFrom<FieldRule>('owned', 'filled', 'never');

/** A policy that owns everything, apart from what `change` says. */
export const policyWith = (
  change: Partial<Omit<Policy, 'rules'>> & { rules?: Partial<Policy['rules']> } = {},
): Policy => ({
  id: 'sales',
  tenant: 'contoso',
  mode: 'distribute',
  trigger: 'live',
  sources: [{ mailbox: 'shared@contoso.test', folder: 'default' }],
  targets: { mailboxes: 'licensed', except: [] },
  targetFolder: 'default',
  photos: false,
  categories: [],
  exclude: { categories: [] },
  deletedCopies: 'restore',
  deletedFolder: 'recreate',
  leavers: 'remove',
  brake: { cards: 10, percent: 10, mailboxes: 5 },
  parallelMailboxes: 5,
  liveMailboxes: 'auto',
  generation: 'g',
  ...change,
  rules: { ...(Object.fromEntries(fieldNames.map((name) => [name, 'owned'])) as Policy['rules']), ...change.rules },
});

export const somePolicy: fc.Arbitrary<Policy> = fc
  .record({
    rules: fc.record(
      Object.fromEntries(fieldNames.map((name) => [name, rule])) as Record<FieldName, fc.Arbitrary<FieldRule>>,
    ),
    categories: fc.array(someText, { maxLength: 2 }),
  })
  .map(policyWith);

export const versionOf = (fields: Fields): Version => ({
  card: '00000000-0000-5000-8000-000000000000',
  number: 1,
  bornAt: 1,
  state: 'live',
  since: 0,
  fields,
  source: { endpoint: 'e', item: 'i' },
});

/** Turns every letter into the other case, where that keeps the length. */
export const otherCase = (text: string): string =>
  Array.from(text, (char) => {
    const other = char === char.toUpperCase() ? char.toLowerCase() : char.toUpperCase();
    return other.length === char.length && other.toUpperCase() === char.toUpperCase() ? other : char;
  }).join('');

export const isListField = (name: FieldName): name is ListField => listFields.some((list) => list === name);
