import type { GraphAnswer } from '../engine/wire.ts';
import { graphError } from '../http/errors.ts';
import type { Outgoing } from '../http/outgoing.ts';

const answerTimeMs = 10_000;

/** Form encoding as the service sends it: blanks as `+`, escapes in lower case (graph.md 12, 2). */
function formEncoded(text: string): string {
  return encodeURIComponent(text)
    .replace(/%[0-9A-F]{2}/g, (code) => code.toLowerCase())
    .replaceAll('%20', '+');
}

const statusNames: Readonly<Record<number, string>> = {
  201: 'Created',
  202: 'Accepted',
  204: 'NoContent',
  400: 'BadRequest',
  401: 'Unauthorized',
  403: 'Forbidden',
  404: 'NotFound',
  405: 'MethodNotAllowed',
  500: 'InternalServerError',
  502: 'BadGateway',
  503: 'ServiceUnavailable',
};

const refused = (detail: string): GraphAnswer =>
  graphError(400, 'ValidationError', `Subscription validation request failed. ${detail}`);

/**
 * The validation handshake of one URL: a POST that must be answered within ten seconds with 200, text/plain, and the
 * decoded token. Undefined when it was, else the 400 (graph.md 3.2, 3.4).
 */
export async function validateEndpoint(
  url: string,
  token: string,
  outgoing: Outgoing,
): Promise<GraphAnswer | undefined> {
  const target = `${url}${url.includes('?') ? '&' : '?'}validationToken=${formEncoded(token)}`;
  try {
    const answer = await outgoing.post(target, '', 'text/plain; charset=utf-8', answerTimeMs);
    if (answer.status !== 200) {
      const name = statusNames[answer.status] ?? String(answer.status);
      return refused(
        `Notification endpoint must respond with 200 OK to validation request. HTTP status code is '${name}'.`,
      );
    }
    if (!/^text\/plain\b/i.test(answer.contentType))
      return refused('Notification endpoint must respond to validation request with Content-Type text/plain.');
    if (answer.body !== token) return refused('Must respond with 200 OK and the validation token to this request.');
    return undefined;
  } catch (error) {
    return error instanceof Error && error.message === 'timeout'
      ? graphError(400, 'ValidationError', 'Subscription validation request timed out.')
      : refused('Notification endpoint could not be reached.');
  }
}
