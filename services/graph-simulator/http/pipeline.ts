import type { GraphAnswer } from '../engine/wire.ts';
import type { Disturbance, FaultBook } from '../faults/fault-book.ts';
import type { Journal, JournalEntry } from '../judge/journal.ts';
import type { Judge } from '../judge/judge.ts';
import type { LiveSettings } from '../settings.ts';
import { graphError, withInnerError } from './errors.ts';
import type { GraphCall, Outcome } from './graph-call.ts';
import { roleRefusal } from './roles.ts';
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
}

/** Runs one call; synchronous whenever nothing makes it wait, since a batch carries thousands of calls a second. */
export type Pipeline = (call: GraphCall) => Outcome | Promise<Outcome>;

const pause = (ms: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, ms));

const internalError = (): GraphAnswer =>
  graphError(500, 'InternalServerError', 'The simulator failed; this is its own fault, please report it.');

function errorCode(answer: GraphAnswer): string | undefined {
  const { body } = answer;
  if (answer.status < 400 || typeof body !== 'object' || body === null || !('error' in body)) return undefined;
  return String((body.error as { code?: unknown }).code);
}

/**
 * Journal, roles, throttling, faults, effect, in this order (the token was checked before).
 * An effect that throws is answered 500, so that a fault of the simulator shows itself and does not end it.
 */
export function createPipeline(parts: PipelineParts): Pipeline {
  const { settings, now, journal, judge, throttle, faults } = parts;

  const note = (call: GraphCall): JournalEntry =>
    journal.add({
      at: call.receivedAt,
      method: call.request.method,
      path: call.request.path,
      query: call.request.query,
      app: call.caller.app.clientId,
      headers: call.request.headers,
      requestId: call.requestId,
      ...(call.mailbox !== undefined && { mailbox: call.mailbox }),
      ...(call.request.body !== undefined && { body: call.request.body }),
      ...(call.batch && { batch: call.batch }),
    });

  const finish = (call: GraphCall, entry: JournalEntry, answer: GraphAnswer, dropped = false): Outcome => {
    const clientRequestId = call.request.headers['client-request-id'] ?? call.requestId;
    const full = withInnerError(answer, call.requestId, clientRequestId, now());
    entry.status = dropped ? 0 : full.status;
    entry.durationMs = now() - call.receivedAt;
    const code = errorCode(full);
    if (code !== undefined) entry.errorCode = code;
    if (!dropped) judge.answered(call, full);
    return dropped ? { answer: full, dropped } : { answer: full };
  };

  const effect = (call: GraphCall): GraphAnswer | Promise<GraphAnswer> => {
    try {
      judge.beforeEffect(call);
      const answer = parts.perform(call);
      return answer instanceof Promise ? answer.catch(internalError) : answer;
    } catch {
      return internalError();
    }
  };

  const disturbed = async (call: GraphCall, entry: JournalEntry, disturbance: Disturbance): Promise<Outcome> => {
    const wait = settings.latencyMs + disturbance.delayMs;
    if (wait > 0) await pause(wait);
    const { instead } = disturbance;
    if (instead && !instead.afterEffect) return finish(call, entry, instead.answer, instead.dropped);
    const answer = await effect(disturbance.changed ?? call);
    const real = disturbance.rewrite ? disturbance.rewrite(answer) : answer;
    return instead ? finish(call, entry, instead.answer, instead.dropped) : finish(call, entry, real);
  };

  const later = async (call: GraphCall, entry: JournalEntry): Promise<Outcome> => {
    if (settings.latencyMs > 0) await pause(settings.latencyMs);
    return finish(call, entry, await effect(call));
  };

  const admitted = (call: GraphCall, entry: JournalEntry): Outcome | Promise<Outcome> => {
    const disturbance = faults.disturb(call);
    if (disturbance) return disturbed(call, entry, disturbance);
    if (settings.latencyMs > 0) return later(call, entry);
    const answer = effect(call);
    return answer instanceof Promise ? answer.then((late) => finish(call, entry, late)) : finish(call, entry, answer);
  };

  return (call) => {
    const entry = note(call);
    const refusal = roleRefusal(call, now());
    if (refusal) return finish(call, entry, refusal);
    judge.arrived(call);
    const throttled = throttle.admit(call);
    if (throttled) return finish(call, entry, throttled);
    judge.running(call, throttle.enter(call));
    const outcome = admitted(call, entry);
    if (outcome instanceof Promise) return outcome.finally(() => throttle.leave(call));
    throttle.leave(call);
    return outcome;
  };
}
