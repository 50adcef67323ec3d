import type { Copy } from '#core/copy';
import type { Item } from '#core/item';
import type { Observation } from '#core/observation';
import { ours } from '#core/stamp';
import { commit } from './commit.ts';
import { sendDuplicates } from './duplicates.ts';
import { resolveFolder, stampPlace } from './folder.ts';
import { refresh } from './load.ts';
import { lookAt } from './look-at.ts';
import { commitOrphans } from './orphans.ts';
import type { Pass } from './pass.ts';
import { listAll } from './read.ts';

/**
 * Reads the endpoint's folder whole and compares every card (PROTOCOL 2.6 `inventory`): the one answer to every doubt.
 * Seeding, adoption of what is there, recovery after a crash, a dead delta link, an edited policy and a lost store are
 * all this. An enumeration lives in memory and begins anew after a crash: half of one would show false absences.
 * `settled`: no create of ours can still take effect, so what is not there is absent.
 */
export async function inventory(pass: Pass, why: string, settled: boolean): Promise<'done' | 'held'> {
  await resolveFolder(pass);
  await refresh(pass);
  const { store, mailboxes } = pass.context.ports;
  const copies = await store.copies(pass.endpoint.key);
  const link = mailboxes.capabilities(pass.record.tenant).delta ? await enumerate(pass) : undefined;
  const shown = await listAll(pass);
  // Items that the enumeration names and the list skipped, and copies that neither shows: each is asked for.
  const asked = new Set([...(link?.ids ?? [])].filter((id) => !shown.has(id)));
  for (const copy of copies.values()) if (!copy.absent && !shown.has(copy.item)) asked.add(copy.item);
  const observations = await lookAt(pass, [...asked], shown);
  observations.push(...(await lookAt(pass, [...shown.keys()], shown)));
  const rivals = onePerCard(pass, copies, observations);
  const done = await commit(pass, rivals, { link: link?.link ?? null, copies, complete: true });
  if (done.held) return 'held';
  await sendDuplicates(pass, done.reading);
  await commitOrphans(pass, done.reading.orphans);
  pass.endpoint.met = true;
  pass.context.emit({ type: 'inventory', endpoint: pass.endpoint.key, items: shown.size, why });
  if (settled)
    await pass.put({
      inDoubt: false,
      applied: 0,
      unseen: false,
      ...(pass.record.role === 'source' && { others: await otherKinds(pass, shown.size) }),
      generation: pass.policy.generation,
      inventoryAt: pass.context.ports.clock.now(),
    });
  return 'done';
}

/** Distribution lists and other classes of items are counted by the folder and never listed (B-09, graph.md 1.2). */
async function otherKinds(pass: Pass, listed: number): Promise<number> {
  pass.token();
  return Math.max(0, (await pass.context.ports.mailboxes.count(pass.place, pass.call)) - listed);
}

/** Delta from nothing to its end: ids and the cursor. */
async function enumerate(pass: Pass): Promise<{ ids: ReadonlySet<string>; link: string }> {
  const ids = new Set<string>();
  let at: string | null = null;
  for (;;) {
    pass.token();
    const page = await pass.context.ports.mailboxes.delta(pass.place, at, pass.call);
    for (const hint of page.hints) {
      if (hint.removed) ids.delete(hint.id);
      else ids.add(hint.id);
    }
    if (page.next === undefined) return { ids, link: page.link };
    at = page.next;
  }
}

/**
 * Known items first, then strangers by age. Of several strangers of ours for one card the oldest is linked now; the
 * others become its rivals, so that one inventory leaves one.
 */
function onePerCard(
  pass: Pass,
  copies: ReadonlyMap<number, Copy>,
  observations: readonly Observation[],
): Observation[] {
  const known = new Set([...copies.values()].map((copy) => copy.item));
  const settle = pass.context.setting.timing.settle;
  const oldest = new Map<string, Item>();
  const age = (seen: Observation): number => ('item' in seen ? seen.item.created : 0);
  const ordered = [...observations].sort(
    (a, b) => Number(known.has(b.id)) - Number(known.has(a.id)) || age(a) - age(b) || (a.id < b.id ? -1 : 1),
  );
  if (pass.record.role === 'source') return ordered;
  return ordered.map((seen) => {
    if (!('item' in seen) || known.has(seen.id)) return seen;
    const stamp = ours(seen.item, stampPlace(pass), settle);
    if (!stamp) return seen;
    const first = oldest.get(stamp.card);
    if (!first) oldest.set(stamp.card, seen.item);
    return first && (seen.rival === undefined || seen.rival === 'gone') ? { ...seen, rival: first } : seen;
  });
}
