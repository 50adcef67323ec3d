import type { Reading } from '#core/observation';
import { Conflict, ItemGone } from '#ports/errors';
import type { Pass } from './pass.ts';

/**
 * Deletes the second items of ours for one card, under the etag with which they were judged. One that changed since is
 * judged again by the next reading.
 */
export async function sendDuplicates(pass: Pass, reading: Reading): Promise<void> {
  for (const { id, etag } of reading.duplicates) {
    pass.token();
    try {
      await pass.context.ports.mailboxes.delete(pass.place, id, etag, pass.call);
    } catch (cause) {
      if (!(cause instanceof Conflict) && !(cause instanceof ItemGone)) throw cause;
    }
  }
}
