import { describe, expect, test } from 'vitest';
import { failure } from '#adapters/graph/caller';
import { classify, type Failed, operations } from '#adapters/graph/classify';
import { Denied, MailboxUnavailable, Refused, Throttled } from '#ports/errors';

type Name = keyof typeof operations;
type Row = readonly [status: number, code: string, operation: Name, kind: string];

const ask = (failed: Partial<Failed>, operation: Name) =>
  classify({ status: 400, code: '', message: '', ...failed }, operations[operation]);

const mailboxRows: readonly Row[] = (
  ['get', 'list', 'delta', 'create', 'update', 'delete', 'folder', 'makeFolder'] as const
).flatMap((operation): Row[] => [
  [503, 'MailboxInfoStale', operation, 'mailbox unavailable'],
  [404, 'ResourceNotFound', operation, 'mailbox unavailable'],
  [404, 'MailboxNotEnabledForRESTAPI', operation, 'mailbox unavailable'],
  [401, 'MailboxNotSupportedForRESTAPI', operation, 'mailbox unavailable'],
  [404, 'ErrorNonExistentMailbox', operation, 'mailbox unavailable'],
  [404, 'ErrorInvalidUser', operation, 'mailbox unavailable'],
  [507, 'ErrorQuotaExceeded', operation, 'mailbox unavailable'],
  [403, 'ErrorAccessDenied', operation, 'mailbox unavailable'],
  [404, '', operation, 'mailbox unavailable'],
]);

const rows: readonly Row[] = [
  [404, 'ErrorItemNotFound', 'get', 'item gone'],
  [404, 'ErrorItemNotFound', 'update', 'item gone'],
  [404, 'ErrorItemNotFound', 'delete', 'item gone'],
  [404, 'ErrorItemNotFound', 'create', 'folder gone'],
  [404, 'ErrorItemNotFound', 'list', 'folder gone'],
  [404, 'ErrorItemNotFound', 'delta', 'folder gone'],
  [404, 'ErrorSyncFolderNotFound', 'delta', 'folder gone'],
  [404, 'errorsyncfoldernotfound', 'update', 'folder gone'],
  [410, 'SyncStateNotFound', 'delta', 'cursor expired'],
  [410, '', 'delta', 'cursor expired'],
  [404, 'syncstatenotfound', 'delta', 'cursor expired'],
  [400, 'SyncStateInvalid', 'delta', 'cursor expired'],
  [400, 'ResyncRequired', 'delta', 'cursor expired'],
  [400, 'InvalidSyncStateData', 'delta', 'cursor expired'],
  [410, '', 'get', 'refused'],
  [412, 'ErrorIrresolvableConflict', 'update', 'conflict'],
  [412, '', 'delete', 'conflict'],
  [409, 'ErrorIrresolvableConflict', 'update', 'conflict'],
  [409, '', 'update', 'conflict'],
  [409, 'ErrorFolderExists', 'makeFolder', 'refused'],
  [429, 'ApplicationThrottled', 'create', 'throttled'],
  [429, '', 'directory', 'throttled'],
  [400, 'ErrorInvalidProperty', 'create', 'refused'],
  [400, 'ErrorInvalidRequest', 'create', 'refused'],
  [400, '', 'update', 'refused'],
  [500, 'InternalServerError', 'create', 'unanswered'],
  [503, '', 'create', 'unanswered'],
  [504, '', 'update', 'unanswered'],
  [0, '', 'create', 'unanswered'],
  [0, '', 'get', 'unanswered'],
  [500, '', 'list', 'unanswered'],
  [509, '', 'list', 'unanswered'],
  [401, 'InvalidAuthenticationToken', 'get', 'denied'],
  [403, 'Authorization_RequestDenied', 'directory', 'denied'],
  [403, 'ErrorAccessDenied', 'subscribe', 'denied'],
  [403, 'ErrorCannotDeleteObject', 'changeFolder', 'refused'],
  [404, 'Request_ResourceNotFound', 'directory', 'refused'],
  [404, 'ResourceNotFound', 'changeSubscription', 'refused'],
];

