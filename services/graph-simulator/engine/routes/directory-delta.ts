import { answer, type Call, contextRoot } from '../call.ts';
import type { DirectoryChange, DirectoryKind, DirectoryObject } from '../directory.ts';
import { directoryTypes } from '../directory-types.ts';
import type { GraphAnswer } from '../wire.ts';
import { type DirectoryToken, openDirectoryToken, writeDirectoryToken } from './directory-token.ts';

/** One entry of a round: an object, with a slice of its members if it is a group. */
interface Entry {
  readonly object: DirectoryObject;
  /** Undefined: everything (a first round, a creation, a deletion, a restoring). */
  readonly changed: ReadonlySet<string> | undefined;
  readonly members: readonly Member[] | undefined;
}

interface Member {
  readonly id: string;
  readonly removed: boolean;
}

const defaultSize = 100;
const largest = 999;
/** Members of a group on one page; the group comes again on the next with more of them (graph.md 2.6). */
const sliceSize = 100;

/** `users/delta`, `groups/delta`, `contacts/delta` (graph.md 2.6). `$top` and `$expand` are passed over. Throws as `openDirectoryToken`. */
export function directoryDelta(call: Call, kind: DirectoryKind): GraphAnswer {
  const { collection } = directoryTypes[kind];
  const base = `${call.world.setting.linkRoot()}/${collection}/delta`;
  const token = openDirectoryToken(call, kind, `${base}?$deltatoken=`);
  const size = Math.min(call.prefer.maxPageSize ?? defaultSize, largest);
  const entries = token.since < 0 ? everything(call, token) : changes(call, token);
  const page = cut(entries, token.next, size);
  const end = token.next + page.length;
  const issued = call.world.setting.now();
  const link =
    end < entries.length
      ? { '@odata.nextLink': `${base}?$skiptoken=${writeDirectoryToken({ ...token, next: end, issued })}` }
      : {
          '@odata.deltaLink': `${base}?$deltatoken=${writeDirectoryToken({ ...token, since: token.until, next: 0, issued })}`,
        };
  const minimal = call.prefer.minimal && token.since >= 0;
  return answer(
    200,
    {
      '@odata.context': `${contextRoot(call)}${collection}`,
      ...link,
      value: page.map((entry) => row(call, token, entry, minimal)),
    },
    minimal ? { 'preference-applied': 'return=minimal' } : {},
  );
}

/** A page ends early before an object that it has already. */
function cut(entries: readonly Entry[], start: number, size: number): readonly Entry[] {
  const seen = new Set<DirectoryObject>();
  let end = start;
  for (; end < Math.min(entries.length, start + size); end += 1) {
    const object = entries[end]?.object;
    if (!object || seen.has(object)) break;
    seen.add(object);
  }
  return entries.slice(start, end);
}

const wanted = (token: DirectoryToken, object: DirectoryObject): boolean =>
  object.kind === token.kind && (token.ids === null || token.ids.includes(object.id));

const tracksMembers = (token: DirectoryToken): boolean =>
  token.kind === 'group' && (token.select === null || token.select.includes('members'));

/** A first round may tell of objects in the recycle bin too (graph.md 2.6). */
function everything(call: Call, token: DirectoryToken): Entry[] {
  return call.world.directory
    .all(token.kind)
    .filter((object) => wanted(token, object) && object.deleted !== 'hard')
    .flatMap((object) => {
      const members = [...object.members].map((id) => ({ id, removed: false }));
      return sliced(object, undefined, tracksMembers(token) && object.deleted === 'no' ? members : []);
    });
}

function sliced(object: DirectoryObject, changed: Entry['changed'], members: readonly Member[]): Entry[] {
  if (members.length === 0) return [{ object, changed, members: undefined }];
  const slices = Array.from({ length: Math.ceil(members.length / sliceSize) }, (_, at) =>
    members.slice(at * sliceSize, (at + 1) * sliceSize),
  );
  return slices.map((slice) => ({ object, changed, members: slice }));
}

/** What changed of each object, folded, in order of the last change. */
function changes(call: Call, token: DirectoryToken): Entry[] {
  const byObject = new Map<DirectoryObject, DirectoryChange[]>();
  for (const change of call.world.directory.changesBetween(token.since, token.until)) {
    if (!wanted(token, change.object)) continue;
    const before = byObject.get(change.object) ?? [];
    byObject.delete(change.object);
    byObject.set(change.object, [...before, change]);
  }
  return [...byObject].flatMap(([object, list]) => folded(token, object, list));
}

function folded(token: DirectoryToken, object: DirectoryObject, list: readonly DirectoryChange[]): Entry[] {
  const whole = list.some(({ properties }) => properties === undefined);
  const tracked = new Set(token.select ?? [...directoryTypes[token.kind].shown, 'members']);
  const changed = new Set(list.flatMap(({ properties }) => properties ?? []).filter((name) => tracked.has(name)));
  const last = new Map(list.flatMap(({ member }) => (member ? [[member.id, member] as const] : [])));
  if (!whole && changed.size === 0) return [];
  const all = whole ? [...object.members].map((id) => ({ id, removed: false })) : [];
  const members = new Map([...all.map((member) => [member.id, member] as const), ...last]);
  const told = tracksMembers(token) && object.deleted === 'no' ? [...members.values()] : [];
  return sliced(object, whole ? undefined : changed, told);
}

function row(call: Call, token: DirectoryToken, entry: Entry, minimal: boolean): Record<string, unknown> {
  const { object, changed, members } = entry;
  if (object.deleted !== 'no') {
    return { id: object.id, '@removed': { reason: object.deleted === 'soft' ? 'changed' : 'deleted' } };
  }
  const shown: Record<string, unknown> = {};
  for (const name of token.select ?? directoryTypes[object.kind].shown) {
    const value = object.properties[name];
    const left = minimal && changed && !changed.has(name);
    if (value !== undefined && !left && name !== 'members') shown[name] = value;
  }
  shown['id'] = object.id;
  if (members) shown['members@delta'] = members.map((member) => memberRow(call, member));
  return shown;
}

function memberRow(call: Call, { id, removed }: Member): Record<string, unknown> {
  const kind = call.world.directory.object(id)?.kind ?? 'user';
  const typed = { '@odata.type': directoryTypes[kind].odataType, id };
  return removed ? { ...typed, '@removed': { reason: 'deleted' } } : typed;
}
