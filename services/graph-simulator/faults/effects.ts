import type { GraphAnswer, GraphRequest } from '../engine/wire.ts';
import type { GraphCall } from '../http/graph-call.ts';
import type { FaultKind, FaultSpec } from './fault.ts';
import { faultAnswer } from './fault-answer.ts';
import type { FaultEffect } from './fault-book.ts';
import { OlderAnswers } from './older-answers.ts';

const isObject = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

const isDelta = ({ target }: GraphCall): boolean => /delta(\(\))?$/i.test(target.segments.at(-1) ?? '');

/** A delta that continues from a token finds it gone; the Location starts it anew (graph.md 2.2). */
const deltaExpired =
  (linkRoot: () => string): FaultEffect =>
  (call, spec) => {
    const { request } = call;
    if (request.method !== 'GET' || !isDelta(call) || !/token=/i.test(request.query)) return undefined;
    const expired = faultAnswer({ ...spec, status: 410 });
    const location = `${linkRoot()}${request.path}?$deltatoken=`;
    return { rewrite: () => ({ ...expired, headers: { ...expired.headers, location } }) };
  };

/** POST of a contact loses its notes on the way. */
const notesDropped: FaultEffect = (call) => {
  const { body, method } = call.request;
  if (method !== 'POST' || !isObject(body) || !body['personalNotes']) return undefined;
  const { personalNotes: _, ...rest } = body;
  return { changed: { ...call, request: { ...call.request, body: rest } } };
};

/** A mailbox that is full refuses whatever would make it larger. */
const growing: FaultEffect = ({ mailbox, request }) =>
  mailbox !== undefined && (request.method === 'POST' || request.method === 'PATCH' || request.method === 'PUT')
    ? {}
    : undefined;

/** A mailbox that is being moved, or was deleted with its user, answers nothing at all. */
const anyInMailbox: FaultEffect = ({ mailbox }) => (mailbox === undefined ? undefined : {});

const defaultLagMs = 5000;

/**
 * Effects that need more than an answer: they change the call, or what comes back. Stale reads show GETs and lists as
 * they were before a write; the lying delta shows an item older than the list does.
 *
 * @param peek reads from the engine without leaving a trace
 */
export function faultEffects(
  now: () => number,
  peek: (request: GraphRequest) => GraphAnswer,
  linkRoot: () => string,
): Partial<Record<FaultKind, FaultEffect>> {
  const onWrite = (call: GraphCall, mailbox: string, spec: FaultSpec, older: OlderAnswers): ReturnType<FaultEffect> => {
    const { method, path, headers } = call.request;
    const old = method === 'POST' ? undefined : peek({ method: 'GET', path, query: '', headers });
    return {
      rewrite: (answer) => {
        older.remember(mailbox, old, answer, spec.lagMs ?? defaultLagMs);
        return answer;
      },
    };
  };

  const aging = (older: OlderAnswers, concerns: (call: GraphCall) => boolean, hideNew: boolean): FaultEffect => {
    return (call, spec) => {
      const { mailbox, request } = call;
      if (mailbox === undefined) return undefined;
      if (request.method !== 'GET') return onWrite(call, mailbox, spec, older);
      return concerns(call) ? { rewrite: (answer) => older.age(mailbox, request.path, answer, hideNew) } : undefined;
    };
  };

  return {
    deltaExpired: deltaExpired(linkRoot),
    notesDropped,
    mailboxFull: growing,
    mailboxMoved: anyInMailbox,
    mailboxSoftDeleted: anyInMailbox,
    staleReads: aging(new OlderAnswers(now), (call) => !isDelta(call), true),
    lyingDelta: aging(new OlderAnswers(now), isDelta, false),
  };
}
