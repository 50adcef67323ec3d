import type { GraphAnswer } from '../engine/wire.ts';

/** Graph's error envelope; `innerError` is filled in when the answer leaves (graph.md section 6). */
export function graphError(
  status: number,
  code: string,
  message: string,
  headers: Readonly<Record<string, string>> = {},
): GraphAnswer {
  return { status, headers, body: { error: { code, message } } };
}

interface Envelope {
  error: { code: string; message: string; innerError?: object };
}

const isEnvelope = (body: unknown): body is Envelope =>
  typeof body === 'object' && body !== null && 'error' in body && typeof body.error === 'object' && body.error !== null;

/**
 * The answer with `innerError` {date, request-id, client-request-id} in its error, unless it has one already.
 * The date carries no zone, as on the real service.
 */
export function withInnerError(
  answer: GraphAnswer,
  requestId: string,
  clientRequestId: string,
  now: number,
): GraphAnswer {
  const { body } = answer;
  if (answer.status < 400 || !isEnvelope(body) || body.error.innerError) return answer;
  const innerError = {
    date: new Date(now).toISOString().slice(0, 19),
    'request-id': requestId,
    'client-request-id': clientRequestId,
  };
  return { ...answer, body: { error: { ...body.error, innerError } } };
}

/** 400 for a body that is no JSON, with the advice that the real service gives. */
export function unreadableJson(): GraphAnswer {
  return graphError(
    400,
    'BadRequest',
    'Unable to read JSON request payload. Please ensure Content-Type header is set and payload is of valid JSON format.',
  );
}
