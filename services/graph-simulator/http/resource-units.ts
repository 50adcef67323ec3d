import type { GraphCall } from './graph-call.ts';

/** Units that an app may spend in ten seconds, by how many users the tenant has (graph.md 4.1). */
export function unitsPer10Seconds(users: number): number {
  if (users < 50) return 3500;
  return users <= 500 ? 5000 : 8000;
}

const below: Readonly<Record<string, number>> = {
  members: 3,
  transitivemembers: 5,
  memberof: 2,
  transitivememberof: 2,
  checkmembergroups: 4,
};

function baseCost([root, key, part]: readonly string[]): number {
  if (part !== undefined) return below[part.toLowerCase()] ?? 1;
  if (root === 'users' && key === undefined) return 2;
  return root === 'subscribedskus' ? 3 : 1;
}

/** What a directory call costs: its kind, one less with `$select` or a small `$top`, one more with `$expand`, at least one (graph.md 4.1). */
export function resourceUnits(call: GraphCall): number {
  const query = new URLSearchParams(call.request.query);
  const top = Number(query.get('$top') ?? Number.NaN);
  const cost =
    baseCost(call.target.segments) -
    (query.has('$select') ? 1 : 0) +
    (query.has('$expand') ? 1 : 0) -
    (top < 20 ? 1 : 0);
  return Math.max(1, cost);
}
