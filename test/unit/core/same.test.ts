import fc from 'fast-check';
import { expect, test } from 'vitest';
import { canonical } from '#core/canonical';
import { type FieldName, type Fields, fieldNames } from '#core/fields';
import { hashFields, sameField } from '#core/same';
import { hostileText, otherCase, someFields, someNames } from './arbitraries.ts';
import { always } from './property.ts';

const fieldsOf = (raw: Record<string, unknown>): Fields => canonical(raw).fields;
const same = (name: FieldName, a: unknown, b: unknown): boolean =>
  sameField(name, fieldsOf({ [name]: a })[name], fieldsOf({ [name]: b })[name]);

test('A-62: the name beside an e-mail address is no difference; the address is, to the letter', () => {
  expect(same('emailAddresses', [{ address: 'a@b.test', name: 'Ann' }], [{ address: 'a@b.test' }])).toBe(true);
  expect(same('emailAddresses', [{ address: 'a@b.test' }], [{ address: 'A@b.test' }])).toBe(false);
});

test('graph.md 1.2: where the address was dropped the name is what counts', () => {
  expect(same('emailAddresses', [{ name: 'Ann' }], [{ name: 'Bob' }])).toBe(false);
  expect(same('emailAddresses', [{ name: 'Ann' }], [{ address: 'Ann' }])).toBe(false);
});

test('graph.md 12.1: of a birthday only the date counts', () => {
  expect(same('birthday', '1986-05-30', '1986-05-30T11:59:00Z')).toBe(true);
  expect(same('birthday', '1986-05-30', '1986-05-31')).toBe(false);
});

test('notes: the style of line ends and trailing ones are no difference, blanks are', () => {
  expect(same('personalNotes', 'a\r\nb\rc\nd', 'a\nb\nc\nd\r\n\r\n')).toBe(true);
  expect(same('personalNotes', '\r\n', '')).toBe(true);
  expect(same('personalNotes', 'a', 'a ')).toBe(false);
  expect(same('personalNotes', '\na', 'a')).toBe(false);
});

test('F09: categories are a set without regard to case, other lists have an order', () => {
  expect(same('categories', ['VIP', 'golf'], ['Golf', 'vip'])).toBe(true);
  expect(same('businessPhones', ['1', '2'], ['2', '1'])).toBe(false);
  expect(same('categories', ['a,b'], ['a', 'b'])).toBe(false);
});

test('lone surrogates differ, though UTF-8 would make them one', () => {
  expect(same('displayName', '\ud800', '\ud801')).toBe(false);
  expect(hashFields({ displayName: '\ud800' }, ['displayName'])).not.toBe(
    hashFields({ displayName: '\ud801' }, ['displayName']),
  );
});

test('an empty value of any shape is like none', () => {
  expect(sameField('displayName', '', undefined)).toBe(true);
  expect(sameField('children', [], undefined)).toBe(true);
  expect(sameField('homeAddress', { city: '' }, undefined)).toBe(true);
});

test('a value in one field is not the same value in another', () => {
  expect(hashFields({ givenName: 'Ann' }, fieldNames)).not.toBe(hashFields({ surname: 'Ann' }, fieldNames));
  expect(hashFields({ homePhones: ['1'] }, fieldNames)).not.toBe(hashFields({ businessPhones: ['1'] }, fieldNames));
});

test('32 KiB of line ends before the last letter are compared in no time', () => {
  const notes = `${'\n'.repeat(32 * 1024)}x`;
  const started = performance.now();
  for (let n = 0; n < 20; n++) hashFields({ personalNotes: `${notes}${n}` }, fieldNames);
  expect(performance.now() - started).toBeLessThan(1000);
});

/** What Exchange does to a contact between write and read. */
function rewritten(fields: Fields, name: string): Fields {
  const entries = Object.entries(fields).reverse();
  const copy: Record<string, unknown> = Object.fromEntries(entries);
  if (fields.emailAddresses)
    copy['emailAddresses'] = fields.emailAddresses.map((email) =>
      email.address ? { name, address: email.address } : email,
    );
  if (fields.birthday) copy['birthday'] = `${fields.birthday.slice(0, 10)}T11:59:00Z`;
  if (fields.categories) copy['categories'] = fields.categories.map(otherCase).reverse();
  if (fields.personalNotes) copy['personalNotes'] = `${fields.personalNotes.replace(/\r\n|\r|\n/g, '\r\n')}\r\n`;
  return canonical(copy).fields;
}

test("Graph's rewrites are no difference, neither field by field nor in the hash", () => {
  always(fc.tuple(someFields, hostileText, someNames), ([fields, name, names]) => {
    const after = rewritten(fields, name);
    expect(names.filter((field) => !sameField(field, fields[field], after[field]))).toEqual([]);
    expect(hashFields(after, names)).toBe(hashFields(fields, names));
  });
});

test('hashes are equal exactly when every field is the same, in whatever order the fields are asked for', () => {
  const near = fc.tuple(someFields, someFields, someNames).map(([a, b, replaced]) => {
    const mixed: Record<string, unknown> = { ...a };
    for (const name of replaced) mixed[name] = b[name];
    return [a, canonical(mixed).fields] as const;
  });
  always(fc.tuple(near, someNames), ([[a, b], names]) => {
    const equal = names.every((name) => sameField(name, a[name], b[name]));
    expect(hashFields(a, names) === hashFields(b, [...names].reverse())).toBe(equal);
  });
});

test('one changed field changes the hash', () => {
  always(fc.tuple(someFields, fc.constantFrom(...fieldNames), hostileText), ([fields, name, text]) => {
    const changed = fieldsOf({ ...fields, [name]: shaped(name, text) });
    const equal = sameField(name, fields[name], changed[name]);
    expect(hashFields(fields, fieldNames) === hashFields(changed, fieldNames)).toBe(equal);
  });
});

function shaped(name: FieldName, text: string): unknown {
  if (name === 'emailAddresses') return [{ address: text }];
  if (name === 'birthday') return '1999-12-31';
  if (name.endsWith('Address')) return { city: text };
  return ['businessPhones', 'homePhones', 'imAddresses', 'categories', 'children'].includes(name) ? [text] : text;
}
