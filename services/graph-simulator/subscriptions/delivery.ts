import type { SimClock } from '../http/clock.ts';
import type { Outgoing } from '../http/outgoing.ts';
import { tellNotification } from '../http/sent-answers.ts';
import type { LiveSettings } from '../settings.ts';
import { EndpointHealth, healthPeriodMs } from './endpoint-health.ts';

/** One notification on its way. */
export interface Notice {
  readonly subscriptionId: string;
  /** As it stands in `value` of the POST. */
  readonly payload: object;
  /** When what it tells of happened, milliseconds since the epoch. */
  readonly changedAt: number;
  /** Object id of the mailbox's owner, or of the directory object. */
  readonly ownerId?: string;
  readonly itemId?: string;
  /** Lifecycle events are sent even when the subscription has gone: that may be just what they tell of. */
  readonly lifecycle?: boolean;
}

/** What is known of one attempt to deliver a notification. */
export interface DeliveryRecord {
  readonly subscriptionId: string;
  readonly ownerId?: string;
  readonly itemId?: string;
  readonly url: string;
  readonly changedAt: number;
  readonly sentAt: number;
  readonly durationMs: number;
  /** 0 when nothing answered in time. */
  readonly status: number;
  readonly attempt: number;
}

interface Waiting {
  readonly notice: Notice;
  readonly due: number;
}

const firstWaitMs = 3000;
const retryWaitMs = 10_000;
const givenUpAfterMs = 4 * 3600 * 1000;
/** Notices due within this time travel together. */
const togetherMs = 25;
const mostPerPost = 100;
const mostRecords = 10_000;

/** What delivery needs from around it. */
export interface DeliveryParts {
  readonly clock: SimClock;
  readonly settings: LiveSettings;
  readonly outgoing: Outgoing;
  /** False when the subscription has gone meanwhile: its notices are not sent any more. */
  readonly alive: (subscriptionId: string) => boolean;
  /** A notice was given up after four hours. */
  readonly onLost: (notice: Notice) => void;
}

/** Brings notifications to their webhooks, late and at least once, as Graph does (graph.md 3.6). A queue per address. */
export class Delivery {
  readonly #parts: DeliveryParts;
  readonly #queues = new Map<string, Waiting[]>();
  readonly #wakes = new Map<string, { readonly at: number; readonly cancel: () => void }>();
  readonly #listeners = new Set<(record: DeliveryRecord) => void>();
  readonly #records: DeliveryRecord[] = [];
  readonly #health = new EndpointHealth();
  #retrying = 0;

  constructor(parts: DeliveryParts) {
    this.#parts = parts;
  }

  /**
   * Sends a notice to a URL after `delayMs`; notices due at about the same time share one POST. A host that was slow
   * gets it ten minutes later, one that hardly answered never.
   */
  send(url: string, notice: Notice, delayMs: number): void {
    const { clock, settings } = this.#parts;
    const health = settings.webhookHealth ? this.#health.of(url, clock.now()) : 'good';
    if (health === 'drop') return;
    const due = clock.now() + delayMs + (health === 'slow' ? healthPeriodMs : 0);
    const queue = this.#queues.get(url) ?? [];
    queue.push({ notice, due });
    this.#queues.set(url, queue);
    this.#plan(url, due);
  }

  /** Attempts so far, newest last, bounded. */
  records(): readonly DeliveryRecord[] {
    return this.#records;
  }

  /** Hears of each attempt; the result stops listening. */
  onAttempt(listener: (record: DeliveryRecord) => void): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  /** Notices that wait, for their time or for another try. */
  pending(): number {
    return [...this.#queues.values()].reduce((sum, queue) => sum + queue.length, this.#retrying);
  }

  #plan(url: string, at: number): void {
    const planned = this.#wakes.get(url);
    if (planned && planned.at <= at) return;
    planned?.cancel();
    const { clock } = this.#parts;
    this.#wakes.set(url, { at, cancel: clock.after(Math.max(0, at - clock.now()), () => this.#wake(url)) });
  }

  #wake(url: string): void {
    this.#wakes.delete(url);
    const { clock } = this.#parts;
    const horizon = clock.now() + togetherMs;
    const ready: Notice[] = [];
    const rest: Waiting[] = [];
    for (const waiting of this.#queues.get(url) ?? [])
      if (waiting.due <= horizon && ready.length < mostPerPost) ready.push(waiting.notice);
      else rest.push(waiting);
    if (rest.length > 0) this.#queues.set(url, rest);
    else this.#queues.delete(url);
    if (ready.length > 0) void this.#deliver(url, ready, 1, clock.now());
    if (rest.length > 0)
      this.#plan(
        url,
        rest.reduce((least, { due }) => Math.min(least, due), Number.POSITIVE_INFINITY),
      );
  }

  async #deliver(url: string, notices: readonly Notice[], attempt: number, since: number): Promise<void> {
    const { clock, settings, alive, onLost } = this.#parts;
    const current = notices.filter(({ subscriptionId, lifecycle }) => lifecycle || alive(subscriptionId));
    if (current.length === 0 || (await this.#attempt(url, current, attempt))) return;
    const wait = settings.notificationRetryMs * 2 ** (attempt - 1);
    if (clock.now() + wait - since > givenUpAfterMs) {
      for (const notice of current) onLost(notice);
      return;
    }
    this.#retrying += current.length;
    clock.after(wait, () => {
      this.#retrying -= current.length;
      void this.#deliver(url, current, attempt + 1, since);
    });
  }

  /** True when a 2xx came in time. Status 0 in the records: nothing answered. */
  async #attempt(url: string, notices: readonly Notice[], attempt: number): Promise<boolean> {
    const { clock, outgoing } = this.#parts;
    const sentAt = clock.now();
    const body = { value: notices.map(({ payload }) => payload) };
    tellNotification(url, body);
    const text = JSON.stringify(body);
    const waitMs = attempt === 1 ? firstWaitMs : retryWaitMs;
    const { status, tookAtLeast } = await outgoing.post(url, text, 'application/json; charset=utf-8', waitMs).then(
      (answer) => ({ status: answer.status, tookAtLeast: 0 }),
      (error: unknown) => ({
        status: 0,
        tookAtLeast: Error.isError(error) && error.message === 'timeout' ? waitMs : 0,
      }),
    );
    const facts = { url, sentAt, status, attempt, durationMs: clock.now() - sentAt };
    // Virtual time stands still while a host keeps the simulator waiting.
    this.#health.answered(url, Math.max(facts.durationMs, tookAtLeast), clock.now());
    for (const { payload: _, lifecycle: __, ...notice } of notices) this.#record({ ...notice, ...facts });
    return status >= 200 && status < 300;
  }

  #record(record: DeliveryRecord): void {
    if (this.#records.length >= mostRecords) this.#records.shift();
    this.#records.push(record);
    for (const listener of this.#listeners) listener(record);
  }
}
