import type { Copy } from '#core/copy';
import { commitKey } from '#core/keys';
import type { Draft, Observation, Reading } from '#core/observation';
import { observeSource } from '#core/observe-source';
import { observeTarget } from '#core/observe-target';
import type { CommitRecord } from '#core/records';
import type { Situation } from '#core/situation';
import type { Write } from '#ports/store';
import { versionInserts } from './books.ts';
import { weighReading } from './holds.ts';
import { basesOf, copyWrites, refresh, situate } from './load.ts';
import type { Pass } from './pass.ts';
import { noteRetries, type Owed, retryWrites } from './retries.ts';

/** A commit holds at most so many versions; more become consecutive commits (PROTOCOL 2.3). */
const VERSIONS = 200;

export interface CommitOptions {
  /** The new cursor; absent leaves it. */
  readonly link?: string | null;
  /** When the notification arrived that led here, for the lag. */
  readonly first?: number;
  /** Copies known to the caller already; else those of the observed items are loaded. */
  readonly copies?: ReadonlyMap<number, Copy>;
  /** Judges instead of the role's rule: for cards that finish leaving. */
  readonly judge?: (situation: Situation) => Reading;
  /** The folder was read to its end. */
  readonly complete?: boolean;
}

/** What became of a reading: stored, or held by the brake with nothing stored and the cursor where it was. */
export type Committed = { readonly held: false; readonly reading: Reading } | { readonly held: true };

/**
 * Judges observations and stores what they come to, in the order that makes every crash harmless (PROTOCOL 2.5 `read`):
 * retries, then the commit, then its versions, the signal, copies, and the position last. A lost race for a revision
 * means that the book moved on: everything is judged again.
 */
export async function commit(
  pass: Pass,
  observations: readonly Observation[],
  options: CommitOptions = {},
): Promise<Committed> {
  for (;;) {
    await refresh(pass);
    const copies = options.copies ?? (await copiesOf(pass, observations));
    const situation = situate(pass, copies, await basesOf(pass, copies, observations));
    const reading = (options.judge ?? judgeBy(pass, observations))(situation);
    if (await weighReading(pass, situation, reading)) return { held: true };
    report(pass, reading);
    if (reading.drafts.size === 0) {
      await storeSeen(pass, reading, options);
      return { held: false, reading };
    }
    if (await append(pass, reading, options)) return { held: false, reading };
    await pass.prove();
  }
}

const judgeBy =
  (pass: Pass, observations: readonly Observation[]) =>
  (situation: Situation): Reading =>
    pass.record.role === 'source' ? observeSource(situation, observations) : observeTarget(situation, observations);

/** Copies that name the observed items, and those of the cards that stamped strangers belong to. */
async function copiesOf(pass: Pass, observations: readonly Observation[]): Promise<Map<number, Copy>> {
  const { store } = pass.context.ports;
  if (observations.length === 0) return new Map();
  const items = observations.map(({ id }) => id);
  const copies = await store.copiesByItem(pass.endpoint.key, items);
  const rivals = observations.flatMap((seen) =>
    'rival' in seen && seen.rival && seen.rival !== 'gone' ? [seen.rival.id] : [],
  );
  const gone = observations.some((seen) => 'rival' in seen && seen.rival !== undefined);
  if (rivals.length > 0)
    for (const [n, copy] of await store.copiesByItem(pass.endpoint.key, rivals)) copies.set(n, copy);
  if (!gone && !observations.some((seen) => 'item' in seen && seen.item.stamp)) return copies;
  for (const [n, copy] of await store.copies(pass.endpoint.key)) copies.set(n, copy);
  return copies;
}

function owedOf(reading: Reading, now: number): Map<number, Owed> {
  const owed = new Map<number, Owed>();
  // A card in this commit is to do anyway: its revision is above every applied one.
  for (const number of reading.retries)
    if (!reading.drafts.has(number))
      owed.set(number, { due: now, code: 'repair', reason: 'The copy is not as its card says.' });
  return owed;
}

async function storeSeen(pass: Pass, reading: Reading, options: CommitOptions): Promise<void> {
  const owed = owedOf(reading, pass.context.ports.clock.now());
  const before = [...retryWrites(pass, owed), ...copyWrites(pass, reading.copies)];
  const read = readPosition(pass, options, pass.book.state.head);
  if (options.link === undefined && !options.complete) await pass.write([before]);
  else await pass.put({ read }, [before]);
  noteRetries(pass, owed);
}

