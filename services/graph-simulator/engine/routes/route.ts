import { answer, type Call, contextRoot } from '../call.ts';
import { endOfPath, GraphFault, unknownSegment, wrongVerb } from '../graph-fault.ts';
import type { Mailbox } from '../mailbox.ts';
import type { GraphAnswer } from '../wire.ts';
import { contactFoldersRoute } from './contact-folders.ts';
import { contactsRoute } from './contacts.ts';
import { directoryRoute } from './directory-objects.ts';
import { sendMail } from './send-mail.ts';
import { translateIds } from './translate-ids.ts';

/** Finds what a path names and lets it answer. Throws GraphFault for every refusal. */
export function route(call: Call): GraphAnswer {
  const [root, key, part, ...rest] = call.segments;
  switch (root) {
    case 'users':
      if (key !== undefined && part !== undefined && mailboxParts.has(part)) {
        return mailboxRoute(call, call.world.servedMailbox(key), part, rest);
      }
      return directoryRoute(call, 'user', call.segments.slice(1));
    case 'groups':
      return directoryRoute(call, 'group', call.segments.slice(1));
    case 'contacts':
      return directoryRoute(call, 'orgContact', call.segments.slice(1));
    default:
      throw unknownSegment(root ?? '');
  }
}

const mailboxParts = new Set(['contacts', 'contactFolders', 'mailboxSettings', 'translateExchangeIds', 'sendMail']);

function mailboxRoute(call: Call, mailbox: Mailbox, part: string, rest: readonly string[]): GraphAnswer {
  if (part === 'contacts') return contactsRoute(call, mailbox, mailbox.contacts, true, rest);
  if (part === 'contactFolders') return contactFoldersRoute(call, mailbox, rest);
  if (part !== 'mailboxSettings') endOfPath(rest);
  if (part === 'translateExchangeIds') return translateIds(call, mailbox);
  if (part === 'sendMail') return sendMail(call, mailbox);
  return settings(call, mailbox, rest);
}

/** `mailboxSettings` and its `userPurpose` (graph.md 7.4). */
function settings(call: Call, mailbox: Mailbox, rest: readonly string[]): GraphAnswer {
  if (call.request.method !== 'GET') throw wrongVerb();
  const context = `${contextRoot(call)}users('${mailbox.ownerId}')/mailboxSettings`;
  const all: Readonly<Record<string, unknown>> = {
    timeZone: 'UTC',
    language: { locale: mailbox.language, displayName: mailbox.language },
    userPurpose: mailbox.kind,
  };
  const [name, ...below] = rest;
  endOfPath(below);
  if (name === undefined) return answer(200, { '@odata.context': context, ...all });
  if (!(name in all)) throw new GraphFault(400, 'BadRequest', `Resource not found for the segment '${name}'.`);
  const value = all[name];
  return answer(200, {
    '@odata.context': `${context}/${name}`,
    ...(typeof value === 'object' ? value : { value }),
  });
}
