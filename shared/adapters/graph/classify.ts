import {
  Conflict,
  CursorExpired,
  Denied,
  FolderGone,
  ItemGone,
  MailboxUnavailable,
  type PortError,
  Refused,
  Throttled,
  Unanswered,
} from '#ports/errors';

/** What a request is about and what it does: the same answer means different things for different operations. */
export interface Operation {
  readonly about: 'item' | 'folder' | 'directory' | 'subscription';
  readonly effect: 'read' | 'create' | 'change';
  /** Reads by a delta link. */
  readonly cursor?: true;
}

/** Everything that the adapter asks Graph. */
export const operations = {
  delta: { about: 'folder', effect: 'read', cursor: true },
  list: { about: 'folder', effect: 'read' },
  get: { about: 'item', effect: 'read' },
  create: { about: 'folder', effect: 'create' },
  update: { about: 'item', effect: 'change' },
  delete: { about: 'item', effect: 'change' },
  photo: { about: 'item', effect: 'read' },
  setPhoto: { about: 'item', effect: 'change' },
  folder: { about: 'folder', effect: 'read' },
  makeFolder: { about: 'folder', effect: 'create' },
  changeFolder: { about: 'folder', effect: 'change' },
  directory: { about: 'directory', effect: 'read' },
  subscriptions: { about: 'subscription', effect: 'read' },
  subscribe: { about: 'subscription', effect: 'create' },
  changeSubscription: { about: 'subscription', effect: 'change' },
} as const satisfies Record<string, Operation>;

/** A failed answer, reduced to what matters. Status 0: none came. */
export interface Failed {
  readonly status: number;
  /** Graph's code, as it came; empty when the body had none. */
  readonly code: string;
  readonly message: string;
  readonly retryAfterMs?: number;
  readonly requestId?: string;
}

/** The mailbox as a whole does not answer: never final, never an absence of items (F37; graph.md 6). */
const mailboxCodes: ReadonlySet<string> = new Set([
  'mailboxinfostale',
  'mailboxnotenabledforrestapi',
  'mailboxnotsupportedforrestapi',
  'errornonexistentmailbox',
  'errorinvaliduser',
  'errorquotaexceeded',
  'errormailboxmoveinprogress',
  'errormailboxstoreunavailable',
  'resourcenotfound',
]);
const cursorCodes: ReadonlySet<string> = new Set([
  'syncstatenotfound',
  'syncstateinvalid',
  'resyncrequired',
  'invalidsyncstatedata',
]);
const absenceCodes: ReadonlySet<string> = new Set([
  'erroritemnotfound',
  'errorfoldernotfound',
  'errorsyncfoldernotfound',
]);

const permissions: Readonly<Record<Operation['about'], string>> = {
  item: 'Contacts.ReadWrite',
  folder: 'Contacts.ReadWrite',
  directory: 'User.Read.All',
  subscription: 'Contacts.Read',
};

const missing = (operation: Operation): string =>
  `The app lacks the application permission ${permissions[operation.about]}. Add it to the app registration and grant admin consent.`;

const ofMailbox = ({ about }: Operation): boolean => about === 'item' || about === 'folder';

const refused = ({ status, code, message, requestId }: Failed): Refused =>
  new Refused(code || `http${status}`, message || `Graph answered ${status}`, requestId);

const gone = ({ about }: Operation): PortError =>
  about === 'folder' ? new FolderGone('the folder is not there') : new ItemGone('the item is not there');

/** 5xx, or nothing: a read did nothing and may be told to wait; of a write nobody knows. */
function unanswered(failed: Failed, { effect }: Operation): PortError {
  if (effect === 'read' && failed.retryAfterMs !== undefined) return new Throttled(failed.retryAfterMs, 'mailbox');
  return new Unanswered(failed.status === 0 ? 'no answer' : `Graph answered ${failed.status} ${failed.code}`.trimEnd());
}

function forbidden(failed: Failed, code: string, operation: Operation): PortError {
  if (code === 'authorization_requestdenied') return new Denied(failed.code, missing(operation));
  const scoped = /\[RAOP\]|Access to OData is disabled/i.test(failed.message);
  if (operation.about === 'directory') return new Denied(failed.code || 'http403', missing(operation));
  if (operation.about === 'subscription' && !scoped) {
    return /maximum number of subscriptions/i.test(failed.message)
      ? refused(failed)
      : new Denied(failed.code || 'http403', missing(operation));
  }
  if (code !== '' && code !== 'erroraccessdenied' && code !== 'accessdenied' && !scoped) return refused(failed);
  return new MailboxUnavailable(
    failed.code || 'http403',
    `The app may not work in this mailbox. Either its scope leaves the mailbox out, or ${permissions[operation.about]} is not granted.`,
  );
}

function notFound(failed: Failed, code: string, operation: Operation): PortError {
  if (!ofMailbox(operation)) return refused(failed);
  if (code === 'errorsyncfoldernotfound') return new FolderGone('the folder is not there');
  if (absenceCodes.has(code)) return gone(operation);
  // A 404 that does not say what is absent is no proof that an item is (F37).
  return new MailboxUnavailable(failed.code || 'http404', 'The mailbox could not be found.');
}

const deadCursor = ({ status, message }: Failed, code: string, operation: Operation): boolean =>
  operation.cursor === true &&
  (status === 410 || (status >= 400 && cursorCodes.has(code)) || /'DeltaToken' not supported/i.test(message));

/**
 * What a failed answer means, in the words of the ports (graph.md 2.2, 3.2, 4.2 and 6). Codes are compared without regard
 * to case. Pure; never throws.
 */
export function classify(failed: Failed, operation: Operation): PortError {
  const code = failed.code.toLowerCase();
  const { status } = failed;
  if (deadCursor(failed, code, operation)) return new CursorExpired('the delta link is dead');
  if (ofMailbox(operation) && mailboxCodes.has(code)) {
    return new MailboxUnavailable(failed.code, `The mailbox cannot be worked with now (${failed.code}).`);
  }
  if (code === 'errorirresolvableconflict') return new Conflict('the item changed meanwhile');
  switch (status) {
    case 401:
      return new Denied(failed.code || 'http401', 'Graph refused the access token. Check tenant, cloud and client id.');
    case 403:
      return forbidden(failed, code, operation);
    case 404:
      return notFound(failed, code, operation);
    case 409:
      return operation.about === 'item' ? new Conflict('the item changed meanwhile') : refused(failed);
    case 412:
      return new Conflict('the item changed meanwhile');
    case 429:
      return new Throttled(failed.retryAfterMs ?? 0, ofMailbox(operation) ? 'mailbox' : 'tenant');
    case 408:
    case 424:
      return unanswered(failed, operation);
    case 501:
      return refused(failed);
    case 507:
      return new MailboxUnavailable(failed.code || 'http507', 'The mailbox is full.');
    default:
      return status === 0 || status >= 500 ? unanswered(failed, operation) : refused(failed);
  }
}
