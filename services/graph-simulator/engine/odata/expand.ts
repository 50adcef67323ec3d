import { canonicalId } from '../extended-property.ts';
import { GraphFault } from '../graph-fault.ts';
import { FilterSyntaxError, nodesOf, type Operand, parseFilter } from './filter-syntax.ts';

const properties = /^(single|multi)ValueExtendedProperties\((.*)\)$/is;

/**
 * Canonical ids of the extended properties that `$expand` names; undefined without `$expand`. There is no way to ask for all
 * (graph.md 1.7). Throws 400 for anything else in `$expand`, `ErrorInvalidProperty` for a malformed id (graph.md 12.16).
 */
export function expandedProperties(expand: string | undefined): readonly string[] | undefined {
  if (expand === undefined) return undefined;
  return topLevelParts(expand).flatMap((part) => {
    const inner = properties.exec(part.trim())?.[2];
    const filter = inner === undefined ? undefined : /^\s*\$?filter\s*=\s*(.*)$/is.exec(inner)?.[1];
    if (filter === undefined) throw unsupported(part);
    return idsOf(filter);
  });
}

function idsOf(filter: string): string[] {
  try {
    return [...nodesOf(parseFilter(filter))].flatMap((node) => {
      if (node.kind === 'or') return [];
      if (node.kind !== 'compare' || node.operator !== 'eq') throw unsupported(filter);
      return [canonicalId(idIn(node.left, node.right) ?? idIn(node.right, node.left) ?? '')];
    });
  } catch (error) {
    throw error instanceof FilterSyntaxError ? unsupported(filter) : error;
  }
}

function idIn(path: Operand, value: Operand): string | undefined {
  if (path.kind !== 'path' || path.path.split('/').at(-1) !== 'id') return undefined;
  return value.kind === 'value' && typeof value.value === 'string' ? value.value : undefined;
}

/** Splits at commas that stand outside quotes and parentheses. */
function topLevelParts(text: string): string[] {
  const parts: string[] = [];
  let depth = 0;
  let quoted = false;
  let start = 0;
  for (let at = 0; at < text.length; at += 1) {
    const letter = text[at];
    if (letter === "'") quoted = !quoted;
    else if (quoted) continue;
    else if (letter === '(') depth += 1;
    else if (letter === ')') depth -= 1;
    else if (letter === ',' && depth === 0) {
      parts.push(text.slice(start, at));
      start = at + 1;
    }
  }
  return [...parts, text.slice(start)];
}

function unsupported(part: string): GraphFault {
  return new GraphFault(400, 'BadRequest', `The query option '$expand=${part}' is not supported.`);
}
