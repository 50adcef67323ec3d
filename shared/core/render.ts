import { categoriesWithout, uniqueCategories } from './categories.ts';
import type { CopyExtra } from './copy.ts';
import { type FieldName, type Fields, type FieldValue, fieldNames } from './fields.ts';
import type { Policy } from './policy.ts';
import type { Rendering } from './rendering.ts';
import { hashFields } from './same.ts';

/** Anything with a card's content: a version, or the draft of one. */
export interface Content {
  readonly fields: Fields;
}

export interface Rendered {
  readonly rendering: Rendering;
  /** What `seenOf` answers for an item that shows the rendering. */
  readonly hash: string;
}

const ownedBy = new WeakMap<Policy, readonly FieldName[]>();

/** Fields that a policy writes, unless a copy has them given up to its user. */
export function ownedNames(policy: Policy, given: readonly FieldName[] = []): readonly FieldName[] {
  let all = ownedBy.get(policy);
  if (!all) {
    all = fieldNames.filter((name) => policy.rules[name] !== 'never');
    ownedBy.set(policy, all);
  }
  return given.length === 0 ? all : all.filter((name) => !given.includes(name));
}

/** The card's categories and those that every copy of the policy gets: none of them is the user's (K-11). */
export const ownCategories = (policy: Policy, fields: Fields): readonly string[] =>
  uniqueCategories(fields.categories, policy.categories);

function withCategories(fields: Fields, categories: readonly string[]): Fields {
  const { categories: _, ...others } = fields;
  return categories.length === 0 ? others : { ...others, categories };
}

function pick(fields: Fields, names: readonly FieldName[]): Fields {
  const picked: { [Name in FieldName]?: FieldValue } = {};
  for (const name of names) {
    const value = fields[name];
    if (value !== undefined) picked[name] = value;
  }
  return picked as Fields;
}

/** A category that is the user's as well as ours counts on neither side of the comparison. */
function ownHash(fields: Fields, owned: readonly FieldName[], extra: CopyExtra | undefined): string {
  if (!extra?.categories) return hashFields(fields, owned);
  return hashFields(withCategories(fields, categoriesWithout(fields.categories, extra.categories)), owned);
}

function make(policy: Policy, version: Content, extra: CopyExtra | undefined): Rendered {
  const owned = ownedNames(policy, extra?.given);
  const categories = ownCategories(policy, version.fields);
  const shown = withCategories(version.fields, uniqueCategories(categories, extra?.categories));
  return {
    rendering: { owned, fields: pick(shown, owned) },
    hash: ownHash(withCategories(version.fields, categories), owned, extra),
  };
}

const plain = new WeakMap<Content, WeakMap<Policy, Rendered>>();

/** Nearly all copies of a card are alike: they share one object, and adapters its encoding. */
function shared(policy: Policy, version: Content): Rendered {
  let byPolicy = plain.get(version);
  if (!byPolicy) {
    byPolicy = new WeakMap();
    plain.set(version, byPolicy);
  }
  let rendered = byPolicy.get(policy);
  if (!rendered) {
    rendered = make(policy, version, undefined);
    byPolicy.set(policy, rendered);
  }
  return rendered;
}

/**
 * What a copy of a card must show, and the hash by which one sees that it does (PROTOCOL 2.6 `apply`). Categories are
 * the card's, the policy's and the user's own on this copy (K-11), one whatever their case. Fields given up to the user
 * are not written (K-12). The server's limits are not applied here. Without anything special about the copy the answer
 * is one object per version and policy object.
 */
export function render(policy: Policy, version: Content, extra?: CopyExtra): Rendered {
  return extra?.categories?.length || extra?.given?.length ? make(policy, version, extra) : shared(policy, version);
}

/**
 * Hash of an item's owned fields as the server shows them, without the user's own categories and without fields given
 * up: equal to `render(…, extra).hash` exactly when the copy shows its card (PROTOCOL 2.3 `copies.seen`). It holds
 * for the `extra` it was made with: who learns another one makes both hashes anew.
 */
export const seenOf = (policy: Policy, fields: Fields, extra: CopyExtra | undefined): string =>
  ownHash(fields, ownedNames(policy, extra?.given), extra);
