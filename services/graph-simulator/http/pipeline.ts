import { setTimeout as pause } from 'node:timers/promises';
import type { GraphAnswer } from '../engine/wire.ts';
import type { Disturbance, FaultBook } from '../faults/fault-book.ts';
import type { Journal, JournalEntry } from '../judge/journal.ts';
import type { Judge } from '../judge/judge.ts';
import type { LiveSettings } from '../settings.ts';
import { graphError, withInnerError } from './errors.ts';
import type { GraphCall, Outcome } from './graph-call.ts';
import { roleRefusal } from './roles.ts';
import { tellAnswer } from './sent-answers.ts';
import type { Throttle } from './throttle.ts';

/** What a call passes through on its way to the engine. */
export interface PipelineParts {
  readonly settings: LiveSettings;
  readonly now: () => number;
  readonly journal: Journal;
  readonly judge: Judge;
  readonly throttle: Throttle;
  readonly faults: FaultBook;
  /** The effect: the engine's, or the subscription service's, which waits for a handshake. */
  readonly perform: (call: GraphCall) => GraphAnswer | Promise<GraphAnswer>;
  /** Told of an effect that threw, which is a fault of the simulator. */
  readonly onFailure: (error: unknown) => void;
}

function errorCode(answer: GraphAnswer): string | undefined {
  const { body } = answer;
  if (answer.status < 400 || typeof body !== 'object' || body === null || !('error' in body)) return undefined;
  return String((body.error as { code?: unknown }).code);
}

function newEntry(call: GraphCall): Omit<JournalEntry, 'seq'> {
  const { request, mailbox, batch } = call;
  return {
    at: call.receivedAt,
    method: request.method,
    path: request.path,
    query: request.query,
    app: call.caller.app.clientId,
    headers: request.headers,
    requestId: call.requestId,
    ...(mailbox !== undefined && { mailbox }),
    ...(request.body !== undefined && { body: request.body }),
    ...(batch && { batch }),
  };
}

/**
 * Journal, roles, throttling, faults, effect, in this order (the token was checked before).
 * Synchronous whenever nothing makes a call wait, since batches carry thousands of calls a second.
 */
export class Pipeline {
  readonly #parts: PipelineParts;

  constructor(parts: PipelineParts) {
    this.#parts = parts;
  }

  /** Runs one call: a request of its own, or one item of a batch. */
  run(call: GraphCall): Outcome | Promise<Outcome> {
    const { journal, judge, throttle, now } = this.#parts;
    const entry = journal.add(newEntry(call));
    const refusal = roleRefusal(call, now());
    if (refusal) return this.#finish(call, entry, refusal);
    judge.arrived(call);
    const throttled = throttle.admit(call);
    if (throttled) {
      judge.refusedForConcurrency(call, throttle.open(call));
      return this.#finish(call, entry, throttled);
    }
    judge.running(call, throttle.enter(call));
    const outcome = this.#admitted(call, entry);
    if (outcome instanceof Promise) return outcome.finally(() => throttle.leave(call));
    throttle.leave(call);
    return outcome;
  }

  #admitted(call: GraphCall, entry: JournalEntry): Outcome | Promise<Outcome> {
    const { faults, settings } = this.#parts;
    const disturbance = faults.disturb(call);
    if (disturbance) return this.#disturbed(call, entry, disturbance);
    if (settings.latencyMs > 0) return this.#later(call, entry);
    const answer = this.#effect(call);
    return answer instanceof Promise
      ? answer.then((late) => this.#finish(call, entry, late))
      : this.#finish(call, entry, answer);
  }

  async #later(call: GraphCall, entry: JournalEntry): Promise<Outcome> {
    await pause(this.#parts.settings.latencyMs);
    return this.#finish(call, entry, await this.#effect(call));
  }

  async #disturbed(call: GraphCall, entry: JournalEntry, disturbance: Disturbance): Promise<Outcome> {
    const { delayMs, instead, changed, rewrite } = disturbance;
    const wait = this.#parts.settings.latencyMs + delayMs;
    if (wait > 0) await pause(wait);
    if (instead && !instead.afterEffect) return this.#finish(call, entry, instead.answer, instead);
    const truth = await this.#effect(changed ?? call);
    const answer = rewrite ? rewrite(truth) : truth;
    return instead ? this.#finish(call, entry, instead.answer, instead) : this.#finish(call, entry, answer);
  }

  #effect(call: GraphCall): GraphAnswer | Promise<GraphAnswer> {
    try {
      this.#parts.judge.beforeEffect(call);
      const answer = this.#parts.perform(call);
      return answer instanceof Promise ? answer.catch((error: unknown) => this.#failed(error)) : answer;
    } catch (error) {
      return this.#failed(error);
    }
  }

  #failed(error: unknown): GraphAnswer {
    this.#parts.onFailure(error);
    return graphError(500, 'InternalServerError', 'The simulator failed: this is its own fault, not a scripted one.');
  }

  #finish(call: GraphCall, entry: JournalEntry, answer: GraphAnswer, script?: { dropped: boolean }): Outcome {
    const now = this.#parts.now();
    const clientRequestId = call.request.headers['client-request-id'] ?? call.requestId;
    const known = { ...answer, headers: { ...answer.headers, ...this.#parts.throttle.headersFor(call) } };
    const full = withInnerError(known, call.requestId, clientRequestId, now);
    const dropped = script?.dropped ?? false;
    entry.status = dropped ? 0 : full.status;
    entry.durationMs = now - call.receivedAt;
    const code = errorCode(full);
    if (code !== undefined) entry.errorCode = code;
    if (dropped) return { answer: full, dropped };
    this.#parts.judge.answered(call, full);
    const scripted = script !== undefined;
    if (call.batch) tellAnswer(call.request, full, scripted);
    return { answer: full, scripted };
  }
}
