import fc from 'fast-check';
import { expect, test } from 'vitest';
import { categoriesWithin, categoriesWithout, categorySet, uniqueCategories } from '#core/categories';
import { hostileText, otherCase } from './arbitraries.ts';
import { always } from './property.ts';

const names = fc.array(hostileText, { maxLength: 5 });

test('the first writing of a category stays, in order', () => {
  expect(uniqueCategories(['b', 'A'], undefined, ['a', 'B', 'c'], [''])).toEqual(['b', 'A', 'c']);
});

test('case is folded letter by letter: sharp s and the final sigma are no traps', () => {
  expect(uniqueCategories(['straße', 'STRASSE'])).toHaveLength(2);
  expect(uniqueCategories(['ΟΔΟΣ', 'οδος', 'οδοσ'])).toHaveLength(1);
  expect(uniqueCategories(['Maße', 'MAßE', 'maße'])).toEqual(['Maße']);
});

test('taking out and keeping part a list in two, whatever the case', () => {
  always(fc.tuple(names, names), ([all, some]) => {
    const taken = some.map(otherCase);
    const parts = [...categoriesWithin(all, taken), ...categoriesWithout(all, taken)];
    expect(parts.sort()).toEqual([...all].sort());
    expect(categoriesWithout(all, all.map(otherCase))).toEqual([]);
  });
});

test('a set does not see order, case or doubles', () => {
  always(names, (all) => {
    expect(categorySet([...all, ...all.map(otherCase)].reverse())).toEqual(categorySet(all));
    expect(categorySet(uniqueCategories(all))).toEqual(categorySet(all.filter((name) => name !== '')));
  });
});

test('nothing is taken from nothing', () => {
  expect([
    categoriesWithout(undefined, ['a']),
    categoriesWithin(undefined, ['a']),
    categoriesWithin(['a'], undefined),
  ]).toEqual([[], [], []]);
});
