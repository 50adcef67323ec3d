import { ItemGone } from '#ports/errors';
import type { Mailboxes } from '#ports/mailboxes';
import { operations } from './classify.ts';
import { jpegBody } from './headers.ts';
import { contactPath, itemPath } from './paths.ts';
import { send, type Tenants, toMailbox } from './tenant.ts';

/** Bytes from which a photo travels without other mailboxes' requests, so that they need not wait for it. */
const LARGE = 100_000;

/** Photos of contacts (graph.md 1.9): base64 in a batch, where they count against their mailbox like everything else. */
export function graphPhotos(tenants: Tenants): Pick<Mailboxes, 'photo' | 'setPhoto'> {
  return {
    async photo(mailbox, id, options) {
      const request = { method: 'GET', url: `${contactPath(mailbox, id)}/photo/$value` } as const;
      try {
        const answer = await send(tenants(mailbox.tenant), 'photo', request, toMailbox(mailbox.user, options));
        return typeof answer.body === 'string' ? Buffer.from(answer.body, 'base64') : undefined;
      } catch (error) {
        if (error instanceof ItemGone) return undefined;
        throw error;
      }
    },
    async setPhoto(place, id, jpeg, options) {
      const body = `"${Buffer.from(jpeg.buffer, jpeg.byteOffset, jpeg.byteLength).toString('base64')}"`;
      const request = { method: 'PUT', url: `${itemPath(place, id)}/photo/$value`, headers: jpegBody, body } as const;
      const travel = toMailbox(place.user, options, body.length > LARGE);
      await tenants(place.tenant).caller.call(request, operations.setPhoto, travel);
    },
  };
}
