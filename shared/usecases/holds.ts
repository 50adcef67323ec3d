import { tally } from '#core/book';
import { clearedOrOverwritten, weighValues } from '#core/brake';
import { under } from '#core/keys';
import type { Reading } from '#core/observation';
import { project } from '#core/project';
import type { HoldKind, HoldRecord } from '#core/records';
import type { Situation } from '#core/situation';
import type { Pass } from './pass.ts';

/** One hold per endpoint and kind of damage. */
export const holdKey = (endpoint: string, kind: HoldKind): string =>
  `${endpoint}/${kind === 'source empty' ? 'deletions' : kind}`;

/** Holds of one endpoint, or of a whole policy. */
export async function holdsUnder(pass: Pass, prefix: string): Promise<Map<string, HoldRecord>> {
  const [from, to] = under(prefix);
  const stored = await pass.context.ports.store.range('hold', from, to, 1000);
  return new Map(stored.map(({ key, record }) => [key, record]));
}

/** Puts or renews a hold: what it holds may grow or shrink while people think. */
export async function hold(pass: Pass, kind: HoldKind, cards: readonly number[], reason: string): Promise<void> {
  const { endpoint, policy, context } = pass;
  const key = holdKey(endpoint.key, kind);
  const [before] = await context.ports.store.get('hold', [key]);
  if (before?.state === 'held' && before.kind === kind && before.cards.join() === cards.join()) return;
  const since = before?.state === 'held' ? before.since : context.ports.clock.now();
  const token = pass.token();
  const { shard } = pass.record;
  const set: HoldRecord = {
    policy: policy.id,
    endpoint: endpoint.key,
    shard,
    token,
    kind,
    cards,
    reason,
    since,
    state: 'held',
  };
  await pass.write([[{ op: 'put', kind: 'hold', key, token, create: true, set }]]);
  context.emit({ type: 'held', policy: policy.id, endpoint: endpoint.key, kind, cards: cards.length });
}

/** Removes a hold that has nothing to hold any more. */
export async function lift(pass: Pass, kind: HoldKind): Promise<void> {
  const key = holdKey(pass.endpoint.key, kind);
  await pass.write([[{ op: 'remove', kind: 'hold', key, token: pass.token() }]]);
}

/**
 * The brake on values (K-23): a source that would clear or overwrite values on more cards than its caps is held before
 * the commit. Cards that a person released pass; those discarded lose their draft, so that the cursor moves on
 * without them. True when the reading is held.
 */
export async function weighReading(pass: Pass, situation: Situation, reading: Reading): Promise<boolean> {
  if (pass.record.role !== 'source' || reading.drafts.size === 0) return false;
  const key = holdKey(pass.endpoint.key, 'values');
  const [answer] = pass.record.held ? await pass.context.ports.store.get('hold', [key]) : [];
  const answered = new Set(answer && answer.state !== 'held' ? answer.cards : []);
  if (answer?.state === 'discarded')
    for (const number of changing(situation, reading)) if (answered.has(number)) reading.drafts.delete(number);
  const { live, changedWithinDay } = tally(situation.book, pass.endpoint.key, situation.now);
  const cards = changing(situation, reading).filter((number) => !answered.has(number));
  const before = [...changedWithinDay].filter((number) => !cards.includes(number)).length;
  const verdict = weighValues({ live, changedWithinDay: before, changing: cards.length, caps: pass.policy.brake });
  if (!verdict.open) {
    await hold(pass, 'values', cards, verdict.reason);
    if (!pass.record.held) await pass.put({ held: true, code: 'held' });
    return true;
  }
  if (pass.record.held) {
    await lift(pass, 'values');
    await pass.put({ held: false, code: null });
  }
  return false;
}

const changing = (situation: Situation, reading: Reading): number[] =>
  [...reading.drafts.values()]
    .filter((draft) => {
      const before = situation.book.cards.get(draft.number);
      if (before?.state !== 'live' || draft.state !== 'live') return false;
      // Fields that an edited rule no longer carries are no values that the source cleared.
      const carried = project(situation.policy, { fields: before.fields, missing: [] });
      return clearedOrOverwritten(carried, draft.fields);
    })
    .map(({ number }) => number);
