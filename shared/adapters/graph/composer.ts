import type { Chance, Clock } from '#ports/clock';
import { PortError, Throttled, Unanswered } from '#ports/errors';
import { BATCH_SIZE, batchAnswers, batchBody } from './batch.ts';
import { type Ask, Lane } from './lane.ts';
import { Median } from './median.ts';
import type { OpenBatches } from './open-batches.ts';
import { ReadyLanes } from './ready-lanes.ts';
import { type GraphAnswer, type GraphRequest, header } from './request.ts';
import { backOff, retryAfter } from './retry-after.ts';
import type { SendBatch } from './sender.ts';

/** How a request travels. */
export interface Travel {
  /** The mailbox that it counts against, or the name of another queue. */
  readonly lane: string;
  readonly urgent: boolean;
  readonly alone?: boolean;
  readonly signal?: AbortSignal;
}

/** One `$batch` call, for metrics: counts and times only, no name of anybody. */
export interface BatchEvent {
  readonly status: number;
  readonly items: number;
  readonly throttled: number;
  /** Items answered 5xx, or not at all. */
  readonly failed: number;
  readonly milliseconds: number;
}

export interface ComposerOptions {
  readonly clock: Clock;
  readonly chance: Chance;
  readonly send: SendBatch;
  readonly slots: OpenBatches;
  readonly onBatch?: (event: BatchEvent) => void;
}

/** Milliseconds that a batch waits for company: when nothing else is under way, and else. */
const COMPANY_IDLE = 5;
const COMPANY_BUSY = 10;
/** Bulk work leaves a fifth of the open batches to live work. */
const BULK_SHARE = 0.8;
/** A mailbox that must wait longer than this gives its waiting requests back to their callers. */
const PATIENCE = 5000;
/** How long a mailbox rests whose requests got no answer. */
const LOST_PAUSE = 1000;
const BACK_OFF_FIRST = 1000;
const BACK_OFF_LAST = 60_000;

/** Gathers the single requests of one tenant into `$batch` calls (PROTOCOL 4.5; graph.md 4 and 5). */
export class Composer {
  readonly #clock: Clock;
  readonly #chance: Chance;
  readonly #send: SendBatch;
  readonly #slots: OpenBatches;
  readonly #onBatch: ((event: BatchEvent) => void) | undefined;
  readonly #lanes = new Map<string, Lane>();
  readonly #ready = new ReadyLanes();
  readonly #signals = new WeakMap<AbortSignal, Set<Ask>>();
  readonly #median = new Median();
  readonly #open = new Set<Promise<void>>();
  #bulkOpen = 0;
  #strikes = 0;
  #pausedUntil = Number.NEGATIVE_INFINITY;
  #wakeAt = Number.POSITIVE_INFINITY;
  #closed = false;

  constructor({ clock, chance, send, slots, onBatch }: ComposerOptions) {
    this.#clock = clock;
    this.#chance = chance;
    this.#send = send;
    this.#slots = slots;
    this.#onBatch = onBatch;
  }

