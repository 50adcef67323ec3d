/** Folds capital and small letters one by one, so that a text keeps its length: `ß` is not `SS`. */
function folded(name: string): string {
  const whole = name.toUpperCase();
  if (whole.length === name.length) return whole;
  return Array.from(name, (char) => {
    const upper = char.toUpperCase();
    return upper.length === char.length ? upper : char;
  }).join('');
}

const foldedSet = (names: readonly string[] | undefined): Set<string> => new Set(names?.map(folded));

/** In Outlook names that differ in case only are one category (field case F09): the first writing stays, in order. */
export function uniqueCategories(...lists: readonly (readonly string[] | undefined)[]): readonly string[] {
  const unique = new Map<string, string>();
  for (const name of lists.flatMap((list) => list ?? [])) {
    const key = folded(name);
    if (name !== '' && !unique.has(key)) unique.set(key, name);
  }
  return [...unique.values()];
}

/** Those of `names` that are not in `taken`, whatever their case. */
export function categoriesWithout(
  names: readonly string[] | undefined,
  taken: readonly string[] | undefined,
): readonly string[] {
  const out = foldedSet(taken);
  return (names ?? []).filter((name) => !out.has(folded(name)));
}

/** Those of `names` that are in `kept`, too, whatever their case. */
export function categoriesWithin(
  names: readonly string[] | undefined,
  kept: readonly string[] | undefined,
): readonly string[] {
  const inside = foldedSet(kept);
  return (names ?? []).filter((name) => inside.has(folded(name)));
}

/** The set that the names make, without regard to case and order: what two equal lists have in common. */
export const categorySet = (names: readonly string[]): readonly string[] => [...foldedSet(names)].sort();
