import type { Copy } from './copy.ts';
import type { Item } from './item.ts';
import { learn } from './learn.ts';
import { type Draft, emptyReading, type Observation, type Reading } from './observation.ts';
import { render, seenOf } from './render.ts';
import { byItem, newest, type Situation } from './situation.ts';
import { ours, parseStamp } from './stamp.ts';

type Seen = Extract<Observation, { item: Item }>;

/**
 * Judges what a target showed (PROTOCOL 2.6 `observe`): nothing in it becomes a version (one way, B-07); copies learn
 * what the mailbox holds, and what is not as it should be becomes a retry.
 */
export function observeTarget(situation: Situation, observations: readonly Observation[]): Reading {
  const reading = emptyReading();
  const known = byItem(situation.copies);
  for (const observation of observations) {
    const number = known.get(observation.id);
    if ('echo' in observation) compare(situation, reading, number);
    else if ('gone' in observation || observation.item.folder !== situation.folder)
      miss(situation, reading, number, observation.id);
    else if (number !== undefined) see(situation, reading, number, observation.item);
    else meet(situation, reading, observation);
  }
  return reading;
}

const alive = (version: Draft | undefined): version is Draft => version !== undefined && version.state !== 'gone';

/** Does the item show what the card says, as far as this endpoint has been written? */
export function isRight(s: Situation, version: Draft, copy: Copy): boolean {
  const { hash } = render(s.policy, version, copy.extra);
  return (
    (copy.seen === hash || copy.extra?.accepted === hash) &&
    (version.photo === undefined || version.photo === copy.extra?.photo)
  );
}

/** A version above `applied` is not drift: its turn comes. */
const due = (s: Situation, version: Draft): boolean =>
  (s.book.cards.get(version.number)?.revision ?? Number.POSITIVE_INFINITY) <= s.applied;

function compare(s: Situation, reading: Reading, number: number | undefined): void {
  if (number === undefined) return;
  const copy = reading.copies.get(number) ?? s.copies.get(number);
  const version = newest(s, reading, number);
  if (copy?.extra?.unseen) reading.copies.set(number, shown(copy));
  if (!copy || copy.absent || !version || !due(s, version)) return;
  if (version.state === 'gone' || !isRight(s, version, copy)) reading.retries.add(number);
}

/** A reading has shown it: from here on Graph delta tells of its end. */
function shown(copy: Copy): Copy {
  const { extra, ...rest } = copy;
  const { unseen: _, ...kept } = extra ?? {};
  return { ...rest, ...(Object.keys(kept).length > 0 && { extra: kept }) };
}

function miss(s: Situation, reading: Reading, number: number | undefined, item: string): void {
  if (number === undefined) return;
  const copy = reading.copies.get(number) ?? s.copies.get(number);
  // Another item may have become the card's copy in this very reading: the end of the old one says nothing of it.
  if (!copy || copy.absent || copy.item !== item) return;
  const version = newest(s, reading, number);
  if (!alive(version)) {
    reading.copies.set(number, null);
    return;
  }
  reading.drift.deleted++;
  const away = s.policy.deletedCopies === 'keep away' && { extra: { ...copy.extra, keptAway: true as const } };
  reading.copies.set(number, { ...copy, absent: true, ...away });
  reading.retries.add(number);
}

function see(s: Situation, reading: Reading, number: number, item: Item): void {
  const version = newest(s, reading, number);
  const before = (reading.copies.get(number) ?? s.copies.get(number)) as Copy;
  if (!version) return;
  const copy = copyOf(s, item, before, version);
  reading.copies.set(number, copy);
  if (version.state === 'gone') {
    reading.retries.add(number);
    return;
  }
  if (isRight(s, version, copy)) return;
  if (due(s, version)) reading.drift.changed++;
  reading.retries.add(number);
}

function copyOf(s: Situation, item: Item, before: Copy | undefined, version: Draft): Copy {
  // Where no other version is known, the newest one must do: what differs from it counts as the user's own.
  const [base, ...later] = s.bases.get(version.number) ?? [version];
  const extra = learn(s.policy, item, before?.extra, base, later);
  const copy = {
    item: item.id,
    etag: item.etag,
    seen: seenOf(s.policy, item.fields, extra),
    written: before?.written ?? 0,
    ...(extra && { extra }),
  };
  // An item that shows the newest version is as good as written from it: later edits are told from the user's by that.
  const shows = isRight(s, version, copy) ? (s.book.cards.get(version.number)?.revision ?? 0) : 0;
  return { ...copy, written: Math.max(copy.written, shows) };
}

/** An item that no copy names: its stamp decides. Whatever is not ours does not exist for us (I9). */
function meet(s: Situation, reading: Reading, seen: Seen): void {
  const stamp = ours(seen.item, { installation: s.installation, policy: s.policy.id, mailbox: s.mailbox }, s.settle);
  if (!stamp) return;
  const number = s.book.numbers.get(stamp.card);
  if (number === undefined) {
    reading.orphans.push({ card: stamp.card, item: seen.item });
    return;
  }
  const copy = reading.copies.has(number) ? (reading.copies.get(number) ?? undefined) : s.copies.get(number);
  if (!copy || copy.absent || seen.rival === 'gone') {
    link(s, reading, number, seen.item);
    return;
  }
  if (!seen.rival || copy.item === seen.item.id) return;
  settleRivals(s, reading, number, seen.item, seen.rival);
}

function link(s: Situation, reading: Reading, number: number, item: Item): void {
  const version = newest(s, reading, number) as Draft;
  const copy = copyOf(s, item, undefined, version);
  reading.copies.set(number, copy);
  if (version.state === 'gone' || !isRight(s, version, copy)) reading.retries.add(number);
}

/** Two items of ours for one card: the older stays, by creation, then id. Every worker chooses alike (PROTOCOL 2.4). */
function settleRivals(s: Situation, reading: Reading, number: number, item: Item, rival: Item): void {
  // The same nonce means that a person copied our item: theirs, and left alone.
  if (parseStamp(item.stamp ?? '')?.nonce === parseStamp(rival.stamp ?? '')?.nonce) return;
  const newer = item.created < rival.created || (item.created === rival.created && item.id < rival.id) ? rival : item;
  if (newer === rival) link(s, reading, number, item);
  reading.duplicates.push({ id: newer.id, etag: newer.etag });
  reading.drift.duplicate++;
}