describe('classify', () => {
  test.each(rows)('%i %s of %s is %s', (status, code, operation, kind) => {
    expect(ask({ status, code }, operation).kind).toBe(kind);
  });

  test.each(mailboxRows)('F37: %i %s of %s is %s', (status, code, operation, kind) => {
    expect(ask({ status, code }, operation).kind).toBe(kind);
  });

  test('codes are compared without regard to case, and kept as they came', () => {
    const error = ask({ status: 404, code: 'mailboxnotENABLEDforrestapi' }, 'get');
    expect(error).toBeInstanceOf(MailboxUnavailable);
    expect(error).toHaveProperty('code', 'mailboxnotENABLEDforrestapi');
  });

  test('a delta token that is not understood is a dead link', () => {
    const message = "Parameter 'DeltaToken' not supported for this request.";
    expect(ask({ status: 400, code: 'ErrorInvalidUrlQuery', message }, 'delta').kind).toBe('cursor expired');
    expect(ask({ status: 400, code: 'ErrorInvalidUrlQuery', message }, 'list').kind).toBe('refused');
  });

  test('who has to wait, and how long: a mailbox, or the tenant', () => {
    expect(ask({ status: 429, retryAfterMs: 700 }, 'update')).toMatchObject({ retryAfterMs: 700, scope: 'mailbox' });
    expect(ask({ status: 429, retryAfterMs: 700 }, 'subscribe')).toMatchObject({ scope: 'tenant' });
  });

  test('a 503 that asks to wait throttles a read, and leaves a write unanswered', () => {
    expect(ask({ status: 503, retryAfterMs: 2000 }, 'get')).toBeInstanceOf(Throttled);
    expect(ask({ status: 503, retryAfterMs: 2000 }, 'create').kind).toBe('unanswered');
    expect(ask({ status: 503, retryAfterMs: 2000 }, 'update').kind).toBe('unanswered');
  });

  test.each([
    ['directory', 'User.Read.All'],
    ['subscribe', 'Contacts.Read'],
    ['update', 'Contacts.ReadWrite'],
  ] as const)('what %s lacks is named: %s', (operation, permission) => {
    const error = ask({ status: 403, code: 'Authorization_RequestDenied' }, operation);
    expect(error).toBeInstanceOf(Denied);
    expect(error.message).toContain(`permission ${permission}.`);
  });

  test('a subscription to a mailbox out of scope is that mailbox, one above the quota is refused', () => {
    const scoped = 'Access to OData is disabled: [RAOP] : Blocked by tenant configured AppOnly AccessPolicy settings.';
    expect(ask({ status: 403, code: 'ErrorAccessDenied', message: scoped }, 'subscribe').kind).toBe(
      'mailbox unavailable',
    );
    const full =
      'Operation: Create; Exception: [Status Code: Forbidden; Reason: Maximum number of subscriptions has been reached]';
    expect(ask({ status: 403, code: 'ExtensionError', message: full }, 'subscribe').kind).toBe('refused');
  });
});

describe('failure', () => {
  test('errors without innerError, texts, and nothing at all', () => {
    expect(failure({ status: 404, headers: {}, body: { error: { code: 'ErrorItemNotFound', message: 'm' } } })).toEqual(
      {
        status: 404,
        code: 'ErrorItemNotFound',
        message: 'm',
      },
    );
    expect(failure({ status: 503, headers: {}, body: 'Service unavailable' })).toMatchObject({ code: '', message: '' });
    expect(failure({ status: 503, headers: {}, body: undefined })).toMatchObject({ code: '', message: '' });
    expect(failure({ status: 400, headers: {}, body: { error: 'invalid' } })).toMatchObject({ code: '' });
  });

  test('the request id is found in either spelling of innerError, or in the header', () => {
    const body = (name: string) => ({ error: { code: 'x', message: '', [name]: { 'request-id': 'r1' } } });
    expect(failure({ status: 400, headers: {}, body: body('innerError') }).requestId).toBe('r1');
    expect(failure({ status: 400, headers: {}, body: body('innererror') }).requestId).toBe('r1');
    expect(failure({ status: 400, headers: { 'Request-Id': 'r2' }, body: undefined }).requestId).toBe('r2');
  });

  test('a refusal keeps code and request id, but no address that Graph quotes', () => {
    const body = {
      error: {
        code: 'ErrorInvalidProperty',
        message: "The address 'ann@contoso.com' is bad.",
        innerError: { 'request-id': 'r' },
      },
    };
    const error = classify(failure({ status: 400, headers: {}, body }), operations.create);
    expect(error).toBeInstanceOf(Refused);
    expect(error).toMatchObject({ code: 'ErrorInvalidProperty', requestId: 'r', message: 'The address … is bad.' });
  });
});
