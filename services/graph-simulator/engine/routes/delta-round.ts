import { answer, type Call, contextRoot } from '../call.ts';
import type { Folder } from '../folder.ts';
import { GraphFault } from '../graph-fault.ts';
import type { Mailbox } from '../mailbox.ts';
import { appliedHeader } from '../prefer.ts';
import { readSyncToken, type SyncToken, writeSyncToken } from '../sync-token.ts';
import type { GraphAnswer } from '../wire.ts';

/** The three spellings of the function (graph.md 2.1, 12.13). */
export function isDelta(segment: string): boolean {
  return segment === 'delta' || segment === 'delta()' || segment === 'microsoft.graph.delta()';
}

type Row = Readonly<Record<string, unknown>>;

/** What a delta query tracks. Rows are made as they are taken, so a page costs what it shows. */
export interface DeltaSource {
  readonly kind: SyncToken['kind'];
  readonly folder: Folder;
  /** Path below the version root, in key form. */
  readonly path: string;
  /** `Collection(contact)` or the like. */
  readonly context: string;
  /** First round: all from number `next` on that were there at version `since`. */
  enumerate(next: number, since: number, select: string | null): Iterable<{ readonly at: number; readonly row: Row }>;
  /** Later rounds: what changed after version `since`, oldest first; `at` is the version. */
  changes(since: number, select: string | null): Iterable<{ readonly at: number; readonly row: Row }>;
}

/**
 * One page of a delta round (graph.md 2.1, 2.2): a first round lists what there is, later ones what changed; exactly one of
 * nextLink and deltaLink; options are remembered in the token. Throws 410 `SyncStateNotFound` for a token of a dropped generation.
 */
export function deltaPage(call: Call, mailbox: Mailbox, source: DeltaSource): GraphAnswer {
  if (call.query.has('expand')) throw expandFault();
  const base = `${call.world.setting.linkRoot()}${source.path}`;
  const token = openToken(call, mailbox, source, `${base}?$deltatoken=`);
  const size = Math.min(call.prefer.maxPageSize ?? 10, 1000, token.left ?? Number.POSITIVE_INFINITY);
  const rows =
    token.next === null
      ? source.changes(token.since, token.select)
      : source.enumerate(token.next, token.since, token.select);
  const { value, last, more } = take(rows, size);
  const left = token.left === null ? null : token.left - value.length;
  const unfinished = more && left !== 0;
  const padded = !unfinished && call.world.quirks.emptyDeltaPages > 0 && value.length > 0;
  const goesOn = unfinished || (padded && call.world.setting.random() < call.world.quirks.emptyDeltaPages);
  const following = goesOn ? { ...onward(token, last), left } : { ...ended(token, mailbox), left: token.top };
  const link = `${base}?${goesOn ? '$skiptoken' : '$deltatoken'}=${writeSyncToken(following)}`;
  return answer(
    200,
    {
      '@odata.context': contextRoot(call) + source.context,
      [goesOn ? '@odata.nextLink' : '@odata.deltaLink']: link,
      value: withDuplicate(call, value),
    },
    appliedHeader(
      'odata.track-changes',
      call.prefer.maxPageSize !== undefined && `odata.maxpagesize=${call.prefer.maxPageSize}`,
      call.prefer.immutableIds && 'IdType=ImmutableId',
    ),
  );
}

function openToken(call: Call, mailbox: Mailbox, source: DeltaSource, restart: string): SyncToken {
  const place = { kind: source.kind, mailbox: mailbox.ids.tag, folder: source.folder.number };
  const states = source.folder.syncStates;
  const text = call.query.get('skiptoken') ?? call.query.get('deltatoken');
  if (text) {
    const token = readSyncToken(text, place);
    return { ...token, generation: states.follow(token.chain, token.generation, restart) };
  }
  const chain = Math.floor(call.world.setting.random() * 0x1_0000_0000);
  const top = call.query.number('top') ?? null;
  const select = call.query.select?.join(',') ?? null;
  return { ...place, chain, generation: states.open(chain), since: mailbox.version, next: 0, top, left: top, select };
}

function take(
  rows: Iterable<{ readonly at: number; readonly row: Row }>,
  size: number,
): { value: Row[]; last: number; more: boolean } {
  const value: Row[] = [];
  let last = -1;
  for (const { at, row } of rows) {
    if (value.length >= size) return { value, last, more: true };
    value.push(row);
    last = at;
  }
  return { value, last, more: false };
}

/** The token after `last` was told. */
function onward(token: SyncToken, last: number): SyncToken {
  return token.next === null ? { ...token, since: last } : { ...token, next: last + 1 };
}

/** The next round tells what came after this one: after its beginning for a first round, after now for a later one. */
function ended(token: SyncToken, mailbox: Mailbox): SyncToken {
  return token.next === null ? { ...token, since: mailbox.version } : { ...token, next: null };
}

function withDuplicate(call: Call, value: Row[]): Row[] {
  const [first] = value;
  const { deltaDuplicates } = call.world.quirks;
  return first && deltaDuplicates > 0 && call.world.setting.random() < deltaDuplicates ? [...value, first] : value;
}

function expandFault(): GraphFault {
  return new GraphFault(500, 'InternalServerError', 'Value cannot be null.\r\nParameter name: type');
}
