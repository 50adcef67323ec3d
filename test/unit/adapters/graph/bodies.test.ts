import { describe, expect, test } from 'vitest';
import { createBody, updateBody } from '#adapters/graph/contact-body';
import { hintOf, itemOf, maybeCut } from '#adapters/graph/contact-item';
import { CARD, readMarks } from '#adapters/graph/properties';
import type { Rendering } from '#core/rendering';

const rendering: Rendering = {
  owned: [
    'displayName',
    'givenName',
    'businessPhones',
    'businessAddress',
    'emailAddresses',
    'birthday',
    'personalNotes',
  ],
  fields: { displayName: 'Ann "A" Doe', emailAddresses: [{ address: 'ann@contoso.test', name: 'Ann' }] },
};
const parse = (text: string): unknown => JSON.parse(text) as unknown;

describe('bodies of contacts', () => {
  test('an update names every owned field, so that clearing travels', () => {
    expect(parse(updateBody(rendering))).toEqual({
      displayName: 'Ann "A" Doe',
      emailAddresses: [{ address: 'ann@contoso.test', name: 'Ann' }],
      givenName: null,
      businessPhones: [],
      businessAddress: {},
      birthday: null,
      personalNotes: null,
    });
  });

  test('a create names only what has a value, and the stamp', () => {
    expect(parse(createBody(rendering, '1|x|"y"'))).toEqual({
      displayName: 'Ann "A" Doe',
      emailAddresses: [{ address: 'ann@contoso.test', name: 'Ann' }],
      singleValueExtendedProperties: [{ id: CARD, value: '1|x|"y"' }],
    });
    expect(parse(createBody({ owned: ['givenName'], fields: {} }, 's'))).toEqual({
      singleValueExtendedProperties: [{ id: CARD, value: 's' }],
    });
  });
});

describe('items', () => {
  test('an item carries its stamp, its flag and its folder', () => {
    const item = itemOf({
      id: 'AAk=',
      '@odata.etag': 'W/"x"',
      createdDateTime: '2026-01-10T09:00:00Z',
      lastModifiedDateTime: '2026-01-10T09:00:01Z',
      parentFolderId: 'F',
      displayName: 'Ann',
      singleValueExtendedProperties: [
        { id: CARD, value: 'stamp' },
        { id: 'Boolean {00062008-0000-0000-c000-000000000046} Id 0x8506', value: 'true' },
      ],
    });
    expect(item).toMatchObject({ id: 'AAk=', etag: 'W/"x"', folder: 'F', stamp: 'stamp', private: true });
    expect(item.created).toBe(Date.UTC(2026, 0, 10, 9));
    expect(item.modified).toBe(item.created + 1000);
    expect(item.fields.displayName).toBe('Ann');
    expect(item.missing).toContain('givenName');
  });

  test.each([
    ['Boolean {00062008-0000-0000-C000-000000000046} Id 0x8506', 'false', false],
    ['Boolean {00062008-0000-0000-C000-000000000046} Id 0x8506', 'True', true],
    ['Integer 0x36', '2', true],
    ['Integer 0x0036', '1', true],
    ['Integer 0x0036', '0', false],
  ])('%s = %s is private: %s', (id, value, expected) => {
    expect(readMarks({ singleValueExtendedProperties: [{ id, value }] })).toEqual({ private: expected });
  });

  test('hints: removed ones have no etag, live ones may have only a change key', () => {
    expect(hintOf({ id: 'a', '@removed': { reason: 'deleted' } })).toEqual({ id: 'a', removed: true });
    expect(hintOf({ id: 'b', changeKey: 'k' })).toEqual({ id: 'b', removed: false, etag: 'W/"k"' });
  });

  test('A-55: notes that a list may have cut are read again', () => {
    const item = (personalNotes: string) => itemOf({ id: 'a', personalNotes });
    expect(maybeCut(item('x'.repeat(256)))).toBe(true);
    expect(maybeCut(item(`x\n${'x'.repeat(256)}`))).toBe(false);
    expect(maybeCut(item('short'))).toBe(false);
  });
});
