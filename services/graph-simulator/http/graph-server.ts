import type { IncomingMessage, ServerResponse } from 'node:http';
import type { GraphAnswer, GraphRequest } from '../engine/wire.ts';
import type { FaultBook } from '../faults/fault-book.ts';
import type { Journal } from '../judge/journal.ts';
import type { Judge } from '../judge/judge.ts';
import { type AccessTokens, type Caller, isRefused } from '../tokens/access-tokens.ts';
import { type BatchItem, readBatch, runBatch } from './batch.ts';
import { graphError, unreadableJson, withInnerError } from './errors.ts';
import type { GraphCall, Outcome } from './graph-call.ts';
import { isTooDeep } from './json-depth.ts';
import { plainHeaders, readBody, sendGraph, TooLarge } from './message.ts';
import type { Pipeline } from './pipeline.ts';
import { tellAnswer } from './sent-answers.ts';
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
  readonly faults: FaultBook;
  readonly mailboxIdOf: (key: string) => string;
}

/** Graph takes 4 MB; photos may be nearly as large, and base64 makes them larger in a batch. */
const mostBytes = 8 * 1024 * 1024;

const methods = new Set(['GET', 'POST', 'PATCH', 'PUT', 'DELETE']);

/** One request as it arrived. */
interface Arrival {
  readonly request: GraphRequest;
  readonly requestId: string;
  readonly receivedAt: number;
  readonly bytes: number;
}

/** The body as its content type says, or the refusal. */
function parseBody(bytes: Buffer, contentType: string): { body?: unknown } | GraphAnswer {
  if (bytes.length === 0) return {};
  if (/^(image\/|application\/octet-stream)/i.test(contentType)) return { body: bytes };
  if (/^text\/plain/i.test(contentType)) return { body: bytes.toString('utf8') };
  if (!/json/i.test(contentType) || isTooDeep(bytes)) return unreadableJson();
  try {
    return { body: JSON.parse(bytes.toString('utf8')) };
  } catch {
    return unreadableJson();
  }
}

const wrongVerb = (): GraphAnswer =>
  graphError(405, 'Request_BadRequest', 'Specified HTTP method is not allowed for the request target.');

/** Method, path, query and headers as the engine takes them; the token is left out. */
function bareRequest(request: IncomingMessage): GraphRequest {
  const { authorization: _, ...headers } = plainHeaders(request);
  const url = request.url ?? '/';
  const mark = url.indexOf('?');
  const path = (mark < 0 ? url : url.slice(0, mark)).replace(/^\/(v1\.0|beta)/, '') || '/';
  return {
    method: (request.method ?? 'GET') as GraphRequest['method'],
    path,
    query: mark < 0 ? '' : url.slice(mark + 1),
    headers,
  };
}

/** Answers every request below `/v1.0`. */
export class GraphServer {
  readonly #parts: GraphServerParts;

  constructor(parts: GraphServerParts) {
    this.#parts = parts;
  }

  /** Reads, answers and writes one request; a broken connection is cut without an answer. */
  async serve(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const { newGuid, now } = this.#parts;
    const requestId = newGuid();
    const bare = bareRequest(request);
    const arrival: Arrival = { request: bare, requestId, receivedAt: now(), bytes: 0 };
    const outcome = await this.#outcome(arrival, request);
    if (!outcome || outcome.dropped) return void request.socket.destroy();
    const clientRequestId = bare.headers['client-request-id'] ?? requestId;
    const answer = withInnerError(outcome.answer, requestId, clientRequestId, now());
    tellAnswer(bare, answer, outcome.scripted);
    sendGraph(response, answer, { requestId, clientRequestId, now: now() });
  }

  /** Undefined when the client went away. */
  async #outcome(arrival: Arrival, request: IncomingMessage): Promise<Outcome | undefined> {
    try {
      const bytes = await readBody(request, mostBytes);
      const checked = this.#parts.tokens.check(request.headers.authorization);
      const caller = checked instanceof Promise ? await checked : checked;
      if (isRefused(caller)) return this.#refused(arrival, caller);
      return await this.#permitted({ ...arrival, bytes: bytes.length }, bytes, caller);
    } catch (error) {
      if (!(error instanceof TooLarge)) return undefined;
      const answer = graphError(413, 'RequestEntityTooLarge', 'The request body is too large.', {
        connection: 'close',
      });
      return this.#refused(arrival, answer);
    }
  }

  #permitted(arrival: Arrival, bytes: Buffer, caller: Caller): Outcome | Promise<Outcome> {
    const { request } = arrival;
    if (!methods.has(request.method)) return this.#refused(arrival, wrongVerb(), caller);
    const parsed = parseBody(bytes, request.headers['content-type'] ?? '');
    if ('status' in parsed) return this.#refused(arrival, parsed, caller);
    const whole = { ...arrival, request: { ...request, ...parsed } };
    if (request.path !== '/$batch') return this.#parts.pipeline.run(this.#call(whole, caller));
    return request.method === 'POST' ? this.#batch(whole, caller) : this.#refused(arrival, wrongVerb(), caller);
  }

  async #batch(arrival: Arrival, caller: Caller): Promise<Outcome> {
    const { pipeline, newGuid, random, judge, faults } = this.#parts;
    const { requestId } = arrival;
    // Only a fault that names $batch strikes here, and only one that answers or cuts makes sense.
    const instead = faults.disturb(this.#call(arrival, caller))?.instead;
    if (instead && !instead.afterEffect)
      return { ...this.#refused(arrival, instead.answer, caller), dropped: instead.dropped, scripted: true };
    const items = readBatch(arrival.request.body);
    if ('status' in items) return this.#refused(arrival, items as GraphAnswer, caller);
    const run = (item: BatchItem): Outcome | Promise<Outcome> => {
      const part = { ...arrival, request: item.request, requestId: newGuid(), bytes: item.bytes };
      return pipeline.run({ ...this.#call(part, caller), batch: { requestId, itemId: item.id } });
    };
    const outcome = await runBatch(items, run, random);
    judge.batchAnswered(requestId);
    return instead ? { answer: instead.answer, dropped: instead.dropped, scripted: true } : outcome;
  }

  #call({ request, requestId, receivedAt, bytes }: Arrival, caller: Caller): GraphCall {
    const target = targetOf(request.path);
    const weight = request.method === 'GET' ? 0 : bytes;
    const mailbox = target.mailboxKey === undefined ? undefined : this.#parts.mailboxIdOf(target.mailboxKey);
    const lane = `${caller.app.clientId} ${mailbox ?? target.service}`;
    const call = { request, target, caller, requestId, receivedAt, bytes: weight, lane };
    return mailbox === undefined ? call : { ...call, mailbox };
  }

  /** An answer that the pipeline never saw; the journal has it all the same. */
  #refused({ request, requestId, receivedAt }: Arrival, answer: GraphAnswer, caller?: Caller): Outcome {
    const { method, path, query, headers } = request;
    const app = caller && { app: caller.app.clientId };
    const entry = this.#parts.journal.add({ at: receivedAt, method, path, query, headers, requestId, ...app });
    entry.status = answer.status;
    return { answer };
  }
}
