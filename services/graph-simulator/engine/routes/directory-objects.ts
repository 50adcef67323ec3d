import { answer, type Call, contextRoot, countAnswer } from '../call.ts';
import type { DirectoryKind, DirectoryObject } from '../directory.ts';
import { directoryTypes } from '../directory-types.ts';
import { directorySelect, directoryView } from '../directory-view.ts';
import { endOfPath, GraphFault, unknownSegment, wrongDirectoryVerb } from '../graph-fault.ts';
import type { GraphAnswer } from '../wire.ts';
import { isDelta } from './delta-round.ts';
import { directoryDelta } from './directory-delta.ts';
import { directoryPage, directoryRows } from './directory-page.ts';
import { userPhoto } from './user-photo.ts';

/** `/users`, `/groups`, `/contacts` and what lies below one object (graph.md 7). `rest` is what follows the collection. */
export function directoryRoute(call: Call, kind: DirectoryKind, rest: readonly string[]): GraphAnswer {
  if (call.request.method !== 'GET') throw wrongDirectoryVerb();
  const { directory } = call.world;
  const [key, part, ...below] = rest;
  if (key === undefined) return list(call, kind);
  if (key === '$count' || isDelta(key)) endOfPath(part === undefined ? [] : [part]);
  if (key === '$count') return countAnswer(directoryRows(call, kind, directory.list(kind), true).length);
  if (isDelta(key)) return directoryDelta(call, kind);
  const object = kind === 'user' ? directory.user(key) : directory.object(key);
  if (object?.kind !== kind || object.deleted !== 'no') throw notFound(key);
  if (part === undefined) return single(call, object);
  if (kind === 'user' && (part === 'photo' || part === 'photos')) return userPhoto(call, object, rest.slice(1));
  if (kind !== 'group' || (part !== 'members' && part !== 'transitiveMembers')) throw unknownSegment(part);
  return members(call, object, part, below);
}

function list(call: Call, kind: DirectoryKind): GraphAnswer {
  const names = directorySelect(kind, call.query.select);
  const rows = directoryRows(call, kind, call.world.directory.list(kind), false);
  return directoryPage(call, `${contextRoot(call)}${named(call, kind)}`, rows, (object) =>
    directoryView(object, names),
  );
}

function single(call: Call, object: DirectoryObject): GraphAnswer {
  return answer(200, {
    '@odata.context': `${contextRoot(call)}${named(call, object.kind)}/$entity`,
    ...directoryView(object, directorySelect(object.kind, call.query.select)),
  });
}

/** `users(id,displayName)` with `$select`, else `users`. */
function named(call: Call, kind: DirectoryKind): string {
  const select = call.query.select;
  return directoryTypes[kind].collection + (select ? `(${select.join(',')})` : '');
}

const casts: ReadonlyMap<string, DirectoryKind> = new Map([
  ['microsoft.graph.user', 'user'],
  ['microsoft.graph.group', 'group'],
  ['microsoft.graph.orgContact', 'orgContact'],
]);

/** Direct or flattened members, each with its type, optionally cast to one kind (graph.md 7.2). */
function members(call: Call, group: DirectoryObject, part: string, below: readonly string[]): GraphAnswer {
  const [first, second] = below;
  const cast = first === undefined ? undefined : casts.get(first);
  const counted = first === '$count' || second === '$count';
  endOfPath(first === '$count' ? below.slice(1) : below.slice(counted ? 2 : 1));
  if (first !== undefined && first !== '$count' && !cast) throw unknownSegment(first);
  if (cast && call.request.headers['consistencylevel']?.toLowerCase() !== 'eventual') {
    throw new GraphFault(
      400,
      'Request_UnsupportedQuery',
      `The cast '${first}' needs the header ConsistencyLevel: eventual.`,
    );
  }
  const all = call.world.directory.members(group, part === 'transitiveMembers');
  const rows = directoryRows(call, cast, cast ? all.filter(({ kind }) => kind === cast) : all, counted);
  if (counted) return countAnswer(rows.length);
  const context = `${contextRoot(call)}${cast ? directoryTypes[cast].collection : 'directoryObjects'}`;
  const select = call.query.select;
  return directoryPage(call, context, rows, (member) => {
    const type = directoryTypes[member.kind];
    const known = [...type.shown, ...type.onRequest];
    const names = select ? select.filter((name) => known.includes(name)) : type.shown;
    return { '@odata.type': type.odataType, ...directoryView(member, names) };
  });
}

function notFound(key: string): GraphFault {
  return new GraphFault(
    404,
    'Request_ResourceNotFound',
    `Resource '${key}' does not exist or one of its queried reference-property objects are not present.`,
  );
}
