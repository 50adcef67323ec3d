import type { BookState } from '#core/book';
import type { Copy } from '#core/copy';
import type { Item } from '#core/item';
import type { Observation } from '#core/observation';
import type { Policy } from '#core/policy';
import type { MemberRecord } from '#core/records';
import { ours } from '#core/stamp';
import type { CallOptions } from '#ports/mailboxes';
import type { Context } from './context.ts';
import { memberKey } from './endpoints.ts';

/** A folder read whole, without any effect. `folder` is undefined when it is not there. */
export interface FolderView {
  readonly folder: string | undefined;
  readonly copies: ReadonlyMap<number, Copy>;
  readonly observations: readonly Observation[];
}

const call: CallOptions = { lane: 'bulk' };

/** Reads a member's folder for a preview: items from a list, and what the list lacks asked for one by one. */
export async function viewFolder(
  context: Context,
  member: MemberRecord,
  policy: Policy,
  book: BookState,
): Promise<FolderView> {
  const { mailboxes, store } = context.ports;
  const key = memberKey(member);
  const [record] = await store.get('endpoint', [key]);
  const copies = await store.copies(key);
  const known = record?.folderId ? await mailboxes.folder(member, record.folderId, call) : undefined;
  const found = known ?? (await mailboxes.findFolder(member, member.path, call));
  if (!found) return { folder: undefined, copies, observations: [] };
  const items = new Map<string, Item>();
  for await (const page of mailboxes.list({ ...member, folder: found.id }, call))
    for (const item of page) items.set(item.id, item);
  const observations = [...items.values()].map((item) => seen(context, member, policy, book, copies, items, item));
  for (const copy of copies.values()) {
    if (copy.absent || items.has(copy.item)) continue;
    const item = await mailboxes.get(member, copy.item, call);
    observations.push(item && item.folder === found.id ? { id: item.id, item } : { id: copy.item, gone: true });
  }
  return { folder: found.id, copies, observations };
}

/** A stranger of ours is seen together with the item that its card's copy names. */
function seen(
  context: Context,
  member: MemberRecord,
  policy: Policy,
  book: BookState,
  copies: ReadonlyMap<number, Copy>,
  items: ReadonlyMap<string, Item>,
  item: Item,
): Observation {
  const where = { installation: context.setting.installation, policy: policy.id, mailbox: member.mailbox };
  const stamp = ours(item, where, context.setting.timing.settle);
  const number = stamp && book.numbers.get(stamp.card);
  const copy = number === undefined ? undefined : copies.get(number);
  if (!copy || copy.absent || copy.item === item.id) return { id: item.id, item };
  return { id: item.id, item, rival: items.get(copy.item) ?? 'gone' };
}