const readPosition = (pass: Pass, options: CommitOptions, revision: number) => ({
  link: options.link === undefined ? pass.record.read.link : options.link,
  revision,
  time: options.complete ? pass.context.ports.clock.now() : pass.record.read.time,
});

/** False when another commit took the revision. */
async function append(pass: Pass, reading: Reading, options: CommitOptions): Promise<boolean> {
  const { book } = pass;
  const owed = owedOf(reading, pass.context.ports.clock.now());
  const commits = commitsOf(pass, reading, options);
  for (const [i, record] of commits.entries()) {
    const missing = await book.missingVersions();
    const key = commitKey(record.book, record.revision);
    const insert: Write = { op: 'insert', kind: 'commit', key, record };
    const outcomes = await pass.write([i === 0 ? retryWrites(pass, owed) : [], missing, [insert]]);
    if (i === 0) noteRetries(pass, owed);
    if (outcomes.at(-1)?.[0] !== 'inserted') return false;
    await store(pass, record, reading, options, i === commits.length - 1);
  }
  return true;
}

async function store(
  pass: Pass,
  record: CommitRecord,
  reading: Reading,
  options: CommitOptions,
  last: boolean,
): Promise<void> {
  await pass.write([versionInserts(record)]);
  await pass.book.refresh();
  pass.book.completed(record.revision);
  await announce(pass, record, options);
  if (!last) return;
  const read = readPosition(pass, options, record.revision);
  await pass.put({ read }, [copyWrites(pass, reading.copies)]);
}

/** Consecutive commits of at most 200 versions: only the last carries the cursor, each the copies of its cards. */
function commitsOf(pass: Pass, reading: Reading, options: CommitOptions): CommitRecord[] {
  const { state } = pass.book;
  const drafts = [...reading.drafts.values()];
  const commits: CommitRecord[] = [];
  const told = new Set<number>();
  let { cardsBorn } = state;
  for (let at = 0; at < drafts.length; at += VERSIONS) {
    const part = drafts.slice(at, at + VERSIONS);
    const last = at + VERSIONS >= drafts.length;
    const revision = state.head + 1 + commits.length;
    cardsBorn = Math.max(cardsBorn, ...part.map(({ number }) => number));
    const numbers = last ? reading.copies.keys() : part.map(({ number }) => number);
    const copies: Record<number, Copy | null> = {};
    for (const number of numbers) {
      const copy = reading.copies.get(number);
      if (copy === undefined || told.has(number)) continue;
      copies[number] = copy;
      told.add(number);
    }
    commits.push({
      book: state.book,
      revision,
      time: pass.context.ports.clock.now(),
      token: pass.token(),
      cardsBorn,
      versions: part.map((draft) => bornIn(draft, revision)),
      observed: { [pass.endpoint.key]: { copies, ...(last && options.link !== undefined && { link: options.link }) } },
    });
  }
  return commits;
}

function bornIn(draft: Draft, revision: number) {
  const { revision: _, ...facts } = draft as Draft & { revision?: number };
  return { ...facts, bornAt: draft.bornAt === 'now' ? revision : draft.bornAt };
}

/** A signal may be lost: the due work of every owner finds endpoints behind the head. */
async function announce(pass: Pass, record: CommitRecord, { first }: CommitOptions): Promise<void> {
  const { context, policy } = pass;
  const numbers = record.versions.map(({ number }) => number);
  const at = context.ports.clock.now();
  const since = first !== undefined && { first };
  context.emit({ type: 'committed', policy: policy.id, revision: record.revision, cards: numbers.length, ...since });
  const signal = {
    k: 'delta',
    t: policy.tenant,
    b: policy.id,
    f: record.revision - 1,
    r: record.revision,
    c: numbers,
    at,
    ...since,
  } as const;
  await context.ports.queue.publish([{ signal, shard: 'all' }]).catch((cause: unknown) => {
    const message = cause instanceof Error ? cause.message : String(cause);
    context.emit({ type: 'trouble', where: 'queue', code: 'delta not published', message });
  });
}

function report(pass: Pass, reading: Reading): void {
  const { endpoint, context } = pass;
  const { drift, left } = reading;
  if (drift.changed + drift.deleted + drift.duplicate > 0)
    context.emit({ type: 'drift', endpoint: endpoint.key, ...drift });
  if (left.private + left.category + left.foreign > 0) context.emit({ type: 'left', endpoint: endpoint.key, ...left });
}
