import type { IncomingMessage, ServerResponse } from 'node:http';
import type { GraphAnswer } from '../engine/wire.ts';

/** Content type of Graph's JSON (graph.md section 11). */
const graphJson = 'application/json;odata.metadata=minimal;odata.streaming=true;IEEE754Compatible=false;charset=utf-8';

/** A body above the limit: the rest is not read. */
export class TooLarge extends Error {}

/**
 * Reads a request's body in full.
 *
 * @param limit bytes
 * @throws TooLarge
 */
export function readBody(request: IncomingMessage, limit: number): Promise<Buffer> {
  return new Promise((resolve, reject) => {
    const chunks: Buffer[] = [];
    let size = 0;
    request.on('data', (chunk: Buffer) => {
      size += chunk.length;
      if (size <= limit) chunks.push(chunk);
      else {
        request.pause();
        reject(new TooLarge());
      }
    });
    request.on('end', () => resolve(chunks.length === 1 ? (chunks[0] as Buffer) : Buffer.concat(chunks)));
    request.on('error', reject);
    request.on('aborted', () => reject(new Error('the client went away')));
  });
}

/** Request headers as plain strings with lower-case names. */
export function plainHeaders(request: IncomingMessage): Record<string, string> {
  const headers: Record<string, string> = {};
  for (const [name, value] of Object.entries(request.headers))
    if (value !== undefined) headers[name] = Array.isArray(value) ? value.join(', ') : value;
  return headers;
}

/** Bytes, not text: the stream would encode a text once to measure it and again to send it. */
function payloadOf(answer: GraphAnswer): { body: Uint8Array; type: string } | undefined {
  const { body, headers } = answer;
  if (body === undefined) return undefined;
  if (body instanceof Uint8Array) return { body, type: headers['content-type'] ?? 'application/octet-stream' };
  const type = headers['content-type'];
  if (typeof body === 'string' || type?.startsWith('text/'))
    return { body: Buffer.from(String(body)), type: type ?? 'text/plain' };
  return { body: Buffer.from(JSON.stringify(body)), type: type ?? graphJson };
}

/** Writes a Graph answer with the ids that every answer carries. */
export function sendGraph(
  response: ServerResponse,
  answer: GraphAnswer,
  ids: { readonly requestId: string; readonly clientRequestId: string; readonly now: number },
): void {
  const payload = payloadOf(answer);
  response.writeHead(answer.status, {
    ...answer.headers,
    'request-id': ids.requestId,
    'client-request-id': ids.clientRequestId,
    'x-ms-ags-diagnostic': '{"ServerInfo":{"DataCenter":"Simulator","Slice":"E","Ring":"5","ScaleUnit":"001"}}',
    'cache-control': 'no-store, no-cache',
    date: new Date(ids.now).toUTCString(),
    ...(payload && { 'content-type': payload.type, 'content-length': payload.body.length }),
    ...(!payload && answer.status !== 204 && { 'content-length': 0 }),
  });
  response.end(payload?.body);
}

/** Writes plain JSON: the login server's and the control interface's answers. */
export function sendJson(response: ServerResponse, status: number, body: unknown): void {
  const text = JSON.stringify(body);
  response.writeHead(status, {
    'content-type': 'application/json; charset=utf-8',
    'content-length': Buffer.byteLength(text),
    'cache-control': 'no-store',
  });
  response.end(text);
}
