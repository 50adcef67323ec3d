import type { FaultKind, FaultSpec } from './fault.ts';

type Turns = NonNullable<FaultSpec['turns']>;

/** What the calls to a mailbox in trouble are answered by turns (graph.md section 6; field reports of mailbox moves). */
export const mailboxTroubles: Partial<Record<FaultKind, Turns>> = {
  mailboxFull: [{ status: 507, code: 'ErrorQuotaExceeded', message: 'The mailbox has exceeded its quota.' }],
  mailboxMoved: [
    { status: 503, code: 'MailboxInfoStale', message: 'Mailbox info is stale.' },
    { status: 404, code: 'ResourceNotFound', message: 'Resource could not be discovered.' },
    { status: 404, code: 'MailboxNotEnabledForRESTAPI', message: 'REST API is not yet supported for this mailbox.' },
    { status: 401, code: 'MailboxNotSupportedForRESTAPI', message: 'REST API is not supported for this mailbox.' },
  ],
  mailboxSoftDeleted: [
    {
      status: 404,
      code: 'MailboxNotEnabledForRESTAPI',
      message: 'The mailbox is either inactive, soft-deleted, or is hosted on-premise.',
    },
  ],
};
