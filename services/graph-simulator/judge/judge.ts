import type { GraphAnswer, GraphRequest } from '../engine/wire.ts';
import type { GraphCall } from '../http/graph-call.ts';
import { createDeltaWatch } from './delta-watch.ts';
import { carriesContact, changesNothing, wrongFields } from './write-check.ts';

/** One lapse of a client's manners, told in a sentence. */
export interface Breach {
  readonly kind: BreachKind;
  /** Milliseconds since the epoch. */
  readonly at: number;
  readonly sentence: string;
  readonly app: string;
  readonly mailbox?: string;
  readonly requestId?: string;
}

export type BreachKind =
  | 'concurrency'
  | 'retry-after'
  | 'unknown-field'
  | 'read-only-field'
  | 'idle-write'
  | 'delta-restart'
  | 'token-rate';

/** Watches how clients behave; what it tells never changes an answer. */
export interface Judge {
  breaches(): readonly Breach[];
  clear(): void;
  /** A call came in (permitted, not yet throttled). */
  arrived(call: GraphCall): void;
  /** A call runs; `open` calls of this app in this mailbox are now running. */
  running(call: GraphCall, open: number): void;
  /** Just before the engine acts. */
  beforeEffect(call: GraphCall): void;
  /** The call has its answer. */
  answered(call: GraphCall, answer: GraphAnswer): void;
  /** The batch with this request id is on its way back: only now can its client know of a 429 inside. */
  batchAnswered(requestId: string): void;
  tokenIssued(clientId: string): void;
}

/** What a judge needs to see. */
export interface JudgeSetting {
  /** Milliseconds since the epoch. */
  readonly now: () => number;
  /** Reads from the engine without leaving a trace. */
  readonly peek: (request: GraphRequest) => GraphAnswer;
}

const mostBreaches = 1000;
const mostAtOnce = 4;
/** How long a request may have been under way when the 429 was sent: it is not held against the client. */
const underWayMs = 250;
/** Timers fire a little early. */
const toleranceMs = 20;
const tokensPerMinute = 10;

function retryAfterMs(answer: GraphAnswer, now: number): number {
  const text = answer.headers['retry-after'];
  if (text === undefined) return 0;
  const seconds = Number(text);
  return Number.isFinite(seconds) ? seconds * 1000 : Math.max(0, Date.parse(text) - now);
}

/** A judge of manners; keeps the newest 1,000 breaches. */
export function createJudge(setting: JudgeSetting): Judge {
  const { now } = setting;
  const deltas = createDeltaWatch();
  let found: Breach[] = [];
  let pauses = new Map<string, { from: number; until: number }>();
  const heldBack = new Map<string, { lane: string; wait: number }[]>();
  const tokens = new Map<string, number[]>();
  const pauseLane = (lane: string, wait: number): void => {
    pauses.set(lane, { from: now(), until: now() + wait });
  };

  const report = (kind: BreachKind, sentence: string, call: GraphCall): void => {
    if (found.length >= mostBreaches) found.shift();
    const app = call.caller.app.clientId;
    found.push({
      kind,
      sentence,
      at: now(),
      app,
      requestId: call.requestId,
      ...(call.mailbox !== undefined && { mailbox: call.mailbox }),
    });
  };
  const said = ({ request }: GraphCall): string => `${request.method} ${request.path}`;
  const laneOf = (call: GraphCall): string => `${call.caller.app.clientId} ${call.mailbox ?? call.target.service}`;

  const checkFields = (call: GraphCall): void => {
    if (!carriesContact(call)) return;
    for (const { name, readOnly } of wrongFields(call.request.body))
      if (readOnly) report('read-only-field', `${said(call)} sent ${name}, which only the server may set.`, call);
      else report('unknown-field', `${said(call)} sent ${name}, which a contact does not have.`, call);
  };

  return {
    breaches: () => found,
    clear() {
      found = [];
      pauses = new Map();
      tokens.clear();
    },
    arrived(call) {
      const pause = pauses.get(laneOf(call));
      if (!pause || call.receivedAt < pause.from + underWayMs || call.receivedAt >= pause.until - toleranceMs) return;
      const early = Math.round(pause.until - call.receivedAt);
      report('retry-after', `${said(call)} came ${early} ms before the Retry-After of its mailbox was over.`, call);
    },
    running(call, open) {
      if (open > mostAtOnce && call.mailbox !== undefined)
        report('concurrency', `${said(call)} made ${open} requests at once in one mailbox; four are allowed.`, call);
    },
    beforeEffect(call) {
      if (call.request.method === 'GET') {
        if (deltas.restarted(call))
          report('delta-restart', `${said(call)} starts a delta anew although its last link was good.`, call);
        return;
      }
      checkFields(call);
      if (changesNothing(call, setting.peek)) report('idle-write', `${said(call)} changed nothing.`, call);
    },
    answered(call, answer) {
      deltas.answered(call, answer);
      if (answer.status !== 429 && answer.status !== 503) return;
      const wait = retryAfterMs(answer, now());
      if (wait <= 0) return;
      if (!call.batch) return pauseLane(laneOf(call), wait);
      const held = heldBack.get(call.batch.requestId) ?? [];
      heldBack.set(call.batch.requestId, [...held, { lane: laneOf(call), wait }]);
    },
    batchAnswered(requestId) {
      for (const { lane, wait } of heldBack.get(requestId) ?? []) pauseLane(lane, wait);
      heldBack.delete(requestId);
    },
    tokenIssued(clientId) {
      const recent = (tokens.get(clientId) ?? []).filter((at) => at > now() - 60_000);
      recent.push(now());
      tokens.set(clientId, recent);
      if (recent.length !== tokensPerMinute + 1) return;
      const sentence = `Client ${clientId} asked for ${recent.length} tokens within a minute; a token lasts about an hour.`;
      found.push({ kind: 'token-rate', at: now(), sentence, app: clientId });
    },
  };
}
