import { type Call, emptyAnswer } from '../call.ts';
import { GraphFault, undeserializable, wrongVerb } from '../graph-fault.ts';
import type { Mailbox } from '../mailbox.ts';
import type { GraphAnswer } from '../wire.ts';

const isObject = (value: unknown): value is Readonly<Record<string, unknown>> =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

const hasAddress = (recipient: unknown): boolean =>
  isObject(recipient) &&
  isObject(recipient['emailAddress']) &&
  typeof recipient['emailAddress']['address'] === 'string';

function readMessage(body: unknown): unknown {
  if (typeof body === 'string') return mimeOf(body);
  if (!isObject(body) || !isObject(body['message'])) throw undeserializable('the message');
  const { toRecipients } = body['message'];
  if (!Array.isArray(toRecipients) || toRecipients.length === 0 || !toRecipients.every(hasAddress))
    throw new GraphFault(400, 'ErrorInvalidRecipients', 'At least one recipient is not valid.');
  return body['message'];
}

function mimeOf(text: string): unknown {
  const plain = text.replace(/\s/g, '');
  if (/^[A-Za-z0-9+/]+={0,2}$/.test(plain) && plain.length % 4 === 0)
    return { mime: Buffer.from(plain, 'base64').toString('utf8') };
  throw new GraphFault(400, 'ErrorMimeContentInvalidBase64String', 'Invalid base64 string for MIME content.');
}

/** `sendMail`, as JSON or as base64 MIME: 202, and the message is kept for the control interface to show (graph.md 9). */
export function sendMail(call: Call, mailbox: Mailbox): GraphAnswer {
  if (call.request.method !== 'POST') throw wrongVerb();
  const message = readMessage(call.request.body);
  call.world.keepMail({ ownerId: mailbox.ownerId, sentAt: call.world.setting.now(), message });
  return emptyAnswer(202);
}
