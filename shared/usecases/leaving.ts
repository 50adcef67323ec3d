import { tally } from '#core/book';
import { weighDeletions } from '#core/brake';
import type { Versioned } from '#core/card';
import { emptyReading, type Observation, type Reading } from '#core/observation';
import { excluded } from '#core/project';
import type { HoldRecord } from '#core/records';
import type { Situation } from '#core/situation';
import { commit } from './commit.ts';
import { hold, holdKey, lift } from './holds.ts';
import { refresh } from './load.ts';
import type { Pass } from './pass.ts';

/** Cards of this source whose grace is over at a time. */
function ripe(pass: Pass, now: number): Versioned[] {
  const { grace } = pass.context.setting.timing;
  return leavingOf(pass).filter((version) => now - version.since >= grace);
}

const leavingOf = (pass: Pass): Versioned[] =>
  [...pass.book.state.cards.values()].filter(
    (version) => version.state === 'leaving' && !version.kept && version.source.endpoint === pass.endpoint.key,
  );

/** When the next leaving card of a source is to be finished, ms since the epoch; undefined when none leaves. */
export function nextRipe(pass: Pass): number | undefined {
  const { grace } = pass.context.setting.timing;
  const times = leavingOf(pass).map(({ since }) => since + grace);
  return times.length === 0 ? undefined : Math.min(...times);
}

/**
 * Ends the waiting of cards that left this source (PROTOCOL 2.6 `finishLeaving`): each is asked for once more; what came
 * back, or lies in another folder of the policy, lives; the rest goes through the brake and becomes `gone`, or is held.
 */
export async function finishLeaving(pass: Pass): Promise<void> {
  await refresh(pass);
  const waiting = ripe(pass, pass.context.ports.clock.now());
  if (waiting.length === 0) return;
  const missing: Versioned[] = [];
  const returned: Observation[] = [];
  for (const version of waiting) {
    const seen = await whereIs(pass, version);
    if (seen === 'elsewhere') continue; // The reading of that folder brings it to life.
    if (seen) returned.push(seen);
    else missing.push(version);
  }
  if (returned.length > 0) await commit(pass, returned);
  await end(pass, missing);
}

async function whereIs(pass: Pass, version: Versioned): Promise<Observation | 'elsewhere' | undefined> {
  const { item: id } = version.source;
  if (id === '') return undefined; // An orphan: no source has brought it.
  pass.token();
  const item = await pass.context.ports.mailboxes.get(pass.mailbox, id, pass.call);
  if (!item || excluded(pass.policy, item)) return undefined;
  if (item.folder === pass.place.folder) return { id, item };
  return (await isSource(pass, item.folder)) ? 'elsewhere' : undefined;
}

/** Is this folder of the mailbox another source of the policy? */
async function isSource(pass: Pass, folder: string): Promise<boolean> {
  const sources = await pass.context.ports.store.get('endpoint', pass.sources);
  return sources.some((record) => record?.mailbox === pass.record.mailbox && record.folderId === folder);
}

/** Lets missing cards go, as far as the brake or a person allows. */
async function end(pass: Pass, missing: readonly Versioned[]): Promise<void> {
  const { store, clock } = pass.context.ports;
  const [answer] = await store.get('hold', [holdKey(pass.endpoint.key, 'deletions')]);
  const answered = new Set(answer && answer.state !== 'held' ? answer.cards : []);
  const decided = missing.filter(({ number }) => answered.has(number));
  const open = missing.filter(({ number }) => !answered.has(number));
  await conclude(pass, decided, answer);
  const { live, goneWithinDay } = tally(pass.book.state, pass.endpoint.key, clock.now());
  const caps = pass.policy.brake;
  const counts = { live: live + open.length, goneWithinDay, leaving: open.length, caps };
  const verdict = weighDeletions(counts);
  if (!verdict.open)
    await hold(
      pass,
      verdict.kind,
      open.map(({ number }) => number),
      verdict.reason,
    );
  else {
    await conclude(pass, open, undefined);
    if (answer) await lift(pass, 'deletions');
  }
}

/** `gone`, or kept for good when the answer was `discard`. Judged again under the race for the revision. */
async function conclude(pass: Pass, cards: readonly Versioned[], answer: HoldRecord | undefined): Promise<void> {
  if (cards.length === 0) return;
  const judge = (situation: Situation): Reading => {
    const reading = emptyReading();
    for (const before of cards) {
      const version = situation.book.cards.get(before.number);
      if (version?.state !== 'leaving' || version.since !== before.since) continue; // It came back meanwhile.
      if (answer?.state === 'discarded') reading.drafts.set(version.number, { ...version, kept: true });
      else reading.drafts.set(version.number, { ...version, state: 'gone', since: situation.now });
    }
    return reading;
  };
  await commit(pass, [], { judge });
}
