import type { Copy } from '#core/copy';
import { sha256Hex } from '#core/digest';
import type { Item } from '#core/item';
import type { Observation } from '#core/observation';
import { ours } from '#core/stamp';
import type { Pass } from './pass.ts';

/**
 * Asks the mailbox what these items are (PROTOCOL 2.1.3): nothing is believed on the word of a delta page or of an
 * absence alone. `shown` holds items that a full answer just showed: they need no further call.
 */
export async function lookAt(
  pass: Pass,
  ids: readonly string[],
  shown: ReadonlyMap<string, Item> = new Map(),
): Promise<Observation[]> {
  return Promise.all(
    ids.map(async (id): Promise<Observation> => {
      const item = shown.get(id) ?? (await fetch(pass, id));
      if (!item || item.folder !== pass.place.folder) return { id, gone: true };
      if (pass.record.role === 'source') return { id, item, ...(await photoOf(pass, item)) };
      return { id, item, ...(await rivalOf(pass, item, shown)) };
    }),
  );
}

async function fetch(pass: Pass, id: string): Promise<Item | undefined> {
  pass.token();
  return pass.context.ports.mailboxes.get(pass.mailbox, id, pass.call);
}

/** The photo of a source's item as copies will get it, kept by its hash. Private items are not even asked for theirs. */
async function photoOf(pass: Pass, item: Item): Promise<{ photo?: string | null }> {
  if (!pass.policy.photos || item.private) return {};
  const { mailboxes, pictures, store } = pass.context.ports;
  const bytes = await mailboxes.photo(pass.mailbox, item.id, pass.call);
  const jpeg = bytes && (await pictures.fit(bytes));
  if (!jpeg) return { photo: null };
  const photo = sha256Hex(jpeg);
  const record = { bytes: Buffer.from(jpeg).toString('base64') };
  await store.write([[{ op: 'insert', kind: 'blob', key: photo, record }]]);
  return { photo };
}

/** For an item of ours whose card has another copy here: what that copy's item is at this moment. */
async function rivalOf(pass: Pass, item: Item, shown: ReadonlyMap<string, Item>): Promise<{ rival?: Item | 'gone' }> {
  const copy = await copyOfStamp(pass, item);
  if (!copy || copy.absent || copy.item === item.id) return {};
  const rival = shown.get(copy.item) ?? (await fetch(pass, copy.item));
  return { rival: rival && rival.folder === pass.place.folder ? rival : 'gone' };
}

/** The copy of the card that an item's stamp names, if the item is ours and the card is known. */
async function copyOfStamp(pass: Pass, item: Item): Promise<Copy | undefined> {
  const { installation, timing } = pass.context.setting;
  const where = { installation, policy: pass.policy.id, mailbox: pass.record.mailbox };
  const stamp = ours(item, where, timing.settle);
  if (!stamp) return undefined;
  const number = pass.book.state.numbers.get(stamp.card);
  const copy =
    number === undefined ? undefined : (await pass.context.ports.store.copies(pass.endpoint.key, [number])).get(number);
  if (copy?.item !== item.id) await pass.met(stamp.attempt);
  return copy;
}
