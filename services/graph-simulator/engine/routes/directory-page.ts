import { answer, type Call, selfLink } from '../call.ts';
import type { DirectoryKind, DirectoryObject } from '../directory.ts';
import { type DirectoryFilter, directoryFilter } from '../directory-filter.ts';
import { directoryTypes } from '../directory-types.ts';
import { GraphFault } from '../graph-fault.ts';
import { openSealed, sealToken } from '../sealed-token.ts';
import type { GraphAnswer } from '../wire.ts';

const defaultSize = 100;
const largest = 999;

/**
 * What `$filter`, `$search` and `$orderby` leave, in order. `kind` undefined: objects of several kinds. `counting`: the request is
 * a `/$count`, which is an advanced query by itself. Throws 400 `Request_UnsupportedQuery` where graph.md 7.1 asks for more than was sent.
 */
export function directoryRows(
  call: Call,
  kind: DirectoryKind | undefined,
  all: readonly DirectoryObject[],
  counting: boolean,
): readonly DirectoryObject[] {
  const header = call.request.headers['consistencylevel']?.toLowerCase() === 'eventual';
  const advanced = header && (counting || call.query.counting);
  if (call.query.has('skip')) throw unsupported("'$skip' is not supported by the service.");
  if (counting && !header) throw unsupported('$count is not currently supported without the ConsistencyLevel header.');
  if (call.query.has('search')) throw unsupported('$search is not supported here.');
  const order = call.query.get('orderby')?.trim().split(/\s+/);
  const text = call.query.get('filter');
  const filter = text ? directoryFilter(text, namesOf(kind)) : undefined;
  if (filter) checkFilter(call, filter, text ?? '', { header, advanced, ordered: order !== undefined });
  const rows = filter ? all.filter(filter.test) : [...all];
  return order ? sorted(rows, order) : rows;
}

function namesOf(kind: DirectoryKind | undefined): ReadonlySet<string> {
  const kinds = kind ? [kind] : (Object.keys(directoryTypes) as DirectoryKind[]);
  return new Set(kinds.flatMap((each) => [...directoryTypes[each].shown, ...directoryTypes[each].onRequest]));
}

interface Sent {
  readonly header: boolean;
  readonly advanced: boolean;
  readonly ordered: boolean;
}

function checkFilter(call: Call, filter: DirectoryFilter, text: string, sent: Sent): void {
  const refused = call.world.quirks.licenceAnyFilterRefused && filter.needs === 'header';
  const lacking = (filter.needs === 'header' && !sent.header) || (filter.needs === 'both' && !sent.advanced);
  if (refused || lacking) throw unsupported(`Unsupported or invalid query filter clause specified: ${text}.`);
  if (sent.ordered && !sent.advanced) throw unsupported('Sorting is not supported with a filter.');
}

function sorted(rows: readonly DirectoryObject[], [path = '', direction]: readonly string[]): DirectoryObject[] {
  const key = (object: DirectoryObject): string => String(object.properties[path] ?? '').toLowerCase();
  const sign = direction?.toLowerCase() === 'desc' ? -1 : 1;
  return [...rows].sort((one, other) => (key(one) < key(other) ? -sign : key(one) > key(other) ? sign : 0));
}

/** One page: 100 or `$top` up to 999 rows, `@odata.count` on the first page only, then an opaque link (graph.md 7.1). */
export function directoryPage(
  call: Call,
  context: string,
  rows: readonly DirectoryObject[],
  view: (object: DirectoryObject) => Record<string, unknown>,
): GraphAnswer {
  const size = call.query.number('top') ?? defaultSize;
  if (size < 1 || size > largest) {
    throw unsupported(`Invalid page size specified: '${size}'. Must be between 1 and ${largest} inclusive.`);
  }
  const token = call.query.get('skiptoken');
  const start = token === undefined ? 0 : readPosition(token);
  const end = start + size;
  const next = selfLink(call, call.query.with({ skiptoken: writePosition(end) }));
  const counted = call.query.counting && token === undefined && call.request.headers['consistencylevel'] !== undefined;
  return answer(200, {
    '@odata.context': context,
    ...(counted ? { '@odata.count': rows.length } : {}),
    ...(end < rows.length ? { '@odata.nextLink': next } : {}),
    value: rows.slice(start, end).map(view),
  });
}

const writePosition = (position: number): string => sealToken(['page', position]);

function readPosition(token: string): number {
  const [mark, position] = openSealed(token) ?? [];
  if (mark === 'page') return Number(position);
  throw new GraphFault(
    400,
    'Directory_ExpiredPageToken',
    'The specified page token value has expired and can no longer be included in your request.',
  );
}

function unsupported(message: string): GraphFault {
  return new GraphFault(400, 'Request_UnsupportedQuery', message);
}
