import { emptyReading, type Reading } from '#core/observation';
import { project } from '#core/project';
import { seenOf } from '#core/render';
import type { Situation } from '#core/situation';
import { commit } from './commit.ts';
import type { Pass } from './pass.ts';

/**
 * Items of ours for cards that the book does not know, as after a lost store: they become leaving cards, so that they go
 * through grace and brake like every other deletion (PROTOCOL 2.6 `inventory`). The caller has made sure that every
 * source was read: what no source has brought by then is really gone there.
 */
export async function commitOrphans(pass: Pass, orphans: Reading['orphans']): Promise<void> {
  const [source] = pass.sources;
  if (orphans.length === 0 || source === undefined || pass.context.setting.stateless) return;
  await commit(pass, [], { judge: (situation) => adopt(pass, situation, orphans, source) });
}

function adopt(pass: Pass, situation: Situation, orphans: Reading['orphans'], source: string): Reading {
  const reading = emptyReading();
  const numbers = new Map<string, number>();
  let born = situation.book.cardsBorn;
  for (const { card, item } of orphans) {
    const known = situation.book.numbers.get(card) ?? numbers.get(card);
    const number = known ?? ++born;
    numbers.set(card, number);
    const seen = seenOf(pass.policy, item.fields, undefined);
    reading.copies.set(number, { item: item.id, etag: item.etag, seen, written: 0 });
    if (known !== undefined) continue;
    const fields = project(pass.policy, item);
    const provenance = { endpoint: source, item: '' };
    const draft = {
      card,
      number,
      bornAt: 'now',
      state: 'leaving',
      since: situation.now,
      fields,
      source: provenance,
    } as const;
    reading.drafts.set(number, draft);
  }
  return reading;
}
