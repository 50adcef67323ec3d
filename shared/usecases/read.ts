import type { Hint, Item } from '#core/item';
import type { Observation, Reading } from '#core/observation';
import type { DeltaPage } from '#ports/mailboxes';
import { commit } from './commit.ts';
import { sendDuplicates } from './duplicates.ts';
import { refresh } from './load.ts';
import { lookAt } from './look-at.ts';
import type { Pass } from './pass.ts';

/** More suspects on a page than this: one list with all contents is cheaper than so many GETs. */
const MANY = 100;

export interface ReadOptions {
  readonly first?: number;
}

/** What a reading met: item ids of its pages, so that a hint that no page showed can be looked for again. */
export interface Read {
  readonly ids: ReadonlySet<string>;
  readonly held: boolean;
  readonly drift: Reading['drift'];
}

/**
 * Walks the endpoint's Graph delta from its cursor to the end (PROTOCOL 2.6 `read`). The pages say where to look; what
 * is believed comes from GETs. Each page is stored before the next is asked for. Throws CursorExpired, FolderGone.
 */
export async function read(pass: Pass, options: ReadOptions = {}): Promise<Read> {
  await refresh(pass);
  const ids = new Set<string>();
  const drift = { changed: 0, deleted: 0, duplicate: 0 };
  let { link } = pass.record.read;
  let orphaned = false;
  for (;;) {
    pass.token();
    const page = await pass.context.ports.mailboxes.delta(pass.place, link, pass.call);
    for (const { id } of page.hints) ids.add(id);
    const observations = await judgeHints(pass, page.hints);
    const done = await commit(pass, observations, { ...positionOf(page), ...options });
    if (done.held) return { ids, held: true, drift };
    for (const kind of ['changed', 'deleted', 'duplicate'] as const) drift[kind] += done.reading.drift[kind];
    await sendDuplicates(pass, done.reading);
    orphaned ||= done.reading.orphans.length > 0;
    if (page.next === undefined) break;
    link = page.next;
  }
  if (pass.record.unseen) await meetUnseen(pass, ids, drift);
  // Items of ours for cards that no log knows: the store has lost them, and only an inventory finds all that it lost.
  if (orphaned) await pass.put({ generation: '' });
  return { ids, held: false, drift };
}

/**
 * A copy that its user deleted before any reading showed it is in no page: for Graph delta it has never been. Copies made
 * since the last reading that this one did not show are asked for (decision 6).
 */
async function meetUnseen(pass: Pass, ids: ReadonlySet<string>, drift: Reading['drift']): Promise<void> {
  const copies = await pass.context.ports.store.copies(pass.endpoint.key);
  const missing = [...copies.values()].filter((copy) => copy.extra?.unseen && !copy.absent && !ids.has(copy.item));
  const observations = await lookAt(
    pass,
    missing.map(({ item }) => item),
  );
  const done = await commit(pass, observations, { copies });
  if (!done.held) drift.deleted += done.reading.drift.deleted;
  await pass.put({ unseen: false });
}

const positionOf = (page: DeltaPage) =>
  page.next === undefined ? { link: page.link, complete: true } : { link: page.next };

/** Echoes by etag; everything else is asked for. Of an item that a page names twice the last word counts. */
async function judgeHints(pass: Pass, hints: readonly Hint[]): Promise<Observation[]> {
  const last = new Map(hints.map((hint) => [hint.id, hint]));
  const copies = await pass.context.ports.store.copiesByItem(pass.endpoint.key, [...last.keys()]);
  const etags = new Map([...copies.values()].map((copy) => [copy.item, copy.absent ? undefined : copy.etag]));
  const isEcho = (hint: Hint): boolean => !hint.removed && hint.etag !== undefined && etags.get(hint.id) === hint.etag;
  const echoes = [...last.values()].filter(isEcho).map(({ id }): Observation => ({ id, echo: true }));
  const suspects = [...last.values()].filter((hint) => !isEcho(hint) && !isStranger(hint, etags)).map(({ id }) => id);
  const shown = suspects.length > MANY ? await listAll(pass) : undefined;
  return [...echoes, ...(await lookAt(pass, suspects, shown))];
}

/** Removed, and never known: nothing can follow from it. */
const isStranger = (hint: Hint, etags: ReadonlyMap<string, unknown>): boolean => hint.removed && !etags.has(hint.id);

/** Every item of the folder with its content. */
export async function listAll(pass: Pass): Promise<Map<string, Item>> {
  const items = new Map<string, Item>();
  for await (const page of pass.context.ports.mailboxes.list(pass.place, pass.call)) {
    pass.token();
    for (const item of page) items.set(item.id, item);
  }
  return items;
}
