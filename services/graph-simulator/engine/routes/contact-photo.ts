import { createHash } from 'node:crypto';
import { answer, type Call, contextRoot, emptyAnswer } from '../call.ts';
import { GraphFault, unknownSegment, wrongVerb } from '../graph-fault.ts';
import type { Item } from '../item.ts';
import type { Mailbox } from '../mailbox.ts';
import type { GraphAnswer } from '../wire.ts';

const largest = 4 * 1024 * 1024;

/** `.../contacts/{id}/photo` and its `$value` (graph.md 1.9): read and replaced, never removed; a new photo is a new version of the contact. */
export function contactPhoto(call: Call, mailbox: Mailbox, item: Item, rest: readonly string[]): GraphAnswer {
  const { method } = call.request;
  if (rest.length > 1 || (rest[0] !== undefined && rest[0] !== '$value')) throw unknownSegment(rest[0] ?? '');
  if (method === 'GET') return rest.length === 0 ? metadata(call, mailbox, item) : bytes(item);
  if ((method === 'PUT' || method === 'PATCH') && rest.length === 1) return replace(call, mailbox, item);
  throw wrongVerb();
}

function photoOf(item: Item): NonNullable<Item['photo']> {
  if (item.photo) return item.photo;
  throw new GraphFault(404, 'ErrorItemNotFound', 'The specified object was not found in the store.');
}

function metadata(call: Call, mailbox: Mailbox, item: Item): GraphAnswer {
  const photo = photoOf(item);
  const tag = createHash('sha256').update(photo.bytes).digest('hex').slice(0, 8).toUpperCase();
  return answer(200, {
    '@odata.context': `${contextRoot(call)}users('${mailbox.ownerId}')/contacts('${mailbox.idOf(item, call.prefer.immutableIds)}')/photo/$entity`,
    '@odata.mediaContentType': photo.contentType,
    '@odata.mediaEtag': `"${tag}"`,
    id: '240X240',
    width: 240,
    height: 240,
  });
}

function bytes(item: Item): GraphAnswer {
  const photo = photoOf(item);
  return { status: 200, headers: { 'content-type': photo.contentType }, body: photo.bytes };
}

function replace(call: Call, mailbox: Mailbox, item: Item): GraphAnswer {
  const { body, headers } = call.request;
  if (!(body instanceof Uint8Array) || body.length === 0) {
    throw new GraphFault(400, 'ErrorInvalidImage', 'The photo is not a valid image.');
  }
  if (body.length >= largest) {
    throw new GraphFault(413, 'ErrorMessageSizeExceeded', 'The photo exceeds the maximum supported size of 4 MB.');
  }
  mailbox.setPhoto(item, { bytes: body, contentType: headers['content-type'] ?? 'image/jpeg' });
  return emptyAnswer(200);
}
