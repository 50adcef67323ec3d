import { clearedOrOverwritten } from './brake.ts';
import type { Versioned } from './card.ts';
import type { Fields } from './fields.ts';
import type { CommitRecord } from './records.ts';

/** A value change that the brake counts over a rolling day (K-23). */
export interface ValueChange {
  readonly number: number;
  readonly time: number;
  readonly endpoint: string;
}

/** What a book says after its commits 1 … head: the newest version of every card, and ways to find one. */
export interface BookState {
  readonly book: string;
  head: number;
  cardsBorn: number;
  readonly cards: Map<number, Versioned>;
  /** Card id -> number. */
  readonly numbers: Map<string, number>;
  /** Cards touched since `since`, by revision: the work of an apply pass without a look at every card. */
  readonly touched: { readonly revision: number; readonly number: number }[];
  /** Revisions up to here are not in `touched`. */
  since: number;
  /** Newest day of value changes. */
  readonly changes: ValueChange[];
  /** Endpoint -> revisions above `since` in which it was the observer. */
  readonly observers: Map<string, number[]>;
}

export const emptyBook = (book: string): BookState => ({
  book,
  head: 0,
  cardsBorn: 0,
  cards: new Map(),
  numbers: new Map(),
  touched: [],
  since: 0,
  changes: [],
  observers: new Map(),
});

/** Notes a version that is older than `head`, as stored; versions of one card come in ascending revisions. */
export function recall(state: BookState, version: Versioned, time: number): void {
  const before = state.cards.get(version.number);
  if (before && before.revision >= version.revision) return;
  noteChange(state, before?.fields, version, time);
  state.cards.set(version.number, version);
  state.numbers.set(version.card, version.number);
  if (version.number > state.cardsBorn) state.cardsBorn = version.number;
}

/** Takes the next commit of the log. */
export function advance(state: BookState, commit: CommitRecord): void {
  if (commit.revision !== state.head + 1) throw new Error(`commit ${commit.revision} does not follow ${state.head}`);
  for (const version of commit.versions) {
    recall(state, { ...version, revision: commit.revision }, commit.time);
    state.touched.push({ revision: commit.revision, number: version.number });
  }
  for (const endpoint of Object.keys(commit.observed)) {
    const revisions = state.observers.get(endpoint);
    if (revisions) revisions.push(commit.revision);
    else state.observers.set(endpoint, [commit.revision]);
  }
  state.cardsBorn = Math.max(state.cardsBorn, commit.cardsBorn);
  state.head = commit.revision;
  if (state.touched.length > KEPT) trim(state);
}

/** So many touches are kept; whoever is further behind looks at every card. */
const KEPT = 50_000;

function trim(state: BookState): void {
  const since = state.touched[state.touched.length >> 1]?.revision ?? state.head;
  state.touched.splice(
    0,
    state.touched.findIndex((touch) => touch.revision > since),
  );
  state.since = since;
  for (const [endpoint, revisions] of state.observers)
    state.observers.set(
      endpoint,
      revisions.filter((revision) => revision > since),
    );
}

function noteChange(state: BookState, before: Fields | undefined, version: Versioned, time: number): void {
  if (before && clearedOrOverwritten(before, version.fields))
    state.changes.push({ number: version.number, time, endpoint: version.source.endpoint });
}

/** Cards with a version above the revision, newest first, each once. */
export function touchedSince(state: BookState, revision: number): number[] {
  const numbers = new Set<number>();
  if (revision >= state.since) {
    for (let i = state.touched.length - 1; i >= 0; i--) {
      const touch = state.touched[i] as BookState['touched'][number];
      if (touch.revision <= revision) break;
      numbers.add(touch.number);
    }
    return [...numbers];
  }
  return [...state.cards.values()]
    .filter((version) => version.revision > revision)
    .sort((a, b) => b.revision - a.revision || a.number - b.number)
    .map((version) => version.number);
}

/** A copy that can be advanced without touching the original: for plans. */
export const fork = (state: BookState): BookState => ({
  ...state,
  cards: new Map(state.cards),
  numbers: new Map(state.numbers),
  touched: [...state.touched],
  changes: [...state.changes],
  observers: new Map([...state.observers].map(([endpoint, revisions]) => [endpoint, [...revisions]])),
});

/** Counts of one source's cards, for the brake. */
export interface SourceTally {
  readonly live: number;
  readonly goneWithinDay: number;
  readonly changedWithinDay: ReadonlySet<number>;
}

const DAY = 24 * 60 * 60 * 1000;

export function tally(state: BookState, endpoint: string, now: number): SourceTally {
  let live = 0;
  let goneWithinDay = 0;
  for (const version of state.cards.values()) {
    if (version.source.endpoint !== endpoint) continue;
    if (version.state === 'live') live++;
    else if (version.state === 'gone' && version.since > now - DAY) goneWithinDay++;
  }
  while (state.changes[0] && state.changes[0].time <= now - DAY) state.changes.shift();
  const recent = state.changes.filter((change) => change.endpoint === endpoint);
  return { live, goneWithinDay, changedWithinDay: new Set(recent.map((change) => change.number)) };
}