  /** Open batches, requests that wait, mailboxes that Graph asked to wait. */
  stats(): { readonly open: number; readonly limit: number; readonly waiting: number; readonly paused: number } {
    const now = this.#clock.monotonic();
    let waiting = 0;
    let paused = 0;
    for (const lane of this.#lanes.values()) {
      waiting += lane.waiting;
      if (lane.pausedUntil > now) paused += 1;
    }
    return { open: this.#open.size, limit: this.#slots.limit, waiting, paused };
  }

  /**
   * Sends the request with others and resolves to whatever was answered, status 0 for nothing. Rejects with Throttled
   * when its mailbox or tenant has to wait too long, Denied when the log-in fails, or the signal's reason when it was
   * aborted before it was sent.
   */
  ask(request: GraphRequest, travel: Travel): Promise<GraphAnswer> {
    const { signal, urgent, alone = false } = travel;
    if (signal?.aborted) return Promise.reject(signal.reason as Error);
    if (this.#closed) return Promise.reject(new Unanswered('the connection is closed'));
    const lane = this.#lane(travel.lane);
    const now = this.#clock.monotonic();
    const pause = Math.max(lane.pausedUntil, this.#pausedUntil) - now;
    if (pause > PATIENCE) return Promise.reject(this.#throttled(lane, now));
    return new Promise((resolve, reject) => {
      const ask: Ask = { request, urgent, alone, lane, resolve, reject, signal };
      (urgent ? lane.urgent : lane.bulk).push(ask);
      if (signal) this.#watch(signal, ask);
      this.#ready.place(lane, now);
      // A long pause gave everything back and left no timer: whoever comes near its end would wait for ever.
      if (lane.pausedUntil > now && !lane.open) this.#resumeLater(lane, lane.pausedUntil - now);
      this.#pump();
    });
  }

  /** Gives back what waits and resolves once nothing is under way. */
  async close(): Promise<void> {
    this.#closed = true;
    for (const lane of this.#lanes.values()) this.#giveBack(lane, new Throttled(0, 'tenant'));
    await Promise.all(this.#open);
  }

  #lane(key: string): Lane {
    let lane = this.#lanes.get(key);
    if (!lane) {
      lane = new Lane(key);
      this.#lanes.set(key, lane);
    }
    return lane;
  }

  #throttled(lane: Lane, now: number): Throttled {
    const tenant = this.#pausedUntil > lane.pausedUntil;
    const until = tenant ? this.#pausedUntil : lane.pausedUntil;
    return new Throttled(Math.max(0, until - now), tenant ? 'tenant' : 'mailbox');
  }

  /** One listener per signal, not per request: a signal is shared by all work of a pass. */
  #watch(signal: AbortSignal, ask: Ask): void {
    const known = this.#signals.get(signal);
    if (known) {
      known.add(ask);
      return;
    }
    const asks = new Set([ask]);
    this.#signals.set(signal, asks);
    signal.addEventListener('abort', () => {
      for (const one of asks) if (one.lane.drop(one)) one.reject(signal.reason);
      asks.clear();
      const now = this.#clock.monotonic();
      for (const lane of this.#lanes.values()) this.#ready.place(lane, now);
    });
  }

  #giveBack(lane: Lane, error: PortError): void {
    for (const ask of lane.takeAll()) this.#finish(ask, () => ask.reject(error));
    this.#ready.place(lane, this.#clock.monotonic());
  }

  #finish(ask: Ask, settle: () => void): void {
    if (ask.signal) this.#signals.get(ask.signal)?.delete(ask);
    settle();
  }

  #pump(): void {
    while (this.#open.size < this.#slots.limit) {
      const now = this.#clock.monotonic();
      if (now < this.#pausedUntil) {
        this.#wake(this.#pausedUntil);
        return;
      }
      const withBulk = this.#bulkOpen < this.#bulkLimit();
      const { count, since } = this.#ready.readiness(withBulk);
      if (count === 0) return;
      const company = since + (this.#open.size === 0 ? COMPANY_IDLE : COMPANY_BUSY);
      if (count < BATCH_SIZE && now < company) {
        this.#wake(company);
        return;
      }
      this.#launch(this.#ready.take(withBulk, (lane) => lane.travelsAlone(now, this.#median.value)));
    }
  }

  #bulkLimit(): number {
    return Math.max(1, Math.floor(this.#slots.limit * BULK_SHARE));
  }

  /** Pumps again at that moment, if nothing earlier will. */
  #wake(at: number): void {
    const now = this.#clock.monotonic();
    if (this.#wakeAt > now && this.#wakeAt <= at) return;
    this.#wakeAt = at;
    void this.#clock.sleep(Math.max(0, Math.ceil(at - now))).then(() => {
      if (this.#wakeAt === at) this.#wakeAt = Number.POSITIVE_INFINITY;
      this.#pump();
    });
  }

  #launch(asks: readonly Ask[]): void {
    for (const { lane } of asks) this.#ready.place(lane, this.#clock.monotonic());
    for (const ask of asks) if (ask.signal) this.#signals.get(ask.signal)?.delete(ask);
    const bulk = asks.every(({ urgent }) => !urgent);
    if (bulk) this.#bulkOpen += 1;
    // Bulk work alone never fills all slots, and yet more of them would serve it.
    const saturated = this.#open.size + 1 >= this.#slots.limit || (bulk && this.#bulkOpen >= this.#bulkLimit());
    const running: Promise<void> = this.#travel(asks, saturated).finally(() => {
      this.#open.delete(running);
      if (bulk) this.#bulkOpen -= 1;
      this.#pump();
    });
    this.#open.add(running);
  }

  async #travel(asks: readonly Ask[], saturated: boolean): Promise<void> {
    const sent = this.#clock.monotonic();
    try {
      const outer = await this.#send(batchBody(asks.map(({ request }) => request)));
      if ((outer.status === 400 || outer.status === 413) && asks.length > 1) await this.#oneByOne(asks);
      else this.#settle(asks, this.#answers(outer, asks.length), outer.status, { sent, saturated });
    } catch (error) {
      this.#failed(asks, error);
    }
  }

  /** An envelope that Graph refused did nothing; alone, each item shows whether it was the one (graph.md 12.12). */
  async #oneByOne(asks: readonly Ask[]): Promise<void> {
    for (const ask of asks) {
      try {
        const sent = this.#clock.monotonic();
        const outer = await this.#send(batchBody([ask.request]));
        const answers = this.#answers(outer, 1);
        this.#settle([ask], answers, outer.status, { sent, saturated: false });
      } catch (error) {
        this.#failed([ask], error);
      }
    }
  }

  #failed(asks: readonly Ask[], error: unknown): void {
    const now = this.#clock.monotonic();
    if (error instanceof Throttled) this.#pausedUntil = Math.max(this.#pausedUntil, now + error.retryAfterMs);
    const reason = error instanceof PortError ? error : new Unanswered('the call failed', { cause: error });
    for (const ask of asks) ask.reject(reason);
    for (const { lane } of asks) this.#release(lane, now);
  }

  /** Every item's answer; an outer failure is the answer of all of them. */
  #answers(outer: GraphAnswer, count: number): readonly GraphAnswer[] {
    if (outer.status === 200) {
      this.#strikes = 0;
      return batchAnswers(outer.body, count);
    }
    if (outer.status === 429 || outer.status === 503) {
      this.#strikes += 1;
      const pause = this.#wish(outer, this.#strikes);
      this.#pausedUntil = this.#clock.monotonic() + pause;
      return new Array<GraphAnswer>(count).fill({ ...outer, retryAfterMs: pause });
    }
    return new Array<GraphAnswer>(count).fill(outer);
  }

  /** How long Graph wants us to wait, in milliseconds. */
  #wish(answer: GraphAnswer, strikes: number): number {
    const wished = retryAfter(header(answer, 'Retry-After'), this.#clock.now());
    return wished ?? backOff(strikes, this.#chance.random(), BACK_OFF_FIRST, BACK_OFF_LAST);
  }

  #settle(
    asks: readonly Ask[],
    answers: readonly GraphAnswer[],
    status: number,
    { sent, saturated }: { readonly sent: number; readonly saturated: boolean },
  ): void {
    const now = this.#clock.monotonic();
    const milliseconds = now - sent;
    this.#median.add(milliseconds);
    const strained = new Set<Lane>();
    const lanes = new Set<Lane>();
    let throttled = 0;
    let failed = 0;
    for (const [index, ask] of asks.entries()) {
      const answer = this.#noteAnswer(ask.lane, answers[index] as GraphAnswer, now);
      lanes.add(ask.lane);
      if (answer.status === 429) throttled += 1;
      if (answer.status === 0 || answer.status >= 500) failed += 1;
      if (answer.status === 429 || answer.status === 503 || answer.status === 504) strained.add(ask.lane);
      ask.resolve(answer);
    }
    for (const lane of lanes) {
      lane.took(milliseconds);
      if (!strained.has(lane)) lane.strikes = 0;
      this.#release(lane, now);
    }
    this.#slots.record({
      // Outlook's limits count per mailbox: one throttled mailbox says nothing about the tenant, two do.
      strained: status === 429 || status >= 500 || strained.size > 1,
      saturated,
      ...(asks.length === BATCH_SIZE && { fullLatency: milliseconds }),
      sent,
      now,
    });
    this.#onBatch?.({ status, items: asks.length, throttled, failed, milliseconds });
  }

  #noteAnswer(lane: Lane, answer: GraphAnswer, now: number): GraphAnswer {
    // What nobody answered may still be at work in there, and counts against the four.
    if (answer.status === 0) lane.pausedUntil = Math.max(lane.pausedUntil, now + LOST_PAUSE);
    if (answer.status !== 429 && answer.status !== 503) return answer;
    // Several items of one batch that were throttled together are one event.
    if (lane.throttledAt !== now) lane.strikes += 1;
    lane.throttledAt = now;
    const pause = answer.retryAfterMs ?? this.#wish(answer, lane.strikes);
    lane.pausedUntil = Math.max(lane.pausedUntil, now + pause);
    return { ...answer, retryAfterMs: pause };
  }

  /** The lane may be in the next batch, or waits as Graph asked. */
  #release(lane: Lane, now: number): void {
    lane.open = false;
    const pause = lane.pausedUntil - now;
    if (pause > PATIENCE) {
      this.#giveBack(lane, this.#throttled(lane, now));
      return;
    }
    this.#ready.place(lane, now);
    if (pause > 0) this.#resumeLater(lane, pause);
  }

  /** Timers fire early now and then: the lane asks again until its pause is really over. */
  #resumeLater(lane: Lane, pause: number): void {
    if (lane.resuming) return;
    lane.resuming = true;
    void this.#clock.sleep(Math.ceil(pause)).then(() => {
      lane.resuming = false;
      const now = this.#clock.monotonic();
      if (lane.pausedUntil > now) {
        this.#resumeLater(lane, lane.pausedUntil - now);
        return;
      }
      this.#ready.place(lane, now);
      this.#pump();
    });
  }
}
