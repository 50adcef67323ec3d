import fc from 'fast-check';
import { expect, test } from 'vitest';
import { canonical } from '#core/canonical';
import { categoriesWithout } from '#core/categories';
import type { Fields } from '#core/fields';
import { learn } from '#core/learn';
import { render, seenOf } from '#core/render';
import { hostileText, policyWith, someFields, somePolicy, versionOf } from './arbitraries.ts';
import { always } from './property.ts';

const policy = policyWith({ categories: ['Company'], rules: { jobTitle: 'filled' } });
const seen = (fields: Fields) => ({ fields, missing: [] });
const written = versionOf({ displayName: 'Ann', categories: ['VIP'], personalNotes: 'ours', jobTitle: 'Chief' });
const asWritten = render(policy, written).rendering.fields;

test('an item as we wrote it teaches nothing', () => {
  expect(learn(policy, seen(asWritten), undefined, written)).toBeUndefined();
  always(fc.tuple(somePolicy, someFields), ([any, fields]) => {
    const version = versionOf(fields);
    expect(learn(any, seen(render(any, version).rendering.fields), undefined, version)).toBeUndefined();
  });
});

test("K-11: categories that our last write did not bring are the user's, until the user takes them off", () => {
  const item = seen({ ...asWritten, categories: ['vip', 'COMPANY', 'Golf, Sunday'] });
  const extra = learn(policy, item, undefined, written);
  expect(extra).toEqual({ categories: ['Golf, Sunday'] });
  expect(learn(policy, seen(asWritten), extra, written)).toBeUndefined();
});

test("K-11: after an unknown last write the categories known before stay the user's; with nothing known all are", () => {
  const item = seen({ ...asWritten, categories: ['VIP', 'Company', 'golf'] });
  expect(learn(policyWith(), item, { categories: ['Golf', 'Tennis'] }, undefined)).toEqual({ categories: ['golf'] });
  expect(learn(policy, item, undefined, undefined)?.categories).toEqual(['VIP', 'golf']);
});

test('K-11: a lost store costs the user no category, and an even copy no write', () => {
  const fields = { ...asWritten, categories: ['VIP', 'Company', 'Golf'] };
  const extra = learn(policyWith({ categories: ['Company'] }), seen(fields), undefined, undefined);
  expect(seenOf(policy, fields, extra)).toBe(render(policy, written, extra).hash);
});

test("K-12: an edited note is the user's for ever, line ends are no edit", () => {
  const lineEnds = versionOf({ personalNotes: 'a\nb' });
  expect(learn(policy, seen({ personalNotes: 'a\r\nb\r\n' }), undefined, lineEnds)).toBeUndefined();
  const extra = learn(policy, seen({ ...asWritten, personalNotes: 'plays chess' }), undefined, written);
  expect(extra).toEqual({ given: ['personalNotes'] });
  expect(learn(policy, seen(asWritten), extra, written)).toEqual(extra);
  expect(learn(policy, seen({ ...asWritten, personalNotes: 'plays chess' }), extra, undefined)?.given).toContain(
    'personalNotes',
  );
});

test('K-12: an emptied note is an edited one', () => {
  const { personalNotes: _, ...emptied } = asWritten;
  expect(learn(policy, seen(emptied), undefined, written)).toEqual({ given: ['personalNotes'] });
});

test('K-12: without a known last write a note tells nothing; where notes never travel it is never ours', () => {
  expect(learn(policyWith(), seen({ personalNotes: 'x' }), undefined, undefined)).toBeUndefined();
  const never = policyWith({ rules: { personalNotes: 'never' } });
  expect(learn(never, seen({ personalNotes: 'x' }), { given: ['personalNotes'] }, written)?.given).toBeUndefined();
});

test("a filled field is the user's while it holds a value that is not ours", () => {
  const theirs = seen({ ...asWritten, jobTitle: 'Queen' });
  const extra = learn(policy, theirs, undefined, written);
  expect(extra).toEqual({ given: ['jobTitle'] });
  expect(learn(policy, theirs, extra, undefined)?.given).toEqual(['jobTitle']);
  const { jobTitle: _, ...emptied } = asWritten;
  expect(learn(policy, seen(emptied), extra, written)).toBeUndefined();
  expect(learn(policy, seen(asWritten), extra, written)).toBeUndefined();
});

test("a write that nobody noted is ours: a later version's note, filled value and category are not the user's", () => {
  const later = versionOf({ displayName: 'Ann', categories: ['New'], personalNotes: 'newer', jobTitle: 'Queen' });
  const newest = versionOf({ displayName: 'Ann', personalNotes: 'newest' });
  const shown = seen(render(policy, later).rendering.fields);
  expect(learn(policy, shown, undefined, written, [later, newest])).toBeUndefined();
  expect(learn(policy, shown, undefined, written)).toEqual({
    categories: ['New'],
    given: expect.arrayContaining(['personalNotes', 'jobTitle']),
  });
  const theirs = seen({ ...asWritten, personalNotes: 'plays chess' });
  expect(learn(policy, theirs, undefined, written, [later, newest])).toEqual({ given: ['personalNotes'] });
});

test("where the policy only fills categories they are still parted into ours and the user's", () => {
  const filling = policyWith({ rules: { categories: 'filled' } });
  const item = seen({ ...asWritten, categories: ['VIP', 'Golf'] });
  expect(learn(filling, item, undefined, written)).toEqual({ categories: ['Golf'] });
});

test('where the policy leaves categories alone there is nothing to know of them', () => {
  const leaving = policyWith({ rules: { categories: 'never' } });
  expect(
    learn(leaving, seen({ ...asWritten, categories: ['Golf'] }), { categories: ['Golf'] }, written),
  ).toBeUndefined();
});

test('an owned field that the user changed is not given up: it is overwritten', () => {
  expect(learn(policy, seen({ ...asWritten, displayName: 'Annie' }), undefined, written)).toBeUndefined();
});

test('K-23: what the answer does not mention teaches nothing', () => {
  const before = { categories: ['Golf'], given: ['jobTitle', 'personalNotes'] } as const;
  const item = canonical({ displayName: 'Ann' });
  expect(learn(policy, item, before, written)).toEqual(before);
  expect(learn(policy, item, undefined, written)).toBeUndefined();
});

test('the photo stays known, what the server answered otherwise is asked anew', () => {
  expect(learn(policy, seen(asWritten), { photo: 'p', accepted: 'a' }, written)).toEqual({ photo: 'p' });
});

test('promise 1: whatever a user adds to a copy is still there after the next write', () => {
  const categories = fc.array(
    hostileText.filter((text) => text !== ''),
    { maxLength: 3 },
  );
  always(fc.tuple(somePolicy, someFields, someFields, categories, hostileText), ([any, was, will, added, note]) => {
    const version = versionOf(was);
    const shown = render(any, version).rendering.fields;
    const item = canonical({
      ...shown,
      categories: [...(shown.categories ?? []), ...added],
      personalNotes: note,
    }).fields;
    const extra = learn(any, seen(item), undefined, version);
    const next = render(any, versionOf(will), extra);
    const after = { ...item };
    for (const name of next.rendering.owned) Object.assign(after, { [name]: next.rendering.fields[name] });
    const own = categoriesWithout(added, shown.categories);
    expect(categoriesWithout(own, after.categories)).toEqual([]);
    if (extra?.given?.includes('personalNotes')) expect(after.personalNotes).toBe(item.personalNotes);
    expect(seenOf(any, canonical({ ...after }).fields, extra)).toBe(next.hash);
  });
});
