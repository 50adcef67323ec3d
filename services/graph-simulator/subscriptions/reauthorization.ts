import type { Cancel, SimClock } from '../http/clock.ts';
import type { LiveSettings } from '../settings.ts';
import type { Publisher } from './publisher.ts';
import type { Subscription } from './subscription.ts';

/** Reminds the owners of subscriptions to prove their access anew. */
export interface Reauthorization {
  /** Starts the schedule of a subscription, or starts it anew when it was renewed or reauthorized. */
  plan(subscription: Subscription): void;
}

const leastWaitMs = 15 * 60_000;
/** Reminders due within this time go out together, so that thousands of subscriptions need few wakes. */
const togetherMs = 1000;

/**
 * `reauthorizationRequired` after a quarter of the time that is left, then a quarter of the rest, every 15 minutes in
 * the last hour (graph.md 3.7). Only subscriptions with a lifecycle address get it. One timer for all.
 */
export function createReauthorization(
  clock: SimClock,
  settings: LiveSettings,
  publisher: Publisher,
  find: (id: string) => Subscription | undefined,
): Reauthorization {
  const dueAt = new Map<string, number>();
  let wake: { readonly at: number; readonly cancel: Cancel } | undefined;

  const arm = (at: number): void => {
    if (wake && wake.at <= at) return;
    wake?.cancel();
    wake = { at, cancel: clock.after(Math.max(0, at - clock.now()), remind) };
  };

  const plan = (subscription: Subscription): void => {
    const { id, expiresAt, lifecycleNotificationUrl } = subscription;
    const at = clock.now() + Math.max(leastWaitMs, (expiresAt - clock.now()) / 4);
    if (lifecycleNotificationUrl === null || at >= expiresAt) return void dueAt.delete(id);
    dueAt.set(id, at);
    arm(at);
  };

  function remind(): void {
    wake = undefined;
    const horizon = clock.now() + togetherMs;
    for (const id of [...dueAt].filter(([, at]) => at <= horizon).map(([due]) => due)) {
      dueAt.delete(id);
      const subscription = find(id);
      if (!subscription) continue;
      if (settings.reauthorizationSchedule) publisher.lifecycle(id, 'reauthorizationRequired');
      plan(subscription);
    }
    const next = [...dueAt.values()].reduce((least, at) => Math.min(least, at), Number.POSITIVE_INFINITY);
    if (Number.isFinite(next)) arm(next);
  }

  return { plan };
}
