import fc from 'fast-check';
import { expect, test } from 'vitest';
import { canonical } from '#core/canonical';
import { fieldNames } from '#core/fields';
import { excluded, project } from '#core/project';
import { graphContact, policyWith, someFields, somePolicy } from './arbitraries.ts';
import { always } from './property.ts';

test('fields that the policy never carries stay in the source, even when the card had them before', () => {
  const policy = policyWith({ rules: { personalNotes: 'never', homePhones: 'never', jobTitle: 'filled' } });
  const item = {
    fields: { displayName: 'Ann', personalNotes: 'secret', jobTitle: 'Chief' },
    missing: ['homePhones'] as const,
  };
  const previous = { personalNotes: 'old secret', homePhones: ['1'] };
  expect(project(policy, item, previous)).toEqual({ displayName: 'Ann', jobTitle: 'Chief' });
});

test('K-23: what the answer does not mention stays as the card has it; what it empties is emptied', () => {
  const item = canonical({ displayName: 'Ann', jobTitle: '' });
  const previous = { displayName: 'Anna', jobTitle: 'Chief', mobilePhone: '+41' };
  expect(project(policyWith(), item, previous)).toEqual({ displayName: 'Ann', mobilePhone: '+41' });
  expect(project(policyWith(), item)).toEqual({ displayName: 'Ann' });
});

test('a card holds what its policy carries and nothing else, and projecting it again changes nothing', () => {
  always(fc.tuple(somePolicy, graphContact, someFields), ([policy, raw, previous]) => {
    const item = canonical(raw);
    const card = project(policy, item, previous);
    for (const name of fieldNames) {
      const expected = item.missing.includes(name) ? previous[name] : item.fields[name];
      expect(card[name]).toEqual(policy.rules[name] === 'never' ? undefined : expected);
    }
    expect(project(policy, { fields: card, missing: [] })).toEqual(card);
  });
});

test('promise 7: private items and items of an excluded category stay where they are', () => {
  const policy = policyWith({ exclude: { categories: ['Privat', 'intern'] } });
  expect(excluded(policy, { fields: {}, private: true })).toBe('private');
  expect(excluded(policy, { fields: { categories: ['VIP', 'PRIVAT'] }, private: false })).toBe('category');
  expect(excluded(policy, { fields: { categories: ['Privatkunde'] }, private: false })).toBeUndefined();
  expect(excluded(policyWith(), { fields: { categories: ['Privat'] }, private: false })).toBeUndefined();
});
