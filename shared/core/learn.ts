import { categoriesWithin, categoriesWithout } from './categories.ts';
import type { CopyExtra } from './copy.ts';
import { type FieldName, fieldNames } from './fields.ts';
import type { Item } from './item.ts';
import type { FieldRule, Policy } from './policy.ts';
import { type Content, ownCategories } from './render.ts';
import { comparable, sameField } from './same.ts';

type Shown = Pick<Item, 'fields' | 'missing'>;

function usersCategories(
  policy: Policy,
  item: Shown,
  before: CopyExtra | undefined,
  written: readonly Content[],
): readonly string[] {
  if (policy.rules.categories === 'never') return [];
  if (item.missing.includes('categories')) return before?.categories ?? [];
  const { categories } = item.fields;
  if (written.length > 0)
    return categoriesWithout(
      categories,
      written.flatMap(({ fields }) => ownCategories(policy, fields)),
    );
  return before ? categoriesWithin(categories, before.categories) : categoriesWithout(categories, policy.categories);
}

function isGiven(
  name: FieldName,
  rule: FieldRule,
  item: Shown,
  before: CopyExtra | undefined,
  written: readonly Content[],
): boolean {
  const given = before?.given?.includes(name) ?? false;
  // Of categories each single one is ours or the user's: the field is never given up as a whole (K-11).
  if (rule === 'never' || name === 'categories') return false;
  if (item.missing.includes(name)) return given;
  const differs = !written.some(({ fields }) => sameField(name, item.fields[name], fields[name]));
  if (name === 'personalNotes') return given || (written.length > 0 && differs);
  // Without a known last write any value may be the user's: it stays until it is seen to be ours.
  return rule === 'filled' && comparable(name, item.fields[name]) !== undefined && differs;
}

/**
 * What an observed item of a target teaches about its copy; undefined when it is like all others.
 * - Categories that our last write did not bring are the user's own (K-11); after an unknown last write those are
 *   that were known before, or all when nothing at all is known of the copy (a lost store must not cost them).
 * - An edited note belongs to the user from then on (K-12).
 * - A `filled` field belongs to the user while it holds a value that is not ours (DESIGN section 4 'Fields').
 *
 * To be asked only about items that changed since their copy was noted: an echo teaches nothing. `later`: versions that
 * came after the last noted write. A write of each may have taken effect without an answer, so that what the item shows
 * of any of them is ours.
 */
export function learn(
  policy: Policy,
  item: Shown,
  before: CopyExtra | undefined,
  lastWritten: Content | undefined,
  later: readonly Content[] = [],
): CopyExtra | undefined {
  const written = lastWritten ? [lastWritten, ...later] : [];
  const categories = usersCategories(policy, item, before, written);
  const given = fieldNames.filter((name) => isGiven(name, policy.rules[name], item, before, written));
  const extra: CopyExtra = {
    ...(categories.length > 0 && { categories }),
    ...(given.length > 0 && { given }),
    ...(before?.photo !== undefined && { photo: before.photo }),
  };
  return Object.keys(extra).length > 0 ? extra : undefined;
}
