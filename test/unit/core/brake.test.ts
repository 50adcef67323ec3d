import fc from 'fast-check';
import { expect, test } from 'vitest';
import { clearedOrOverwritten, weighDeletions, weighMembers, weighValues } from '#core/brake';
import { type Fields, fieldNames } from '#core/fields';
import { someFields, someNames } from './arbitraries.ts';
import { always } from './property.ts';

const caps = { cards: 10, percent: 10, mailboxes: 5 };
const deletions = (live: number, goneWithinDay: number, leaving: number) =>
  weighDeletions({ live, goneWithinDay, leaving, caps });
const values = (live: number, changedWithinDay: number, changing: number) =>
  weighValues({ live, changedWithinDay, changing, caps });
const members = (count: number, leaving: number, leftWithinDay = 0) =>
  weighMembers({ members: count, leaving, leftWithinDay, caps });

test.each([
  { live: 100, gone: 0, leaving: 10, open: true, why: 'neither cap is passed' },
  { live: 100, gone: 0, leaving: 11, open: false, why: 'both are passed' },
  { live: 20, gone: 0, leaving: 10, open: true, why: 'half of the cards, but not more than ten' },
  { live: 20, gone: 0, leaving: 11, open: false, why: 'eleven of twenty' },
  { live: 110, gone: 0, leaving: 11, open: true, why: 'eleven are ten per cent of 110, not more' },
  { live: 109, gone: 0, leaving: 11, open: false, why: 'eleven are more than ten per cent of 109' },
  { live: 3500, gone: 0, leaving: 350, open: true, why: 'ten per cent' },
  { live: 3500, gone: 0, leaving: 351, open: false, why: 'one more' },
  { live: 91, gone: 9, leaving: 1, open: true, why: 'ten within a day' },
  { live: 90, gone: 10, leaving: 1, open: false, why: 'the eleventh within a day' },
  { live: 100, gone: 50, leaving: 0, open: true, why: 'nothing goes now' },
])('K-18: the brake on $leaving of $live after $gone within the day: $why', ({ live, gone, leaving, open }) => {
  expect(deletions(live, gone, leaving).open).toBe(open);
});

test('K-18: small steps within a day come no further than one large one', () => {
  always(fc.tuple(fc.integer({ min: 1, max: 500 }), fc.integer({ min: 1, max: 20 })), ([start, step]) => {
    let gone = 0;
    while (gone < start && deletions(start - gone, gone, Math.min(step, start - gone)).open)
      gone += Math.min(step, start - gone);
    expect(gone).toBeLessThan(start);
    expect(gone).toBeLessThanOrEqual(Math.max(caps.cards, Math.floor(start / 10)));
  });
});

test('promise 2: a source that would be emptied is held, however few its cards', () => {
  for (const live of [1, 2, 10, 5000])
    expect(deletions(live, 0, live)).toMatchObject({ open: false, kind: 'source empty' });
  expect(
    weighDeletions({ live: 3, goneWithinDay: 0, leaving: 3, caps: { cards: 99, percent: 100, mailboxes: 99 } }).open,
  ).toBe(false);
  expect(deletions(0, 0, 0).open).toBe(true);
});

test('the reason says counts and caps', () => {
  expect(deletions(90, 10, 3)).toEqual({
    open: false,
    kind: 'deletions',
    reason:
      '13 of 100 contacts would be deleted within a day (3 of them now): more than 10 contacts and more than 10 %.',
  });
});

test('caps of the policy replace the defaults', () => {
  const tight = { cards: 0, percent: 0, mailboxes: 0 };
  expect(weighDeletions({ live: 100, goneWithinDay: 0, leaving: 1, caps: tight }).open).toBe(false);
  expect(weighValues({ live: 100, changedWithinDay: 0, changing: 1, caps: tight }).open).toBe(false);
  expect(weighMembers({ members: 100, leaving: 1, caps: tight }).open).toBe(false);
});

test('K-23: values cleared or overwritten on more cards than both caps are held', () => {
  expect(values(100, 0, 10).open).toBe(true);
  expect(values(100, 5, 5).open).toBe(true);
  expect(values(100, 5, 6)).toMatchObject({ open: false, kind: 'values' });
  expect(values(1000, 50, 50).open).toBe(true);
  expect(values(1000, 50, 51).open).toBe(false);
  expect(values(100, 50, 0).open).toBe(true);
});

test('members: more than five mailboxes and more than ten per cent of them within a day', () => {
  expect(members(20, 5).open).toBe(true);
  expect(members(20, 6)).toMatchObject({ open: false, kind: 'members' });
  expect(members(60, 6).open).toBe(true);
  expect(members(59, 6).open).toBe(false);
  expect(members(56, 2, 4).open).toBe(true);
  expect(members(55, 2, 4).open).toBe(false);
  expect(members(55, 0, 40).open).toBe(true);
});

test.each<[string, Fields, Fields, boolean]>([
  ['a value in an empty field', {}, { mobilePhone: '1' }, false],
  ['a cleared text', { mobilePhone: '1' }, {}, true],
  ['another text', { mobilePhone: '1' }, { mobilePhone: '2' }, true],
  ['one more phone', { homePhones: ['1'] }, { homePhones: ['1', '2'] }, false],
  ['phones in another order', { homePhones: ['1', '2'] }, { homePhones: ['2', '1'] }, false],
  ['one phone less', { homePhones: ['1', '2'] }, { homePhones: ['2'] }, true],
  ['one more category, another case', { categories: ['VIP'] }, { categories: ['vip', 'Golf'] }, false],
  ['one more line of an address', { homeAddress: { city: 'A' } }, { homeAddress: { city: 'A', street: 'S' } }, false],
  ['a line of an address less', { homeAddress: { city: 'A', street: 'S' } }, { homeAddress: { city: 'A' } }, true],
  ['another line of an address', { homeAddress: { city: 'A' } }, { homeAddress: { city: 'B' } }, true],
  [
    'an e-mail name rewritten',
    { emailAddresses: [{ address: 'a', name: 'A' }] },
    { emailAddresses: [{ address: 'a' }] },
    false,
  ],
  ['another e-mail address', { emailAddresses: [{ address: 'a' }] }, { emailAddresses: [{ address: 'b' }] }, true],
  ['line ends of notes', { personalNotes: 'a\r\nb' }, { personalNotes: 'a\nb\n' }, false],
  ['notes cut short', { personalNotes: 'a\r\nb' }, { personalNotes: 'a' }, true],
])('K-23: %s', (_, before, after, expected) => {
  expect(clearedOrOverwritten(before, after)).toBe(expected);
});

test('K-23: filling empty fields never counts, clearing one that has a value always does', () => {
  always(fc.tuple(someFields, someFields, someNames), ([before, other, names]) => {
    expect(clearedOrOverwritten(before, { ...other, ...before })).toBe(false);
    expect(clearedOrOverwritten(before, before)).toBe(false);
    const cleared = Object.fromEntries(
      Object.entries(before).filter(([name]) => !names.some((gone) => gone === name)),
    ) as Fields;
    // Notes of line ends only are as good as none.
    const tookOne = fieldNames.some((name) => names.includes(name) && hasContent(before, name));
    expect(clearedOrOverwritten(before, cleared)).toBe(tookOne);
  });
});

const hasContent = (fields: Fields, name: (typeof fieldNames)[number]): boolean =>
  name === 'personalNotes' ? /[^\r\n]/.test(fields.personalNotes ?? '') : fields[name] !== undefined;
