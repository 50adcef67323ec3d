import type { Version } from '#core/card';
import type { Copy } from '#core/copy';
import type { Observation } from '#core/observation';
import type { Situation } from '#core/situation';
import { parseStamp } from '#core/stamp';
import type { Write } from '#ports/store';
import type { Pass } from './pass.ts';

/**
 * Brings the book up to date and stores what a crash left unstored: the endpoint's own newer commits hold the copies and
 * the cursor of what was seen then (PROTOCOL 2.6 `load`, rationale 8). Nothing else may look at copies before.
 */
export async function refresh(pass: Pass): Promise<void> {
  await pass.book.refresh();
  const { read } = pass.record;
  const late = await pass.book.ownCommits(pass.endpoint.key, read.revision);
  if (late.length === 0) return;
  const slots = new Map<number, Copy | null>();
  let { link } = read;
  for (const { observed } of late) {
    const own = observed[pass.endpoint.key];
    for (const [number, copy] of Object.entries(own?.copies ?? {})) slots.set(Number(number), copy);
    if (own?.link !== undefined) link = own.link;
  }
  await pass.put({ read: { ...read, link, revision: pass.book.state.head } }, [copyWrites(pass, slots)]);
}

/** The write that stores slots of copies; none for an empty map. */
export const copyWrites = (pass: Pass, slots: ReadonlyMap<number, Copy | null>): Write[] =>
  slots.size === 0 ? [] : [{ op: 'copies', endpoint: pass.endpoint.key, token: pass.token(), slots }];

type Bases = Situation['bases'];

/** Everything that judging needs, as plain data. `copies` are those of the items and cards in question. */
export function situate(pass: Pass, copies: ReadonlyMap<number, Copy>, bases: Bases = new Map()): Situation {
  const { record, policy, context, book } = pass;
  return {
    policy,
    installation: context.setting.installation,
    endpoint: pass.endpoint.key,
    mailbox: record.mailbox,
    tenantId: pass.tenantId,
    user: record.user,
    folder: pass.place.folder,
    book: book.state,
    applied: record.applied,
    copies,
    bases,
    settle: context.setting.timing.settle,
    now: context.ports.clock.now(),
  };
}

/**
 * What these copies were written from and may show by now, where it is not the newest: it tells a user's change from
 * ours. An item that no copy names may have been made from any version of its card.
 */
export async function basesOf(
  pass: Pass,
  copies: ReadonlyMap<number, Copy>,
  observations: readonly Observation[],
): Promise<Bases> {
  const bases = new Map<number, readonly [Version, ...Version[]]>();
  const { cards } = pass.book.state;
  for (const [number, copy] of copies) {
    const now = cards.get(number);
    if (!now || copy.written === 0 || copy.written >= now.revision) continue;
    const base = await pass.book.versionAt(number, copy.written);
    if (base) bases.set(number, [base, ...(await pass.book.versionsAfter(number, copy.written)), now]);
  }
  if (pass.record.role === 'source') return bases;
  for (const number of strangers(pass, copies, observations)) {
    const now = cards.get(number);
    if (now && now.revision > now.bornAt) bases.set(number, [now, ...(await pass.book.versionsAfter(number, 0))]);
  }
  return bases;
}

/** Cards whose stamp an item carries that is not their copy. */
function strangers(
  pass: Pass,
  copies: ReadonlyMap<number, Copy>,
  observations: readonly Observation[],
): ReadonlySet<number> {
  const numbers = observations.map((seen) => {
    const card = 'item' in seen ? parseStamp(seen.item.stamp ?? '')?.card : undefined;
    const number = card === undefined ? undefined : pass.book.state.numbers.get(card);
    return number !== undefined && copies.get(number)?.item !== seen.id ? number : undefined;
  });
  return new Set(numbers.filter((number) => number !== undefined));
}
