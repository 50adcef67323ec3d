import type { Clock } from '#ports/clock';
import { Refused } from '#ports/errors';
import type { Subscription, Subscriptions, SubscriptionWish } from '#ports/subscriptions';
import type { Travel } from './composer.ts';
import { jsonBody } from './headers.ts';
import { folderPath, userPath } from './paths.ts';
import { json } from './request.ts';
import { pagesOf, send, type Tenant, type Tenants, toMailbox } from './tenant.ts';

/** Where Graph is to send notifications. Without `url` there are none. */
export interface NotificationUrls {
  readonly url?: string;
  readonly lifecycleUrl?: string;
}

const travel: Travel = { lane: 'subscriptions', urgent: true };
/** Graph refuses more than 10,070 minutes (graph.md 3.3); the rest is room for clocks that differ. */
const LONGEST = 10_000 * 60_000;

const subscriptionOf = (raw: Readonly<Record<string, unknown>>): Subscription => ({
  id: String(raw['id']),
  resource: String(raw['resource']),
  expires: Date.parse(String(raw['expirationDateTime'])),
  notificationUrl: String(raw['notificationUrl']),
});

const path = (id: string): string => `/subscriptions/${encodeURIComponent(id)}`;

const isUnknown = (error: unknown): boolean =>
  error instanceof Refused && /^(http404|resourcenotfound|itemnotfound|erroritemnotfound)$/i.test(error.code);

class GraphSubscriptions implements Subscriptions {
  readonly available: boolean;
  readonly #tenants: Tenants;
  readonly #clock: Clock;
  readonly #urls: NotificationUrls;

  constructor(tenants: Tenants, clock: Clock, urls: NotificationUrls) {
    this.available = urls.url !== undefined;
    this.#tenants = tenants;
    this.#clock = clock;
    this.#urls = urls;
  }

  /** Graph calls the receiver back before it answers: such a request would keep a whole batch waiting. */
  async create(key: string, wish: SubscriptionWish): Promise<Subscription> {
    const mailbox = { tenant: key, user: wish.user };
    const below = wish.folder === undefined ? userPath(wish.user) : folderPath(mailbox, wish.folder);
    const body = JSON.stringify({
      changeType: 'created,updated,deleted',
      notificationUrl: this.#urls.url,
      ...(this.#urls.lifecycleUrl !== undefined && { lifecycleNotificationUrl: this.#urls.lifecycleUrl }),
      resource: `${below.slice(1)}/contacts`,
      expirationDateTime: this.#until(wish.expires),
      clientState: wish.clientState,
      latestSupportedTlsVersion: 'v1_2',
    });
    const request = { method: 'POST', url: '/subscriptions', headers: jsonBody, body } as const;
    const alone = toMailbox(wish.user, { lane: 'bulk' }, true);
    return subscriptionOf(json(await send(this.#tenants(key), 'subscribe', request, alone)));
  }

  async renew(key: string, id: string, expires: number): Promise<Subscription | undefined> {
    const body = JSON.stringify({ expirationDateTime: this.#until(expires) });
    const request = { method: 'PATCH', url: path(id), headers: jsonBody, body } as const;
    try {
      return subscriptionOf(json(await send(this.#tenants(key), 'changeSubscription', request, travel)));
    } catch (error) {
      if (isUnknown(error)) return undefined;
      throw error;
    }
  }

  async remove(key: string, id: string): Promise<void> {
    try {
      await send(this.#tenants(key), 'changeSubscription', { method: 'DELETE', url: path(id) }, travel);
    } catch (error) {
      if (!isUnknown(error)) throw error;
    }
  }

  async list(key: string): Promise<readonly Subscription[]> {
    const tenant: Tenant = this.#tenants(key);
    const found: Subscription[] = [];
    for await (const page of pagesOf(tenant, 'subscriptions', { method: 'GET', url: '/subscriptions' }, travel)) {
      found.push(...page.map(subscriptionOf));
    }
    return found;
  }

  #until(expires: number): string {
    return new Date(Math.min(expires, this.#clock.now() + LONGEST)).toISOString();
  }
}

/** Subscriptions over Graph (graph.md 3); ids in notifications are immutable because creation asks for them. */
export const graphSubscriptions = (tenants: Tenants, clock: Clock, urls: NotificationUrls): Subscriptions =>
  new GraphSubscriptions(tenants, clock, urls);
