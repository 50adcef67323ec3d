import { z } from 'zod';
import { hintOf } from '#core/hint';
import type { Look, LookCause } from '#core/signal';
import { subscriberOf } from '#messages/client-state';
import { mergeLooks } from './look.ts';

const text = z.string().optional().catch(undefined);

/** Of an item of `value` only what is used; a property of another kind than Graph's counts as absent (graph.md 3.5, 3.7). */
const item = z.object({
  clientState: text,
  changeType: text,
  lifecycleEvent: text,
  resourceData: z.object({ id: text, '@odata.etag': text }).optional().catch(undefined),
});
type Item = z.infer<typeof item>;

const collection = z.object({ value: z.array(z.unknown()) });

export interface Understood {
  /** At most one per mailbox. */
  readonly looks: readonly Look[];
  readonly notifications: number;
  readonly lifecycle: number;
  readonly forged: number;
}

const lifecycleCauses: Readonly<Record<string, LookCause>> = {
  subscriptionRemoved: 'removed',
  // Both are mended by asking Graph for the subscription again: a renewal proves our rights anew (graph.md 3.7).
  reauthorizationRequired: 'removed',
};

function causeOf({ lifecycleEvent, changeType }: Item): LookCause {
  // An event that Graph will invent some day tells at least that something may have been missed.
  if (lifecycleEvent !== undefined) return lifecycleCauses[lifecycleEvent] ?? 'missed';
  return changeType === 'created' || changeType === 'deleted' ? changeType : 'updated';
}

function hintsOf({ lifecycleEvent, resourceData }: Item, cause: LookCause): readonly string[] {
  const id = resourceData?.id;
  if (lifecycleEvent !== undefined || !id) return ['*'];
  // The etag of a deleted item may be that of our own last write: with it the deletion would pass for an echo.
  const etag = cause === 'deleted' ? undefined : resourceData['@odata.etag'];
  return [etag ? hintOf(id, etag) : hintOf(id)];
}

/**
 * Reads what Graph posted, items of different tenants and mailboxes in any mixture. Undefined when it is no collection
 * of notifications at all. Items whose clientState is not ours are counted and otherwise ignored (PROTOCOL 2.6, W-01).
 * `now` is when the request arrived, milliseconds since the epoch.
 */
export function understand(body: unknown, secret: string, now: number): Understood | undefined {
  const read = collection.safeParse(body);
  if (!read.success) return undefined;
  const looks = new Map<string, Look>();
  const count = { notifications: 0, lifecycle: 0, forged: 0 };
  for (const value of read.data.value) {
    const { data } = item.safeParse(value);
    const from = data && subscriberOf(secret, data.clientState);
    if (!from) {
      count.forged += 1;
      continue;
    }
    count[data.lifecycleEvent === undefined ? 'notifications' : 'lifecycle'] += 1;
    const c = causeOf(data);
    const look: Look = {
      k: 'look',
      t: from.tenant,
      m: from.mailbox,
      h: hintsOf(data, c),
      c,
      n: 1,
      at: now,
      first: now,
    };
    const before = looks.get(look.m);
    looks.set(look.m, before ? mergeLooks(before, look) : look);
  }
  return { looks: [...looks.values()], ...count };
}
