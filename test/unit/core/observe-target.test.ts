import { expect, test } from 'vitest';
import { advance, emptyBook } from '#core/book';
import { fieldNames } from '#core/fields';
import type { Item } from '#core/item';
import { observeTarget } from '#core/observe-target';
import { hashFields } from '#core/same';
import { formatStamp } from '#core/stamp';
import { usualPolicy } from '../../support/stage.ts';

const where = { installation: 'test', policy: 'customers', mailbox: 'mailbox-key' };
const now = Date.UTC(2026, 0, 1);
const fields = { displayName: 'Ann' };

function situation() {
  const book = emptyBook('customers');
  const version = {
    card: 'card-1',
    number: 1,
    bornAt: 1,
    state: 'live',
    since: now,
    fields,
    source: { endpoint: 's', item: 'i' },
  } as const;
  advance(book, {
    book: 'customers',
    revision: 1,
    time: now,
    token: 1,
    cardsBorn: 1,
    versions: [version],
    observed: {},
  });
  const copy = { item: 'old', etag: 'W/"1"', seen: hashFields(fields, fieldNames), written: 1 };
  return {
    policy: usualPolicy(),
    installation: where.installation,
    mailbox: where.mailbox,
    endpoint: 'e',
    tenantId: 't',
    user: 'u',
    folder: 'folder',
    book,
    applied: 1,
    copies: new Map([[1, copy]]),
    bases: new Map(),
    settle: 180_000,
    now,
  };
}

const stranger: Item = {
  id: 'new',
  etag: 'W/"2"',
  fields,
  missing: [],
  created: now,
  modified: now,
  folder: 'folder',
  private: false,
  stamp: formatStamp({ ...where, card: 'card-1', made: 'created', attempt: now, nonce: 'n' }),
};

test.each([['the new item first'], ['the old item first']])(
  'I8: a copy that another item replaces in one reading stays linked to it: %s',
  (order) => {
    const seen = [
      { id: 'new', item: stranger, rival: 'gone' },
      { id: 'old', gone: true },
    ] as const;
    const reading = observeTarget(situation(), order === 'the new item first' ? seen : seen.toReversed());
    expect(reading.copies.get(1)).toMatchObject({ item: 'new' });
    expect(reading.copies.get(1)?.absent).toBeUndefined();
  },
);
