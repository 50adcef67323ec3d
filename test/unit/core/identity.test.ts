import fc from 'fast-check';
import { expect, test } from 'vitest';
import { key12 } from '#core/digest';
import { allShards, cardId, folderKey, mailboxKey, shardOf } from '#core/identity';
import { hostileText } from './arbitraries.ts';
import { always } from './property.ts';

const tenant = '84bd8158-6d4d-4958-8b9f-9d6445542f95';
const user = '0b6fB17c-0000-4000-8000-00000000000A';

test('identities of a release are those of the next: stamps in mailboxes outlive every version', () => {
  expect(mailboxKey(tenant, user)).toBe('hkQnExFcI7LM7yqm');
  expect(folderKey(['Kontakte', 'Vertrieb'])).toBe('G6fWwliC1X3nkees');
  expect(cardId(tenant, user, 'AAMkAGI2THk0AAA=')).toBe('a96400b2-c36a-58ee-bb78-3b37b2f68c96');
  expect(shardOf(mailboxKey(tenant, user))).toBe('06');
});

test('a mailbox has one key however its GUIDs are written', () => {
  expect(mailboxKey(tenant.toUpperCase(), user.toUpperCase())).toBe(mailboxKey(tenant, user.toLowerCase()));
  expect(mailboxKey(tenant, user)).toBe(key12(`${tenant}/${user.toLowerCase()}`));
});

test('shards: 64, each reached, and every mailbox in one of them', () => {
  expect(allShards).toHaveLength(64);
  expect([allShards[0], allShards[9], allShards[63]]).toEqual(['00', '09', '63']);
  const reached = new Set(Array.from({ length: 2000 }, (_, n) => shardOf(mailboxKey(tenant, `user-${n}`))));
  expect([...reached].sort()).toEqual(allShards);
});

test('folder keys: the default folder by its word, others by names in any Unicode composition', () => {
  expect(folderKey([])).toBe('default');
  expect(folderKey(['Ka\u0308ufer'])).toBe(folderKey(['Käufer']));
  expect(folderKey(['Vertrieb', 'Nord'])).toBe(key12('Vertrieb/Nord'));
});

test('folder keys: a slash in a name is not the border between two names', () => {
  expect(folderKey(['a/b'])).not.toBe(folderKey(['a', 'b']));
  expect(folderKey(['a~1b'])).not.toBe(folderKey(['a/b']));
  const path = fc.array(fc.string({ unit: fc.constantFrom('a', '/', '~', '0', '1'), maxLength: 4 }), { maxLength: 3 });
  always(fc.tuple(path, path), ([a, b]) => {
    expect(folderKey(a) === folderKey(b)).toBe(JSON.stringify(a) === JSON.stringify(b));
  });
});

test('F40: card ids tell capitals from small letters in item ids, not in GUIDs', () => {
  expect(cardId(tenant, user, 'AAMkAAA=')).not.toBe(cardId(tenant, user, 'AAMkaaA='));
  expect(cardId(tenant.toUpperCase(), user.toUpperCase(), 'x')).toBe(cardId(tenant, user, 'x'));
});

test('card ids are UUIDs of version 5 for any item id', () => {
  always(hostileText, (item) => {
    expect(cardId('directory', 'x', item)).toMatch(
      /^[0-9a-f]{8}-[0-9a-f]{4}-5[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/,
    );
  });
});
