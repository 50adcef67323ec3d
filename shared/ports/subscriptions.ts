/** A request to be told of changes in one mailbox's contacts, as Graph holds it. */
export interface Subscription {
  readonly id: string;
  /** e.g. `users/{id}/contacts`. */
  readonly resource: string;
  /** Milliseconds since the epoch. */
  readonly expires: number;
  readonly notificationUrl: string;
}

export interface SubscriptionWish {
  readonly user: string;
  /** Absent: the whole mailbox. */
  readonly folder?: string;
  /** At most 128 characters; comes back with each notification. */
  readonly clientState: string;
  readonly expires: number;
}

/** Methods may throw Throttled, Unanswered, Denied (missing Contacts.Read), MailboxUnavailable, Refused (ports/errors). */
export interface Subscriptions {
  /** False without a public address: then policies poll. */
  readonly available: boolean;
  create(tenant: string, wish: SubscriptionWish): Promise<Subscription>;
  /** Undefined when Graph does not know it any more. */
  renew(tenant: string, id: string, expires: number): Promise<Subscription | undefined>;
  remove(tenant: string, id: string): Promise<void>;
  /** Those of this app only. */
  list(tenant: string): Promise<readonly Subscription[]>;
}
