import type { Comparison, Filter, Operand } from './filter-syntax.ts';

/** Reads one property of the thing under test by its path, e.g. `displayName`, `assignedLicenses/$count`. */
export type PropertyReader = (path: string) => unknown;

/**
 * Whether something passes a filter. Texts compare without regard to case, as Exchange and the directory do, except under paths
 * for which `exactly` says otherwise. Comparisons with null follow OData: only `eq` and `ne` can hold.
 */
export function matches(
  filter: Filter,
  read: PropertyReader,
  exactly: (path: string) => boolean = () => false,
): boolean {
  switch (filter.kind) {
    case 'and':
      return matches(filter.left, read, exactly) && matches(filter.right, read, exactly);
    case 'or':
      return matches(filter.left, read, exactly) || matches(filter.right, read, exactly);
    case 'not':
      return !matches(filter.inner, read, exactly);
    case 'compare': {
      const exact = [filter.left, filter.right].some((side) => side.kind === 'path' && exactly(side.path));
      return compare(filter.operator, value(filter.left, read), value(filter.right, read), exact);
    }
    case 'call':
      return call(filter.name, value(filter.left, read), value(filter.right, read));
    case 'any':
      return any(filter, read, exactly);
  }
}

function any(filter: Filter & { kind: 'any' }, read: PropertyReader, exactly: (path: string) => boolean): boolean {
  const elements = read(filter.path);
  if (!Array.isArray(elements)) return false;
  const { inner, variable } = filter;
  if (!inner) return elements.length > 0;
  const within = `${variable}/`;
  const readElement =
    (element: unknown): PropertyReader =>
    (path) => {
      if (path === variable) return element;
      return path.startsWith(within) ? memberOf(element, path.slice(within.length)) : read(path);
    };
  const exactlyHere = (path: string): boolean =>
    exactly(path.startsWith(within) ? `${filter.path}/${path.slice(within.length)}` : path);
  return elements.some((element: unknown) => matches(inner, readElement(element), exactlyHere));
}

/** Follows a path through plain objects; `$count` gives the length of a list. */
export function memberOf(thing: unknown, path: string): unknown {
  if (!path.includes('/') && typeof thing === 'object' && thing !== null) {
    return (thing as Readonly<Record<string, unknown>>)[path];
  }
  let here = thing;
  for (const step of path.split('/')) {
    if (step === '$count') return Array.isArray(here) ? here.length : 0;
    if (typeof here !== 'object' || here === null) return undefined;
    here = (here as Readonly<Record<string, unknown>>)[step];
  }
  return here;
}

function value(operand: Operand, read: PropertyReader): unknown {
  if (operand.kind === 'value') return operand.value;
  const found = read(operand.path) ?? null;
  return operand.asNumber && found !== null ? Number(found) : found;
}

function compare(operator: Comparison, left: unknown, right: unknown, exact: boolean): boolean {
  const difference = order(left, right, exact);
  switch (operator) {
    case 'eq':
      return difference === 0;
    case 'ne':
      return difference !== 0;
    case 'gt':
      return difference !== undefined && difference > 0;
    case 'ge':
      return difference !== undefined && difference >= 0;
    case 'lt':
      return difference !== undefined && difference < 0;
    case 'le':
      return difference !== undefined && difference <= 0;
  }
}

/** Negative, 0 or positive; undefined if the two have no order. */
function order(left: unknown, right: unknown, exact: boolean): number | undefined {
  if (left === null || right === null) return left === right ? 0 : undefined;
  if (typeof left === 'string' && typeof right === 'string') {
    const [one, other] = exact ? [left, right] : [left.toLowerCase(), right.toLowerCase()];
    if (one === other) return 0;
    return one < other ? -1 : 1;
  }
  return typeof left === typeof right ? Number(left) - Number(right) : undefined;
}

function call(name: string, left: unknown, right: unknown): boolean {
  if (typeof left !== 'string' || typeof right !== 'string') return false;
  const [text, part] = [left.toLowerCase(), right.toLowerCase()];
  if (name === 'startswith') return text.startsWith(part);
  return name === 'endswith' ? text.endsWith(part) : text.includes(part);
}
