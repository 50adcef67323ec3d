import type { GraphChange } from '../engine/wire.ts';
import { toldAs } from './resource.ts';
import type { Subscription } from './subscription.ts';

const roots = {
  contact: 'Users',
  contactFolder: 'Users',
  user: 'Users',
  group: 'Groups',
  orgContact: 'Contacts',
} as const;
const types = { user: '#Microsoft.Graph.User', group: '#Microsoft.Graph.Group' } as const;

/** What Graph posts of a change: capitalised names, no folder, whatever the subscription was (graph.md 3.5). */
export function notificationOf(subscription: Subscription, change: GraphChange, tenantId: string, now: number): object {
  const common = {
    subscriptionId: subscription.id,
    subscriptionExpirationDateTime: new Date(subscription.expiresAt).toISOString(),
    changeType: toldAs(change),
    ...(subscription.clientState !== null && { clientState: subscription.clientState }),
    tenantId,
  };
  if (change.entity === 'contact') {
    const id = (subscription.immutableIds ? change.immutableItemId : change.itemId) ?? change.itemId ?? '';
    const resource = `Users/${change.ownerId}/Contacts/${id}`;
    const etag = change.etag !== undefined && { '@odata.etag': change.etag };
    const resourceData = { '@odata.type': '#Microsoft.Graph.Contact', '@odata.id': resource, ...etag, id };
    return { ...common, resource, resourceData };
  }
  const resource = `${roots[change.entity]}/${change.ownerId}`;
  const type = change.entity === 'group' ? types.group : types.user;
  const resourceData = {
    '@odata.type': type,
    '@odata.id': resource,
    id: change.ownerId,
    organizationId: tenantId,
    eventTime: new Date(now).toISOString(),
    sequenceNumber: now,
  };
  return { ...common, resource, resourceData };
}

/** Things that Graph tells the lifecycle URL (graph.md 3.7). */
export const lifecycleEvents = ['missed', 'subscriptionRemoved', 'reauthorizationRequired'] as const;
export type LifecycleEvent = (typeof lifecycleEvents)[number];

/** A lifecycle notification: no change type, no resource data. */
export function lifecycleNotification(subscription: Subscription, event: LifecycleEvent, tenantId: string): object {
  return {
    subscriptionId: subscription.id,
    subscriptionExpirationDateTime: new Date(subscription.expiresAt).toISOString(),
    tenantId,
    ...(subscription.clientState !== null && { clientState: subscription.clientState }),
    lifecycleEvent: event,
  };
}
