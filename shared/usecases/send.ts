import type { Copy } from '#core/copy';
import type { Operation } from '#core/decide';
import { sha256Hex } from '#core/digest';
import { invariant } from '#core/invariant';
import type { Item } from '#core/item';
import { seenOf } from '#core/render';
import { formatStamp } from '#core/stamp';
import { Conflict, ItemGone, type PortError, Refused, Throttled, Unanswered } from '#ports/errors';
import { stampPlace } from './folder.ts';
import type { Pass } from './pass.ts';

/** What became of one operation. */
export type Sent =
  /** Stored as asked; the slot is what the copy is now, null when it is no more. `idle`: it was so already. */
  | { readonly kind: 'done'; readonly slot: Copy | null; readonly item?: Item; readonly idle?: true }
  /** Somebody else changed the item: it is looked at before anything is sent again. */
  | { readonly kind: 'conflict' }
  /** The item is gone though its copy says otherwise. */
  | { readonly kind: 'gone' }
  | { readonly kind: 'refused'; readonly error: Refused }
  | { readonly kind: 'throttled'; readonly error: Throttled }
  /** It may or may not have taken effect. */
  | { readonly kind: 'unanswered' }
  /** The mailbox, folder or tenant cannot be worked with: the pass ends with this error. */
  | { readonly kind: 'stopped'; readonly error: unknown };

/** Sends one operation and tells what became of it. Throws only Lost and Bug. */
export async function send(pass: Pass, operation: Operation, written: number): Promise<Sent> {
  pass.token();
  try {
    switch (operation.kind) {
      case 'create':
        return await create(pass, operation, written);
      case 'update':
        return await update(pass, operation, written);
      case 'photo':
        return await photo(pass, operation);
      case 'delete':
        await pass.context.ports.mailboxes.delete(pass.place, operation.copy.item, operation.copy.etag, pass.call);
        return { kind: 'done', slot: null };
    }
  } catch (cause) {
    return outcomeOf(operation, cause);
  }
}

function outcomeOf(operation: Operation, cause: unknown): Sent {
  if (cause instanceof Conflict) return { kind: 'conflict' };
  if (cause instanceof ItemGone) return operation.kind === 'delete' ? { kind: 'done', slot: null } : { kind: 'gone' };
  if (cause instanceof Refused) return { kind: 'refused', error: cause };
  if (cause instanceof Throttled) return { kind: 'throttled', error: cause };
  if (cause instanceof Unanswered) return { kind: 'unanswered' };
  return { kind: 'stopped', error: cause as PortError };
}

type Of<K extends Operation['kind']> = Extract<Operation, { kind: K }>;

async function create(pass: Pass, operation: Of<'create'>, written: number): Promise<Sent> {
  const { mailboxes, chance } = pass.context.ports;
  invariant(pass.record.inDoubt, 'I7: no create unless the endpoint is stored as in doubt');
  const attempt = mailboxes.now(pass.record.tenant);
  // Without Graph's time a stamp could not be told from a user's copy of it later (PROTOCOL 2.4).
  if (attempt === undefined) return { kind: 'unanswered' };
  const card = pass.book.state.cards.get(operation.number)?.card;
  invariant(card !== undefined, 'a create is for a card of the book');
  const stamp = formatStamp({ ...stampPlace(pass), card, made: 'created', attempt, nonce: chance.newId() });
  const item = await mailboxes.create(pass.place, operation.rendering, stamp, pass.call);
  pass.made.add(item.id);
  const slot = slotOf(pass, item, operation, written, undefined);
  return { kind: 'done', slot: { ...slot, extra: { ...slot.extra, unseen: true } }, item };
}

async function update(pass: Pass, operation: Of<'update'>, written: number): Promise<Sent> {
  const { mailboxes } = pass.context.ports;
  const { copy, rendering } = operation;
  const item = await mailboxes.update(pass.place, copy.item, copy.etag, rendering, pass.call);
  return { kind: 'done', slot: slotOf(pass, item, operation, written, copy), item };
}

/**
 * What the server shows is what later looks are compared with, never what was sent (rationale 34). Where it stored
 * something else, the hash of what was sent is kept, too: sending it again would change nothing.
 */
function slotOf(
  pass: Pass,
  item: Item,
  operation: Of<'create' | 'update'>,
  written: number,
  before: Copy | undefined,
): Copy {
  const { accepted: _, keptAway: __, ...kept } = before?.extra ?? {};
  const seen = seenOf(pass.policy, item.fields, kept);
  const extra = { ...kept, ...(seen !== operation.hash && { accepted: operation.hash }) };
  return { item: item.id, etag: item.etag, seen, written, ...(Object.keys(extra).length > 0 && { extra }) };
}

/**
 * Sets the photo, then asks for the etag that it left. A copy of which nobody knows the photo, as after a lost store
 * or a crash, is asked first: setting again what is there would be a needless write in every mailbox (promise 6).
 */
async function photo(pass: Pass, operation: Of<'photo'>): Promise<Sent> {
  const { mailboxes, store } = pass.context.ports;
  const { copy } = operation;
  const [blob] = await store.get('blob', [operation.photo]);
  invariant(blob !== undefined, 'a photo is kept before its version is committed');
  const bytes = Buffer.from(blob.bytes, 'base64');
  invariant(sha256Hex(bytes) === operation.photo, 'a photo is kept under its hash');
  if (await showsPhoto(pass, copy, bytes))
    return { kind: 'done', slot: { ...copy, extra: { ...copy.extra, photo: operation.photo } }, idle: true };
  await mailboxes.setPhoto(pass.place, copy.item, bytes, pass.call);
  const item = await mailboxes.get(pass.mailbox, copy.item, pass.call);
  if (!item) return { kind: 'gone' };
  const seen = seenOf(pass.policy, item.fields, copy.extra);
  const { accepted, ...kept } = copy.extra ?? {};
  // Content that changed under our hands is not what the server made of our write any more.
  const extra = { ...kept, ...(accepted && seen === copy.seen && { accepted }), photo: operation.photo };
  return { kind: 'done', slot: { ...copy, etag: item.etag, seen, extra } };
}

/** What was just created has no photo, and one that we set before is another one: neither is asked for. */
async function showsPhoto(pass: Pass, copy: Copy, wanted: Buffer): Promise<boolean> {
  if (pass.made.has(copy.item) || copy.extra?.photo !== undefined) return false;
  const there = await pass.context.ports.mailboxes.photo(pass.mailbox, copy.item, pass.call);
  return there !== undefined && wanted.equals(there);
}
