import type { SimClock } from '../http/clock.ts';
import type { Outgoing } from '../http/outgoing.ts';
import type { LiveSettings } from '../settings.ts';

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

/** Brings notifications to their webhooks, late and at least once, as Graph does (graph.md 3.6). */
export interface Delivery {
  /** Sends a notice to a URL after `delayMs`; notices due at about the same time share one POST. */
  send(url: string, notice: Notice, delayMs: number): void;
  /** Attempts so far, newest last, bounded. */
  records(): readonly DeliveryRecord[];
  /** Hears of each attempt; the result stops listening. */
  onAttempt(listener: (record: DeliveryRecord) => void): () => void;
  /** Notices that wait. */
  pending(): number;
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

/** A delivery with a queue per webhook address. */
export function createDelivery(parts: DeliveryParts): Delivery {
  const { clock, settings, outgoing } = parts;
  const queues = new Map<string, Waiting[]>();
  const wakes = new Map<string, { at: number; cancel: () => void }>();
  const listeners = new Set<(record: DeliveryRecord) => void>();
  const records: DeliveryRecord[] = [];
  let retrying = 0;

  const attemptOnce = async (url: string, notices: readonly Notice[], attempt: number): Promise<boolean> => {
    const sentAt = clock.now();
    const text = JSON.stringify({ value: notices.map(({ payload }) => payload) });
    let status = 0;
    try {
      const waitMs = attempt === 1 ? firstWaitMs : retryWaitMs;
      ({ status } = await outgoing.post(url, text, 'application/json; charset=utf-8', waitMs));
    } catch {
      // Nothing answered: status 0, and it will be tried again.
    }
    for (const { subscriptionId, ownerId, itemId, changedAt } of notices) {
      const facts = { subscriptionId, url, changedAt, sentAt, status, attempt, durationMs: clock.now() - sentAt };
      const record = { ...facts, ...(ownerId !== undefined && { ownerId }), ...(itemId !== undefined && { itemId }) };
      if (records.length >= mostRecords) records.shift();
      records.push(record);
      for (const listener of listeners) listener(record);
    }
    return status >= 200 && status < 300;
  };

  const deliver = async (url: string, notices: readonly Notice[], attempt: number, since: number): Promise<void> => {
    const current = notices.filter(({ subscriptionId, lifecycle }) => lifecycle || parts.alive(subscriptionId));
    if (current.length === 0 || (await attemptOnce(url, current, attempt))) return;
    const wait = settings.notificationRetryMs * 2 ** (attempt - 1);
    if (clock.now() + wait - since > givenUpAfterMs) {
      for (const notice of current) parts.onLost(notice);
      return;
    }
    retrying += current.length;
    clock.after(wait, () => {
      retrying -= current.length;
      void deliver(url, current, attempt + 1, since);
    });
  };

  const wake = (url: string): void => {
    wakes.delete(url);
    const queue = queues.get(url) ?? [];
    const horizon = clock.now() + togetherMs;
    const ready = queue.filter(({ due }) => due <= horizon).slice(0, mostPerPost);
    const rest = queue.filter((waiting) => !ready.includes(waiting));
    if (rest.length > 0) queues.set(url, rest);
    else queues.delete(url);
    if (ready.length > 0)
      void deliver(
        url,
        ready.map(({ notice }) => notice),
        1,
        clock.now(),
      );
    if (rest.length > 0)
      plan(
        url,
        rest.reduce((least, { due }) => Math.min(least, due), Number.POSITIVE_INFINITY),
      );
  };

  const plan = (url: string, at: number): void => {
    const planned = wakes.get(url);
    if (planned && planned.at <= at) return;
    planned?.cancel();
    wakes.set(url, { at, cancel: clock.after(Math.max(0, at - clock.now()), () => wake(url)) });
  };

  return {
    send(url, notice, delayMs) {
      const queue = queues.get(url) ?? [];
      const due = clock.now() + delayMs;
      queue.push({ notice, due });
      queues.set(url, queue);
      plan(url, due);
    },
    records: () => records,
    onAttempt(listener) {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
    pending: () => [...queues.values()].reduce((sum, queue) => sum + queue.length, retrying),
  };
}
