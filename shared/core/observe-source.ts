import type { Version } from './card.ts';
import { type Fields, fieldNames } from './fields.ts';
import { cardId } from './identity.ts';
import type { Item } from './item.ts';
import { type Draft, emptyReading, type Observation, type Reading } from './observation.ts';
import { excluded, project } from './project.ts';
import { hashFields, sameField } from './same.ts';
import { byItem, newest, type Situation } from './situation.ts';
import { stampedByAny } from './stamp.ts';

type Seen = Extract<Observation, { item: Item }>;

/**
 * Judges what a source showed (PROTOCOL 2.6 `observe`): an item becomes a version of its card, a missing one makes its
 * card `leaving`. Private and excluded items count as missing, and nothing of their content goes any further (I13).
 */
export function observeSource(situation: Situation, observations: readonly Observation[]): Reading {
  const reading = emptyReading();
  const known = byItem(situation.copies);
  let born = situation.book.cardsBorn;
  for (const observation of observations) {
    if ('echo' in observation) continue;
    const number = known.get(observation.id);
    if ('gone' in observation) leave(situation, reading, number, observation.id, situation.now);
    else if (stampedByAny(observation.item.stamp)) {
      reading.left.foreign++; // Another policy's copy does not exist for this one, or policies would feed each other.
      leave(situation, reading, number, observation.id, situation.now);
    } else if (excluded(situation.policy, observation.item)) {
      const why = excluded(situation.policy, observation.item) as 'private' | 'category';
      reading.left[why]++;
      // A private item has no grace: its copies are a leak already.
      leave(situation, reading, number, observation.id, why === 'private' ? 0 : situation.now);
    } else born = take(situation, reading, number, observation, born);
  }
  return reading;
}

function leave(s: Situation, reading: Reading, number: number | undefined, item: string, since: number): void {
  if (number === undefined) return;
  reading.copies.set(number, null);
  const version = newest(s, reading, number);
  if (version?.state !== 'live' || version.source.endpoint !== s.endpoint || version.source.item !== item) return;
  reading.drafts.set(number, { ...withoutMarks(version), state: 'leaving', since });
}

/** Returns how many cards are born after this one. */
function take(s: Situation, reading: Reading, known: number | undefined, seen: Seen, born: number): number {
  const number = known ?? numberOf(s, reading, seen.item);
  const version = number === undefined ? undefined : newest(s, reading, number);
  const fields = project(s.policy, seen.item, version?.fields);
  const photo = seen.photo === undefined ? version?.photo : (seen.photo ?? undefined);
  const source = { endpoint: s.endpoint, item: seen.id };
  const home = number ?? born + 1;
  reading.copies.set(home, {
    item: seen.id,
    etag: seen.item.etag,
    seen: hashFields(fields, fieldNames),
    written: 0,
    ...(photo && { extra: { photo } }),
  });
  if (!version) {
    const card = cardId(s.tenantId, s.user, seen.id);
    const draft = { card, number: home, bornAt: 'now', state: 'live', since: s.now, fields, source } as const;
    reading.drafts.set(home, { ...draft, ...(photo && { photo }) });
    return home > born ? home : born;
  }
  if (unchanged(version, fields, photo, source)) return born;
  const { photo: _, ...rest } = withoutMarks(version);
  reading.drafts.set(home, {
    ...rest,
    fields,
    source,
    ...(photo && { photo }),
    state: 'live',
    since: version.state === 'live' ? version.since : s.now,
    bornAt: version.state === 'gone' ? 'now' : version.bornAt,
  });
  return born;
}

const unchanged = (version: Draft, fields: Fields, photo: string | undefined, source: Version['source']): boolean =>
  version.state === 'live' &&
  version.source.endpoint === source.endpoint &&
  version.source.item === source.item &&
  version.photo === photo &&
  fieldNames.every((name) => sameField(name, version.fields[name], fields[name]));

/** A new version starts without what was said of the old one. */
function withoutMarks(version: Draft): Draft {
  const { kept: _kept, refused: _refused, revision: _revision, ...rest } = version as Draft & { revision?: number };
  return rest;
}

/** The card of an item that no copy names: by its derived id, else a leaving card with the same first address. */
function numberOf(s: Situation, reading: Reading, item: Item): number | undefined {
  const derived = s.book.numbers.get(cardId(s.tenantId, s.user, item.id));
  if (derived !== undefined) return derived;
  const key = matchKey(item.fields);
  if (!key) return undefined;
  for (const version of s.book.cards.values()) {
    const now = newest(s, reading, version.number);
    if (now?.state === 'leaving' && now.source.endpoint === s.endpoint && matchKey(now.fields) === key)
      return version.number;
  }
  return undefined;
}

/** First address that is not empty, trimmed, lower case. */
const matchKey = (fields: Fields): string | undefined =>
  fields.emailAddresses
    ?.find((email) => email.address?.trim())
    ?.address?.trim()
    .toLowerCase();
