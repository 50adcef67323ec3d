import type { GraphAnswer, GraphRequest } from '../engine/wire.ts';
import type { GraphCall } from '../http/graph-call.ts';
import type { Breach, BreachKind } from './breach.ts';
import { DeltaWatch } from './delta-watch.ts';
import { RetryAfterWatch } from './retry-after-watch.ts';
import { carriesContact, changesNothing, wrongFields } from './write-check.ts';

/** What a judge needs to see. */
export interface JudgeSetting {
  /** Milliseconds since the epoch. */
  readonly now: () => number;
  /** Reads from the engine without leaving a trace. */
  readonly peek: (request: GraphRequest) => GraphAnswer;
}

const mostBreaches = 1000;
const mostAtOnce = 4;
const tokensPerMinute = 10;

const said = ({ request }: GraphCall): string => `${request.method} ${request.path}`;

/** Watches how clients behave; what it tells never changes an answer. Keeps the newest 1,000 breaches. */
export class Judge {
  readonly #setting: JudgeSetting;
  readonly #deltas = new DeltaWatch();
  readonly #pauses: RetryAfterWatch;
  readonly #tokens = new Map<string, number[]>();
  #found: Breach[] = [];

  constructor(setting: JudgeSetting) {
    this.#setting = setting;
    this.#pauses = new RetryAfterWatch(setting.now);
  }

  breaches(kind?: BreachKind): readonly Breach[] {
    return kind === undefined ? this.#found : this.#found.filter((breach) => breach.kind === kind);
  }

  /** Forgets breaches, pauses and token counts; cursors handed out are remembered. */
  clear(): void {
    this.#found = [];
    this.#pauses.clear();
    this.#tokens.clear();
  }

  /** A call came in (permitted, not yet throttled). */
  arrived(call: GraphCall): void {
    const early = this.#pauses.earlyBy(call);
    if (early > 0) this.#report('retry-after', `${said(call)} came ${early} ms before its Retry-After was over.`, call);
  }

  /** A call runs; with it, `open` calls of this app are running in this mailbox. */
  running(call: GraphCall, open: number): void {
    if (open <= mostAtOnce || call.mailbox === undefined) return;
    this.#report('concurrency', `${said(call)} made ${open} requests at once in one mailbox; four are allowed.`, call);
  }

  /** A call was throttled while `open` others of this app were running in this mailbox. */
  refusedForConcurrency(call: GraphCall, open: number): void {
    if (open >= mostAtOnce) this.running(call, open + 1);
  }

  /** Just before the engine acts. */
  beforeEffect(call: GraphCall): void {
    if (call.request.method === 'GET') return;
    if (carriesContact(call)) this.#checkFields(call);
    if (changesNothing(call, this.#setting.peek)) this.#report('idle-write', `${said(call)} changed nothing.`, call);
  }

  /** The call has its answer. */
  answered(call: GraphCall, answer: GraphAnswer): void {
    if (this.#deltas.restarted(call, answer))
      this.#report('delta-restart', `${said(call)} starts a delta anew although its last link was good.`, call);
    this.#pauses.answered(call, answer);
  }

  /** The batch with this request id is on its way back: only now can its client know of a 429 inside. */
  batchAnswered(requestId: string): void {
    this.#pauses.batchAnswered(requestId);
  }

  /** An app got a token. */
  tokenIssued(clientId: string): void {
    const now = this.#setting.now();
    const recent = (this.#tokens.get(clientId) ?? []).filter((at) => at > now - 60_000);
    recent.push(now);
    this.#tokens.set(clientId, recent);
    if (recent.length !== tokensPerMinute + 1) return;
    const sentence = `Client ${clientId} asked for ${recent.length} tokens within a minute; one lasts about an hour.`;
    this.#keep({ kind: 'token-rate', at: now, sentence, app: clientId });
  }

  #checkFields(call: GraphCall): void {
    for (const { name, readOnly } of wrongFields(call.request.body))
      if (readOnly) this.#report('read-only-field', `${said(call)} sent ${name}, which only the server may set.`, call);
      else this.#report('unknown-field', `${said(call)} sent ${name}, which a contact does not have.`, call);
  }

  #report(kind: BreachKind, sentence: string, call: GraphCall): void {
    const { mailbox, requestId, caller } = call;
    const facts = { kind, sentence, at: this.#setting.now(), app: caller.app.clientId, requestId };
    this.#keep({ ...facts, ...(mailbox !== undefined && { mailbox }) });
  }

  #keep(breach: Breach): void {
    if (this.#found.length >= mostBreaches) this.#found.shift();
    this.#found.push(breach);
  }
}
