import fc from 'fast-check';
import { expect, test } from 'vitest';
import { canonical } from '#core/canonical';
import { categorySet, uniqueCategories } from '#core/categories';
import type { CopyExtra } from '#core/copy';
import { fieldNames } from '#core/fields';
import { render, seenOf } from '#core/render';
import { hostileText, otherCase, policyWith, someFields, someNames, somePolicy, versionOf } from './arbitraries.ts';
import { always } from './property.ts';

const someExtra: fc.Arbitrary<CopyExtra | undefined> = fc.option(
  fc.record(
    {
      categories: fc.array(
        hostileText.filter((text) => text !== ''),
        { maxLength: 3 },
      ),
      given: someNames,
      photo: fc.constant('p'),
    },
    { requiredKeys: [] },
  ),
  { nil: undefined },
);

test('a write names every field that the policy owns or fills, empty ones too, so that clearing travels', () => {
  const policy = policyWith({ rules: { jobTitle: 'filled', manager: 'never' } });
  const { rendering } = render(policy, versionOf({ displayName: 'Ann', manager: 'Eve' }));
  expect(rendering.fields).toEqual({ displayName: 'Ann' });
  expect(rendering.owned).toEqual(fieldNames.filter((name) => name !== 'manager'));
});

test('I10: fields of the user are not named by any write', () => {
  always(fc.tuple(somePolicy, someFields, someExtra), ([policy, fields, extra]) => {
    const { rendering } = render(policy, versionOf(fields), extra);
    for (const name of fieldNames) {
      const ours = policy.rules[name] !== 'never' && !extra?.given?.includes(name);
      expect(rendering.owned.includes(name)).toBe(ours);
      if (!ours) expect(rendering.fields[name]).toBeUndefined();
      else if (name !== 'categories') expect(rendering.fields[name]).toEqual(fields[name]);
    }
  });
});

test("K-11, F09: a copy has the card's categories, the policy's and the user's, one whatever their case", () => {
  const policy = policyWith({ categories: ['Company'] });
  const { rendering } = render(policy, versionOf({ categories: ['Kunden, Nord', 'company'] }), {
    categories: ['Golf', 'COMPANY'],
  });
  expect(rendering.fields.categories).toEqual(['Kunden, Nord', 'company', 'Golf']);
});

test('K-11: where the policy leaves categories alone it writes none', () => {
  const policy = policyWith({ categories: ['Company'], rules: { categories: 'never' } });
  const { rendering } = render(policy, versionOf({ categories: ['a'] }), { categories: ['Golf'] });
  expect(rendering.owned).not.toContain('categories');
  expect(rendering.fields.categories).toBeUndefined();
});

test('copies like all others share one object per version and policy', () => {
  const [policy, version] = [policyWith(), versionOf({ displayName: 'Ann' })];
  const one = render(policy, version);
  expect(render(policy, version)).toBe(one);
  expect(render(policy, version, { photo: 'p', accepted: 'x' })).toBe(one);
  expect(render(policy, version, { categories: ['Golf'] }).rendering).not.toBe(one.rendering);
  expect(render(policyWith({ rules: { manager: 'never' } }), version)).not.toBe(one);
  expect(render(policy, versionOf({ displayName: 'Ann' })).hash).toBe(one.hash);
});

test('I15: an item that shows what was written is even, whatever Graph rewrote and whatever is on it besides', () => {
  always(fc.tuple(somePolicy, someFields, someExtra, someFields, hostileText), ([policy, card, extra, item, name]) => {
    const { rendering, hash } = render(policy, versionOf(card), extra);
    const shown: Record<string, unknown> = { ...item };
    for (const field of rendering.owned) shown[field] = rendering.fields[field];
    if (rendering.fields.categories) shown['categories'] = rendering.fields.categories.map(otherCase).reverse();
    if (rendering.fields.emailAddresses)
      shown['emailAddresses'] = rendering.fields.emailAddresses.map((email) =>
        email.address ? { ...email, name } : email,
      );
    expect(seenOf(policy, canonical(shown).fields, extra)).toBe(hash);
  });
});

test('an owned field that differs on the item is not even', () => {
  const policy = policyWith({ rules: { manager: 'never' } });
  const { hash } = render(policy, versionOf({ displayName: 'Ann', mobilePhone: '1' }));
  expect(seenOf(policy, { displayName: 'Ann', mobilePhone: '1', manager: 'Eve' }, undefined)).toBe(hash);
  expect(seenOf(policy, { displayName: 'Ann' }, undefined)).not.toBe(hash);
  expect(seenOf(policy, { displayName: 'Ann', mobilePhone: '1', jobTitle: 'Chief' }, undefined)).not.toBe(hash);
  expect(seenOf(policy, { displayName: 'Ann', mobilePhone: '1', categories: ['Golf'] }, undefined)).not.toBe(hash);
});

test("K-11: a category that the card gets while it is the user's, too, does not lead to endless writes", () => {
  const policy = policyWith();
  const extra = { categories: ['VIP'] };
  const { rendering, hash } = render(policy, versionOf({ categories: ['vip'] }), extra);
  expect(seenOf(policy, rendering.fields, extra)).toBe(hash);
  expect(categorySet(rendering.fields.categories ?? [])).toEqual(categorySet(uniqueCategories(['VIP'])));
});

test('a field given up to the user counts for nothing in what is seen', () => {
  const extra = { given: ['personalNotes'] } as const;
  const { hash } = render(policyWith(), versionOf({ displayName: 'Ann', personalNotes: 'ours' }), extra);
  expect(seenOf(policyWith(), { displayName: 'Ann', personalNotes: 'theirs' }, extra)).toBe(hash);
});
