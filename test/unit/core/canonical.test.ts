import fc from 'fast-check';
import { expect, test } from 'vitest';
import { canonical } from '#core/canonical';
import { fieldNames } from '#core/fields';
import { graphContact, hostileText, oddContact } from './arbitraries.ts';
import { always } from './property.ts';

test('null, empty text, empty list and empty address are an empty field, not an unknown one', () => {
  const raw = {
    displayName: null,
    givenName: '',
    businessPhones: [],
    homeAddress: {},
    children: null,
    personalNotes: '',
  };
  const { fields, missing } = canonical({ ...raw, otherAddress: { city: '', street: null }, emailAddresses: [{}] });
  expect(fields).toEqual({});
  for (const name of [...Object.keys(raw), 'otherAddress', 'emailAddresses']) expect(missing).not.toContain(name);
});

test('K-23: what the answer does not mention, or says in a wrong type, is unknown', () => {
  const wrong = {
    displayName: 7,
    givenName: ['Ann'],
    surname: undefined,
    birthday: 'soon',
    businessPhones: '+41',
    children: [{}],
    homeAddress: 'Street 1',
    otherAddress: { city: 3 },
    businessAddress: ['Redmond'],
    emailAddresses: [{ address: 5 }],
    categories: { length: 0 },
  };
  const { fields, missing } = canonical({ ...wrong, mobilePhone: '+41' });
  expect(fields).toEqual({ mobilePhone: '+41' });
  expect(missing).toEqual(fieldNames.filter((name) => name !== 'mobilePhone'));
});

test('a field whose text is a word of our own is a text like any other', () => {
  expect(canonical({ displayName: 'empty', nickName: 'missing' }).fields).toEqual({
    displayName: 'empty',
    nickName: 'missing',
  });
});

test('F02: texts and list entries stay code point by code point as written', () => {
  always(
    hostileText.filter((text) => text !== ''),
    (text) => {
      const raw = { mobilePhone: text, personalNotes: text, businessPhones: [text], homeAddress: { street: text } };
      expect(canonical(raw).fields).toEqual(raw);
    },
  );
});

test('F09: categories that differ in case only are one; a comma parts nothing', () => {
  const { fields } = canonical({
    categories: ['Kunden, Nord', 'VIP;A', 'vip;a', 'VIP', '', 'straße', 'STRASSE', 'STRAßE'],
  });
  expect(fields.categories).toEqual(['Kunden, Nord', 'VIP;A', 'VIP', 'straße', 'STRASSE']);
});

test('graph.md 1.2: an e-mail entry keeps what it has; one without address and name is none', () => {
  const emailAddresses = [
    { name: 'Ann', address: null },
    { address: 'a@b.test', name: '' },
    {},
    { name: 'x', address: 'y', extra: 1 },
    null,
  ];
  expect(canonical({ emailAddresses }).fields.emailAddresses).toEqual([
    { name: 'Ann' },
    { address: 'a@b.test' },
    { address: 'y', name: 'x' },
  ]);
});

test('addresses keep their known parts only', () => {
  const businessAddress = { city: 'Redmond', type: 'business', postOfficeBox: '1', street: 'One\r\nWay', state: null };
  expect(canonical({ businessAddress }).fields).toEqual({ businessAddress: { street: 'One\r\nWay', city: 'Redmond' } });
});

test('a canonical contact is its own canonical form', () => {
  always(graphContact, (raw) => {
    const once = canonical(raw);
    expect(canonical({ ...once.fields }).fields).toEqual(once.fields);
  });
});

test('no JSON makes it throw, and every field has a value, is empty or is missing', () => {
  always(fc.oneof(oddContact, graphContact), (raw) => {
    const { fields, missing } = canonical(raw);
    for (const name of fieldNames) {
      if (!Object.hasOwn(raw, name)) expect(missing).toContain(name);
      if (fields[name] !== undefined) expect(missing).not.toContain(name);
    }
    expect(Object.keys(fields).every((name) => fieldNames.some((known) => known === name))).toBe(true);
    for (const value of Object.values(fields)) expect([null, '', undefined]).not.toContain(value);
  });
});

test('not even an answer that is no object makes it throw', () => {
  for (const raw of [null, undefined, 7, 'contact', [{}]])
    expect(canonical(raw as unknown as Record<string, unknown>)).toEqual({ fields: {}, missing: fieldNames });
});
