import { emailSlots, fieldKinds } from './contact-fields.ts';
import { moment } from './contact-view.ts';
import { canonicalId, type ExtendedBag } from './extended-property.ts';
import { GraphFault } from './graph-fault.ts';
import type { Item } from './item.ts';
import { matches } from './odata/filter-match.ts';
import { type Filter, FilterSyntaxError, nodesOf, type Operand, parseFilter } from './odata/filter-syntax.ts';

export interface ContactFilter {
  readonly test: (item: Item) => boolean;
  /** The properties it reads. */
  readonly paths: ReadonlySet<string>;
}

/** The collection that filters by extended property look into. */
export const extendedPath = 'singleValueExtendedProperties';

/**
 * Compiles `$filter` on contacts: comparisons of scalar properties, `emailAddresses/any(a:a/address eq '...')`, categories, and
 * extended properties by id and value. Anything else is 400 `ErrorInvalidUrlQueryFilter` (graph.md 1.5, 1.7).
 */
export function contactFilter(text: string): ContactFilter {
  const filter = withCanonicalIds(parsed(text));
  const paths = new Set<string>();
  check(filter, paths);
  return { paths, test: (item) => matches(filter, (path) => property(item, path), isExact) };
}

/** Parses a filter. Throws 400 for a text that is none. */
export function parsed(text: string, lists = false): Filter {
  try {
    return parseFilter(text, lists);
  } catch (error) {
    if (!(error instanceof FilterSyntaxError)) throw error;
    throw new GraphFault(400, 'BadRequest', `Invalid filter clause: there is a syntax error in '${text}'.`);
  }
}

/** A property's name is matched exactly, its value is not (graph.md 1.7). */
export const isExact = (path: string): boolean => path === `${extendedPath}/id`;

function check(filter: Filter, paths: Set<string>): void {
  if (filter.kind === 'and' || filter.kind === 'or') {
    check(filter.left, paths);
    check(filter.right, paths);
  } else if (filter.kind === 'not') {
    check(filter.inner, paths);
  } else if (filter.kind === 'any') {
    paths.add(filter.path);
    if (!allowedAny(filter)) throw invalidNodes();
  } else {
    for (const side of [filter.left, filter.right]) {
      if (side.kind !== 'path') continue;
      if (!isScalar(side.path) || side.asNumber) throw invalidNodes();
      paths.add(side.path);
    }
  }
}

function isScalar(path: string): boolean {
  const kind = fieldKinds.get(path);
  return kind === 'text' || kind === 'date' || path === 'createdDateTime' || path === 'lastModifiedDateTime';
}

function allowedAny({ path, variable, inner }: Filter & { kind: 'any' }): boolean {
  if (!inner) return false;
  if (path === extendedPath) {
    return [...nodesOf(inner)].every(
      (node) => node.kind !== 'any' && sidesWithin(node, [`${variable}/id`, `${variable}/value`]),
    );
  }
  if (inner.kind !== 'compare' || inner.operator !== 'eq') return false;
  if (path === 'emailAddresses') return sidesWithin(inner, [`${variable}/address`]);
  return path === 'categories' && sidesWithin(inner, [variable]);
}

function sidesWithin(node: Filter, allowed: readonly string[]): boolean {
  if (node.kind !== 'compare' && node.kind !== 'call') return true;
  return [node.left, node.right].every((side) => side.kind === 'value' || allowed.includes(side.path));
}

/** The filter with ids of extended properties in their one spelling. Throws 400 as `canonicalId`. */
export function withCanonicalIds(filter: Filter): Filter {
  if (filter.kind === 'and' || filter.kind === 'or') {
    return { ...filter, left: withCanonicalIds(filter.left), right: withCanonicalIds(filter.right) };
  }
  if (filter.kind === 'not') return { ...filter, inner: withCanonicalIds(filter.inner) };
  if (filter.kind === 'any' && filter.inner && filter.path === extendedPath) {
    return { ...filter, inner: withCanonicalIds(filter.inner) };
  }
  if (filter.kind !== 'compare') return filter;
  const [left, right] = [filter.left, filter.right];
  return { ...filter, left: canonical(left, right), right: canonical(right, left) };
}

function canonical(side: Operand, other: Operand): Operand {
  const namesId = other.kind === 'path' && other.path.endsWith('/id');
  return namesId && side.kind === 'value' && typeof side.value === 'string'
    ? { kind: 'value', value: canonicalId(side.value) }
    : side;
}

/** Extended properties as a filter looks at them. */
export function extendedList(bag: ExtendedBag | null): readonly object[] {
  const found: object[] = [];
  for (let at = 0; bag && at < bag.length; at += 2) found.push({ id: bag[at], value: bag[at + 1] });
  return found;
}

function property(item: Item, path: string): unknown {
  return path === extendedPath ? extendedList(item.extended) : scalar(item, path);
}

/** What `$filter` and `$orderby` read of a contact. */
export function scalar(item: Item, path: string): unknown {
  if (path === 'createdDateTime') return moment(item.created);
  if (path === 'lastModifiedDateTime') return moment(item.modified);
  return item.shared.fields[path];
}

/** Names in `$orderby`, each with its direction. Throws 400 for a name that has no order. */
export function contactOrder(text: string): readonly { readonly path: string; readonly descending: boolean }[] {
  return text.split(',').map((part) => {
    const [path = '', direction = 'asc'] = part.trim().split(/\s+/);
    if (!isScalar(path) || emailSlots.has(path)) {
      throw new GraphFault(400, 'ErrorInvalidUrlQueryOrderBy', `The property '${path}' cannot be used in $orderby.`);
    }
    return { path, descending: direction.toLowerCase() === 'desc' };
  });
}

function invalidNodes(): GraphFault {
  return new GraphFault(400, 'ErrorInvalidUrlQueryFilter', 'The query filter contains one or more invalid nodes.');
}
