import type { GraphChange } from '../engine/wire.ts';
import type { FaultBook } from '../faults/fault-book.ts';
import type { SimClock } from '../http/clock.ts';
import type { LiveSettings } from '../settings.ts';
import type { Delivery, Notice } from './delivery.ts';
import { type LifecycleEvent, lifecycleNotification, notificationOf } from './notification.ts';
import type { Registry } from './registry.ts';
import type { Subscription } from './subscription.ts';

/** Turns changes into notifications. */
export interface Publisher {
  changed(change: GraphChange): void;
  /** Sends a lifecycle event; false when the subscription is unknown or has no lifecycle URL. `subscriptionRemoved` removes it. */
  lifecycle(subscriptionId: string, event: LifecycleEvent, delayMs?: number): boolean;
  /** Sends a notification of an item that need not exist, e.g. one whose id nobody will ever find. */
  announce(subscription: Subscription, change: GraphChange, delayMs: number): void;
}

/** What publishing needs from around it. */
export interface PublisherParts {
  readonly registry: Registry;
  readonly delivery: Delivery;
  readonly faults: FaultBook;
  readonly settings: LiveSettings;
  readonly clock: SimClock;
  readonly random: () => number;
  readonly tenantId: string;
}

/** One publisher for all subscriptions. */
export function createPublisher(parts: PublisherParts): Publisher {
  const { registry, delivery, faults, settings, clock, random, tenantId } = parts;

  const usualDelay = (): number => {
    const [least, most] = settings.notificationDelayMs;
    return least + random() * (most - least);
  };

  const announce: Publisher['announce'] = (subscription, change, delayMs) => {
    const notice: Notice = {
      subscriptionId: subscription.id,
      payload: notificationOf(subscription, change, tenantId, clock.now()),
      changedAt: clock.now(),
      ownerId: change.ownerId,
      ...(change.itemId !== undefined && { itemId: change.itemId }),
    };
    delivery.send(subscription.notificationUrl, notice, delayMs);
  };

  const tell = (subscription: Subscription, change: GraphChange): void => {
    if (faults.strike('notificationsLost', change.ownerId)) return;
    const late = faults.strike('notificationsLate', change.ownerId);
    // Later than any notification that follows it within the usual time: the order turns round.
    const behind = faults.strike('notificationsReordered', change.ownerId) ? settings.notificationDelayMs[1] + 250 : 0;
    const delay = usualDelay() + behind + (late ? (late.lagMs ?? 5000) : 0);
    announce(subscription, change, delay);
    if (faults.strike('notificationsDoubled', change.ownerId)) announce(subscription, change, usualDelay());
  };

  return {
    changed(change) {
      for (const subscription of registry.hearing(change)) tell(subscription, change);
    },
    lifecycle(subscriptionId, event, delayMs = 0) {
      const subscription = registry.find(subscriptionId);
      const url = subscription?.lifecycleNotificationUrl;
      if (subscription && event === 'subscriptionRemoved') registry.remove(subscriptionId);
      if (!subscription || !url) return false;
      const payload = lifecycleNotification(subscription, event, tenantId);
      delivery.send(url, { subscriptionId, payload, changedAt: clock.now(), lifecycle: true }, delayMs);
      return true;
    },
    announce,
  };
}
