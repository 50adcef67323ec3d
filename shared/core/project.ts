import { categoriesWithin } from './categories.ts';
import { type FieldName, type Fields, type FieldValue, fieldNames } from './fields.ts';
import type { Item } from './item.ts';
import type { Policy } from './policy.ts';

/**
 * What of a source's item becomes its card (PROTOCOL 2.6 `observe`): fields that the policy never carries stay behind.
 * A field that the answer did not mention keeps the value of the card's previous version (K-23).
 */
export function project(policy: Policy, item: Pick<Item, 'fields' | 'missing'>, previous?: Fields): Fields {
  const unknown: ReadonlySet<FieldName> = new Set(item.missing);
  const fields: { [Name in FieldName]?: FieldValue } = {};
  for (const name of fieldNames) {
    if (policy.rules[name] === 'never') continue;
    const value = unknown.has(name) ? previous?.[name] : item.fields[name];
    if (value !== undefined) fields[name] = value;
  }
  return fields as Fields;
}

/**
 * Why an item of a source must not leave its mailbox, if so (promise 7, I13). For a policy that excludes categories the
 * item must come from an answer that mentions them: unmentioned ones exclude nothing.
 */
export function excluded(policy: Policy, item: Pick<Item, 'fields' | 'private'>): 'private' | 'category' | undefined {
  if (item.private) return 'private';
  return categoriesWithin(item.fields.categories, policy.exclude.categories).length > 0 ? 'category' : undefined;
}
