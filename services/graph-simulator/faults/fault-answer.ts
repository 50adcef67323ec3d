import type { GraphAnswer } from '../engine/wire.ts';
import { graphError } from '../http/errors.ts';
import type { FaultSpec } from './fault.ts';

/** Code and text that Graph most often sends with a status (graph.md sections 4.2 and 6). */
const usual: Readonly<Record<number, readonly [code: string, message: string]>> = {
  400: ['BadRequest', 'The request is malformed or incorrect.'],
  401: ['InvalidAuthenticationToken', 'Access token validation failure.'],
  403: ['ErrorAccessDenied', 'Access is denied. Check credentials and try again.'],
  404: ['ErrorItemNotFound', 'The specified object was not found in the store.'],
  409: ['ErrorFolderExists', 'A folder with the specified name already exists.'],
  410: ['SyncStateNotFound', 'The sync state generation is not found; generation=1; [highest=4][4][2][3].'],
  412: [
    'ErrorIrresolvableConflict',
    'The send or update operation could not be performed because the change key passed in the request does not match the current change key for the item.',
  ],
  413: ['ErrorMessageSizeExceeded', 'The message exceeds the maximum supported size.'],
  429: ['TooManyRequests', 'Please retry again later.'],
  500: ['InternalServerError', 'An internal server error occurred. The operation failed.'],
  503: ['serviceUnavailable', 'The service is temporarily unavailable. Please try again later.'],
  504: ['UnknownError', 'The gateway timed out.'],
  507: ['ErrorQuotaExceeded', 'The mailbox has reached its maximum size.'],
};

type Words = Pick<FaultSpec, 'status' | 'code' | 'message' | 'retryAfter' | 'body'>;

/**
 * The answer that a fault or one of its turns describes.
 *
 * @param restMs how long the fault lasts from now, if it lasts for a time: what Retry-After then says by default
 */
export function faultAnswer(words: Words, restMs?: number): GraphAnswer {
  const status = words.status ?? 500;
  const [code, message] = usual[status] ?? ['UnknownError', 'An error was asked for.'];
  const rest = status === 429 && restMs !== undefined ? Math.max(1, Math.ceil(restMs / 1000)) : undefined;
  const retryAfter = words.retryAfter ?? rest;
  const headers: Record<string, string> = retryAfter === undefined ? {} : { 'retry-after': String(retryAfter) };
  if (words.body === '') return { status, headers };
  if (words.body !== undefined && words.body !== null) return { status, headers, body: words.body };
  if (status < 400) return { status, headers };
  return graphError(status, words.code ?? code, words.message ?? message, headers);
}
