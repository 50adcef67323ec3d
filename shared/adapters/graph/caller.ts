import type { Chance, Clock } from '#ports/clock';
import { type PortError, Throttled, Unanswered } from '#ports/errors';
import { classify, type Failed, type Operation } from './classify.ts';
import type { Composer, Travel } from './composer.ts';
import { type GraphAnswer, type GraphRequest, header, isRecord, json } from './request.ts';
import { backOff } from './retry-after.ts';

const ATTEMPTS = 4;
const FIRST_WAIT = 300;
const LAST_WAIT = 5000;

const text = (value: unknown): string => (typeof value === 'string' ? value : '');

/** Graph's messages may quote addresses; reasons are kept and shown, so none stays in. */
const withoutAddresses = (message: string): string => message.replace(/\S+@\S+/g, '…');

/** What matters of a failed answer; copes with empty bodies, bare texts and errors without `innerError` (graph.md 6, 12.7). */
export function failure(answer: GraphAnswer): Failed {
  const error: unknown = json(answer)['error'];
  const found = isRecord(error) ? error : {};
  const inner = isRecord(found['innerError']) ? found['innerError'] : found['innererror'];
  const requestId = text(isRecord(inner) ? inner['request-id'] : undefined) || header(answer, 'request-id');
  return {
    status: answer.status,
    code: text(found['code']),
    message: withoutAddresses(text(found['message'])),
    ...(answer.retryAfterMs !== undefined && { retryAfterMs: answer.retryAfterMs }),
    ...(requestId !== undefined && { requestId }),
  };
}

export interface CallerOptions {
  readonly composer: Composer;
  readonly clock: Clock;
  readonly chance: Chance;
  /** Milliseconds within which a read is tried again. */
  readonly deadline: number;
}

/** Calls Graph for one tenant and answers in the words of the ports. */
export class Caller {
  readonly #composer: Composer;
  readonly #clock: Clock;
  readonly #chance: Chance;
  readonly #deadline: number;

  constructor({ composer, clock, chance, deadline }: CallerOptions) {
    this.#composer = composer;
    this.#clock = clock;
    this.#chance = chance;
    this.#deadline = deadline;
  }

  /**
   * Resolves to a 2xx answer. Reads are tried again a few times within the deadline, writes never: whether one took
   * effect is for its caller to find out. Throws the port errors of `classify`, and what `Composer.ask` throws.
   */
  async call(request: GraphRequest, operation: Operation, travel: Travel): Promise<GraphAnswer> {
    const until = this.#clock.monotonic() + this.#deadline;
    for (let attempt = 1; ; attempt += 1) {
      let answer = await this.#composer.ask(request, travel);
      // A request refused for its token did nothing; single items of a batch were seen refused at random (graph.md 10).
      if (answer.status === 401 && failure(answer).code.toLowerCase() !== 'mailboxnotsupportedforrestapi') {
        answer = await this.#composer.ask(request, travel);
      }
      if (answer.status >= 200 && answer.status < 300) return answer;
      const error = classify(failure(answer), operation);
      const wait = this.#patience(error, operation, attempt);
      if (wait === undefined || this.#clock.monotonic() + wait >= until) throw error;
      await this.#clock.sleep(wait, travel.signal);
    }
  }

  /** Milliseconds after which a failed read is worth another try; undefined when it is not. */
  #patience(error: PortError, { effect }: Operation, attempt: number): number | undefined {
    if (effect !== 'read' || attempt >= ATTEMPTS) return undefined;
    // The composer holds the next request of a mailbox that has to wait; if that is too long it says so itself.
    if (error instanceof Throttled) return error.retryAfterMs;
    if (!(error instanceof Unanswered)) return undefined;
    return backOff(attempt, this.#chance.random(), FIRST_WAIT, LAST_WAIT);
  }
}
