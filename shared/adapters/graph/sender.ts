import { randomUUID } from 'node:crypto';
import {
  Client,
  type Context,
  type Middleware,
  type MiddlewareOptions,
  ResponseType,
} from '@microsoft/microsoft-graph-client';
import type { Pool } from 'undici';
import type { Clock } from '#ports/clock';
import { PortError, Throttled } from '#ports/errors';
import type { GraphTime } from './graph-time.ts';
import { type GraphAnswer, header, noAnswer } from './request.ts';
import type { TokenSource } from './token.ts';

/** Sends one `$batch` body and answers what came; status 0 when nothing did. */
export type SendBatch = (body: string) => Promise<GraphAnswer>;

/**
 * What came of one call, past the SDK: it drops the cause of what a middleware throws, and to read a body through its
 * web Response costs as much as the rest of the call.
 */
class Outcome implements MiddlewareOptions {
  cause: unknown;
  answer: GraphAnswer = noAnswer;
}

function outcomeOf(context: Context): Outcome {
  const outcome = context.middlewareControl?.getMiddlewareOptions(Outcome);
  return outcome instanceof Outcome ? outcome : new Outcome();
}

/** Codes of a connection that was never made: no byte of the request left, so nothing can have taken effect. */
const neverSent: ReadonlySet<unknown> = new Set([
  'ECONNREFUSED',
  'ENOTFOUND',
  'EAI_AGAIN',
  'EHOSTUNREACH',
  'ENETUNREACH',
  'UND_ERR_CONNECT_TIMEOUT',
]);
/** Milliseconds after which a Graph that could not be reached is asked again. */
const CONNECT_PAUSE = 2000;

const headersOf = (context: Context): Record<string, string> => {
  context.options ??= {};
  context.options.headers ??= {};
  return context.options.headers as Record<string, string>;
};

/** The SDK's own token handler sends nothing over http, not even to loopback; ours knows that the root was checked. */
class TokenMiddleware implements Middleware {
  readonly #tokens: TokenSource;
  readonly #next: Middleware;

  constructor(tokens: TokenSource, next: Middleware) {
    this.#tokens = tokens;
    this.#next = next;
  }

  async execute(context: Context): Promise<void> {
    try {
      const token = await this.#send(context);
      if (context.response?.status !== 401) return;
      // A refused token did nothing, so the same batch may go again, once (graph.md 10, case 37).
      this.#tokens.forget(token);
      await this.#send(context);
    } catch (error) {
      outcomeOf(context).cause = error;
      throw error;
    }
  }

  async #send(context: Context): Promise<string> {
    const token = await this.#tokens.token();
    headersOf(context)['Authorization'] = `Bearer ${token}`;
    await this.#next.execute(context);
    return token;
  }
}

/** The end of the chain: one pool of kept connections, no retry of its own (PROTOCOL 4.4). */
class PoolMiddleware implements Middleware {
  readonly #pool: Pool;
  readonly #deadline: number;

  constructor(pool: Pool, deadline: number) {
    this.#pool = pool;
    this.#deadline = deadline;
  }

  async execute(context: Context): Promise<void> {
    const url = new URL(String(context.request));
    const answer = await this.#pool.request({
      path: url.pathname + url.search,
      method: 'POST',
      headers: { ...headersOf(context), 'client-request-id': randomUUID() },
      body: String(context.options?.body ?? ''),
      signal: AbortSignal.timeout(this.#deadline),
    });
    const body = parsed(await answer.body.text());
    outcomeOf(context).answer = { status: answer.statusCode, headers: answer.headers, body };
    context.response = new Response(null, { status: answer.statusCode });
  }
}

function parsed(text: string): unknown {
  if (text === '') return undefined;
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

/** What a call that failed below the SDK means: nothing was sent, or nobody knows. */
function unsent(cause: unknown): GraphAnswer {
  if (cause instanceof PortError) throw cause;
  const code = cause instanceof Error && 'code' in cause ? cause.code : undefined;
  if (neverSent.has(code)) throw new Throttled(CONNECT_PAUSE, 'tenant', { cause });
  return noAnswer;
}

/**
 * Graph's own JavaScript SDK as carrier, with our chain of middleware (PROTOCOL 4.4). `root` is the Graph origin,
 * `deadline` the milliseconds of one call. The sender throws Denied or Throttled when no request was sent at all.
 */
export function batchSender(root: string, tokens: TokenSource, pool: Pool, deadline: number): SendBatch {
  const middleware = new TokenMiddleware(tokens, new PoolMiddleware(pool, deadline));
  const client = Client.initWithMiddleware({ baseUrl: root, defaultVersion: 'v1.0', middleware });
  return async (body) => {
    const outcome = new Outcome();
    try {
      await client
        .api('/$batch')
        .middlewareOptions([outcome])
        .responseType(ResponseType.RAW)
        .header('Content-Type', 'application/json')
        .header('Accept', 'application/json')
        .post(body);
      return outcome.answer;
    } catch (error) {
      return unsent(outcome.cause ?? error);
    }
  };
}

/** The same sender, telling Graph's time from each answer. */
export function timed(send: SendBatch, clock: Clock, time: GraphTime): SendBatch {
  return async (body) => {
    const sent = clock.monotonic();
    const answer = await send(body);
    time.learn(header(answer, 'Date'), sent);
    return answer;
  };
}
