import { parsed } from './contact-filter.ts';
import type { DirectoryObject } from './directory.ts';
import { GraphFault } from './graph-fault.ts';
import { matches, memberOf } from './odata/filter-match.ts';
import { type Filter, nodesOf } from './odata/filter-syntax.ts';

/** Whether a filter needs the header, and the header with `$count=true`, to be taken (graph.md 7.1). */
export interface DirectoryFilter {
  readonly test: (object: DirectoryObject) => boolean;
  /** `header`: A-17's form, served with `ConsistencyLevel` alone. `both`: an advanced query proper. */
  readonly needs: 'nothing' | 'header' | 'both';
}

/** Compiles `$filter` on the directory. Throws 400 for a text that is no filter. */
export function directoryFilter(text: string, kindNames: ReadonlySet<string>): DirectoryFilter {
  const filter = parsed(text, true);
  const nodes = [...nodesOf(filter)];
  for (const node of nodes) checkPaths(node, kindNames, variablesOf(nodes));
  const needs = isLicenceAny(filter) ? 'header' : nodes.some(isAdvanced) ? 'both' : 'nothing';
  return { needs, test: (object) => matches(filter, (path) => memberOf(object.properties, path)) };
}

/** `assignedLicenses/any(x:x/skuId ne null)`, which the real service takes with the header alone (ACCEPTANCE A-17). */
export function isLicenceAny(filter: Filter): boolean {
  if (filter.kind === 'and') return isLicenceAny(filter.left) || isLicenceAny(filter.right);
  return (
    filter.kind === 'any' &&
    filter.path === 'assignedLicenses' &&
    filter.inner?.kind === 'compare' &&
    filter.inner.operator === 'ne' &&
    filter.inner.right.kind === 'value' &&
    filter.inner.right.value === null
  );
}

function isAdvanced(node: Filter): boolean {
  if (node.kind === 'not') return true;
  if (node.kind === 'call') return node.name !== 'startswith';
  if (node.kind === 'any') return node.path === 'assignedPlans';
  if (node.kind !== 'compare') return false;
  return (
    node.operator === 'ne' ||
    [node.left, node.right].some((side) => side.kind === 'path' && side.path.endsWith('/$count'))
  );
}

const variablesOf = (nodes: readonly Filter[]): ReadonlySet<string> =>
  new Set(nodes.flatMap((node) => (node.kind === 'any' ? [node.variable] : [])));

function checkPaths(node: Filter, names: ReadonlySet<string>, variables: ReadonlySet<string>): void {
  const paths: string[] = node.kind === 'any' ? [node.path] : [];
  if (node.kind === 'compare' || node.kind === 'call') {
    for (const side of [node.left, node.right]) if (side.kind === 'path') paths.push(side.path);
  }
  for (const path of paths) {
    const root = path.split('/')[0] ?? '';
    if (names.has(root) || variables.has(root)) continue;
    throw new GraphFault(400, 'BadRequest', `Invalid filter clause: Could not find a property named '${root}'.`);
  }
}
