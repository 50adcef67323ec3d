import type { Call } from '../call.ts';
import type { DirectoryKind } from '../directory.ts';
import { directorySelect } from '../directory-view.ts';
import { GraphFault } from '../graph-fault.ts';
import { FilterSyntaxError, nodesOf, parseFilter } from '../odata/filter-syntax.ts';
import { openSealed, sealToken } from '../sealed-token.ts';

/** Where a delta round of the directory stands; all of it is in the link. */
export interface DirectoryToken {
  readonly kind: DirectoryKind;
  /** Changes up to this version have been told. -1: a first round, which tells all objects. */
  readonly since: number;
  /** The round tells changes up to this version. */
  readonly until: number;
  /** Rows of this round already told. */
  readonly next: number;
  /** Milliseconds since the epoch. */
  readonly issued: number;
  /** Tracked and shown names, navigation included; null: the default. */
  readonly select: readonly string[] | null;
  /** Only these objects; null: all. */
  readonly ids: readonly string[] | null;
}

const lifetimeMs = 7 * 24 * 60 * 60 * 1000;
const mostIds = 50;
const navigation = new Set(['members', 'owners', 'manager']);

export function writeDirectoryToken(token: DirectoryToken): string {
  return sealToken(['directory', token]);
}

/**
 * The token of a request, or that of a new round (graph.md 2.6). Throws 410 `resyncRequired` with the way to start anew for a token
 * older than seven days, 400 for options that the function does not take or a token that is none.
 */
export function openDirectoryToken(call: Call, kind: DirectoryKind, restart: string): DirectoryToken {
  const now = call.world.setting.now();
  const until = call.world.directory.versionAt(now - call.world.quirks.directoryDelayMs);
  for (const option of ['orderby', 'search', 'count', 'skip']) {
    if (call.query.has(option)) throw unsupported(`The query option '$${option}' is not supported with delta.`);
  }
  const skip = call.query.get('skiptoken');
  const text = skip ?? call.query.get('deltatoken');
  if (text && text !== 'latest') {
    if (call.query.has('select')) throw unsupported("'$select' cannot be combined with a token.");
    const token = parsedToken(text, kind);
    if (now - token.issued > lifetimeMs) {
      throw new GraphFault(410, 'resyncRequired', 'The delta token has expired. Start a new synchronisation.', {
        location: restart,
      });
    }
    return skip ? token : { ...token, until, next: 0 };
  }
  const select = call.query.select ?? null;
  if (select)
    directorySelect(
      kind,
      select.filter((name) => !navigation.has(name)),
    );
  const filter = call.query.get('filter');
  const ids = filter ? filteredIds(filter) : null;
  return { kind, since: text === 'latest' ? until : -1, until, next: 0, issued: now, select, ids };
}

function parsedToken(text: string, kind: DirectoryKind): DirectoryToken {
  const [mark, fields] = openSealed(text) ?? [];
  const token = fields as DirectoryToken;
  if (mark !== 'directory' || token.kind !== kind) throw badToken();
  return token;
}

/** `id eq 'a' or id eq 'b'`, at most 50: the only filter (graph.md 2.6). */
function filteredIds(text: string): string[] {
  let ids: (string | undefined)[] = [];
  try {
    ids = [...nodesOf(parseFilter(text))].flatMap((node) => {
      if (node.kind === 'or') return [];
      if (node.kind !== 'compare' || node.operator !== 'eq') return [undefined];
      const { left, right } = node;
      const byId = left.kind === 'path' && left.path === 'id' && right.kind === 'value';
      return [byId ? String(right.value).toLowerCase() : undefined];
    });
  } catch (error) {
    if (!(error instanceof FilterSyntaxError)) throw error;
    ids = [undefined];
  }
  const known = ids.filter((id) => id !== undefined);
  if (known.length < ids.length || known.length > mostIds)
    throw unsupported(`The filter '${text}' is not supported with delta.`);
  return known;
}

function badToken(): GraphFault {
  return new GraphFault(400, 'Request_BadRequest', 'Badly formed token.');
}

function unsupported(message: string): GraphFault {
  return new GraphFault(400, 'Request_UnsupportedQuery', message);
}
