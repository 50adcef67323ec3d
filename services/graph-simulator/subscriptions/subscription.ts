import type { Scope } from './resource.ts';

/** A subscription as the service keeps it. Times are milliseconds since the epoch. */
export interface Subscription {
  readonly id: string;
  readonly resource: string;
  readonly changeTypes: ReadonlySet<string>;
  readonly changeType: string;
  readonly clientState: string | null;
  readonly applicationId: string;
  readonly creatorId: string;
  readonly lifecycleNotificationUrl: string | null;
  readonly latestSupportedTlsVersion: string;
  readonly scope: Scope;
  /** Which kind of item id notifications carry; chosen at creation (graph.md 1.8). */
  readonly immutableIds: boolean;
  notificationUrl: string;
  expiresAt: number;
}

/** The resource as Graph answers it: every property is there, most of them null (graph.md 3.2). */
export function subscriptionBody(subscription: Subscription, showState: boolean): object {
  return {
    id: subscription.id,
    resource: subscription.resource,
    applicationId: subscription.applicationId,
    changeType: subscription.changeType,
    clientState: showState ? subscription.clientState : null,
    notificationUrl: subscription.notificationUrl,
    notificationQueryOptions: null,
    lifecycleNotificationUrl: subscription.lifecycleNotificationUrl,
    expirationDateTime: new Date(subscription.expiresAt).toISOString(),
    creatorId: subscription.creatorId,
    includeResourceData: null,
    latestSupportedTlsVersion: subscription.latestSupportedTlsVersion,
    encryptionCertificate: null,
    encryptionCertificateId: null,
    notificationUrlAppId: null,
  };
}
