import type { IncomingMessage, ServerResponse } from 'node:http';
import type { GraphAnswer, GraphRequest } from '../engine/wire.ts';
import type { Journal } from '../judge/journal.ts';
import type { Judge } from '../judge/judge.ts';
import { type AccessTokens, type Caller, isRefused } from '../tokens/access-tokens.ts';
import { type BatchItem, readBatch, runBatch } from './batch.ts';
import { graphError, unreadableJson, withInnerError } from './errors.ts';
import type { GraphCall, Outcome } from './graph-call.ts';
import { plainHeaders, readBody, sendGraph, TooLarge } from './message.ts';
import type { Pipeline } from './pipeline.ts';
import { targetOf } from './target.ts';

/** What the Graph side of the server is built on. */
export interface GraphServerParts {
  readonly now: () => number;
  readonly random: () => number;
  readonly newGuid: () => string;
  readonly tokens: AccessTokens;
  readonly journal: Journal;
  readonly judge: Judge;
  readonly pipeline: Pipeline;
  readonly mailboxIdOf: (key: string) => string;
}

/** Graph takes 4 MB; photos may be nearly as large, and base64 makes them larger in a batch. */
const mostBytes = 8 * 1024 * 1024;

const methods = new Set(['GET', 'POST', 'PATCH', 'PUT', 'DELETE']);

/** One request as it arrived, read in full. */
interface Arrival {
  readonly request: GraphRequest;
  readonly requestId: string;
  readonly clientRequestId: string;
  readonly receivedAt: number;
  readonly bytes: number;
}

/** The body as its content type says, or the refusal. */
function parseBody(bytes: Buffer, contentType: string): { body?: unknown } | GraphAnswer {
  if (bytes.length === 0) return {};
  if (/^(image\/|application\/octet-stream)/i.test(contentType)) return { body: bytes };
  if (/^text\/plain/i.test(contentType)) return { body: bytes.toString('utf8') };
  if (!/json/i.test(contentType)) return unreadableJson();
  try {
    return { body: JSON.parse(bytes.toString('utf8')) };
  } catch {
    return unreadableJson();
  }
}

/** Answers every request below `/v1.0`. */
export function createGraphServer(
  parts: GraphServerParts,
): (request: IncomingMessage, response: ServerResponse) => Promise<void> {
  const { tokens, journal, judge, pipeline, now } = parts;

  const callOf = (arrival: Arrival, caller: Caller): GraphCall => {
    const target = targetOf(arrival.request.path);
    const { requestId, receivedAt, bytes, request } = arrival;
    return {
      request,
      target,
      caller,
      requestId,
      receivedAt,
      bytes: request.method === 'GET' ? 0 : bytes,
      ...(target.mailboxKey !== undefined && { mailbox: parts.mailboxIdOf(target.mailboxKey) }),
    };
  };

  const batch = async (arrival: Arrival, caller: Caller): Promise<Outcome> => {
    const items = readBatch(arrival.request.body);
    if ('status' in items) return { answer: items as GraphAnswer };
    const { requestId } = arrival;
    const run = (item: BatchItem): Outcome | Promise<Outcome> => {
      const part = { ...arrival, request: item.request, requestId: parts.newGuid(), bytes: item.bytes };
      return pipeline({ ...callOf(part, caller), batch: { requestId, itemId: item.id } });
    };
    const outcome = await runBatch(items, run, parts.random);
    judge.batchAnswered(requestId);
    return outcome;
  };

  const answerOf = async (arrival: Arrival, caller: Caller): Promise<Outcome> => {
    if (arrival.request.path !== '/$batch') return pipeline(callOf(arrival, caller));
    if (arrival.request.method !== 'POST')
      return {
        answer: graphError(405, 'Request_BadRequest', 'Specified HTTP method is not allowed for the request target.'),
      };
    return batch(arrival, caller);
  };

  const refusedArrival = (arrival: Arrival, answer: GraphAnswer): Outcome => {
    const { request, requestId, receivedAt } = arrival;
    const { method, path, query, headers } = request;
    const { authorization: _, ...rest } = headers;
    const entry = journal.add({ at: receivedAt, method, path, query, headers: rest, requestId });
    entry.status = answer.status;
    return { answer };
  };

  const arrive = async (request: IncomingMessage): Promise<Arrival | { arrival: Arrival; refusal: GraphAnswer }> => {
    const receivedAt = now();
    const headers = plainHeaders(request);
    const url = request.url ?? '/';
    const mark = url.indexOf('?');
    const requestId = parts.newGuid();
    const clientRequestId = headers['client-request-id'] ?? requestId;
    const path = (mark < 0 ? url : url.slice(0, mark)).replace(/^\/(v1\.0|beta)/, '') || '/';
    const query = mark < 0 ? '' : url.slice(mark + 1);
    const bytes = await readBody(request, mostBytes);
    const bare = { method: (request.method ?? 'GET') as GraphRequest['method'], path, query, headers };
    const arrival: Arrival = { request: bare, requestId, clientRequestId, receivedAt, bytes: bytes.length };
    if (!methods.has(bare.method))
      return {
        arrival,
        refusal: graphError(405, 'Request_BadRequest', 'Specified HTTP method is not allowed for the request target.'),
      };
    if (url.startsWith('/beta'))
      return { arrival, refusal: graphError(400, 'BadRequest', 'The beta version is not part of this simulator.') };
    const parsed = parseBody(bytes, headers['content-type'] ?? '');
    if ('status' in parsed) return { arrival, refusal: parsed };
    return { ...arrival, request: { ...bare, ...parsed } };
  };

  const process = async (request: IncomingMessage): Promise<{ arrival: Arrival; outcome: Outcome }> => {
    const read = await arrive(request);
    const arrival = 'arrival' in read ? read.arrival : read;
    const checked = tokens.check(request.headers.authorization);
    const caller = checked instanceof Promise ? await checked : checked;
    if (isRefused(caller)) return { arrival, outcome: refusedArrival(arrival, caller) };
    if ('refusal' in read) return { arrival, outcome: refusedArrival(arrival, read.refusal) };
    const { authorization: _, ...headers } = arrival.request.headers;
    const clean = { ...arrival, request: { ...arrival.request, headers } };
    return { arrival, outcome: await answerOf(clean, caller) };
  };

  return async (request, response) => {
    try {
      const { arrival, outcome } = await process(request);
      if (outcome.dropped) return void request.socket.destroy();
      const answer = withInnerError(outcome.answer, arrival.requestId, arrival.clientRequestId, now());
      sendGraph(response, answer, { ...arrival, now: now() });
    } catch (error) {
      if (!(error instanceof TooLarge)) return void request.socket.destroy();
      const requestId = parts.newGuid();
      const answer = graphError(413, 'RequestEntityTooLarge', 'The request body is too large.', {
        connection: 'close',
      });
      sendGraph(response, withInnerError(answer, requestId, requestId, now()), {
        requestId,
        clientRequestId: requestId,
        now: now(),
      });
    }
  };
}
