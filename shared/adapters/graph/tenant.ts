import type { CallOptions } from '#ports/mailboxes';
import type { Caller } from './caller.ts';
import { operations } from './classify.ts';
import type { Cloud } from './clouds.ts';
import type { Travel } from './composer.ts';
import type { GraphTime } from './graph-time.ts';
import { relativeLink } from './links.ts';
import { entries, linkOf, trusted } from './pages.ts';
import type { GraphAnswer, GraphRequest } from './request.ts';

/** One tenant of the configuration, connected. */
export interface Tenant {
  readonly key: string;
  /** GUID or domain, as configured. */
  readonly id: string;
  readonly cloud: Cloud;
  readonly caller: Caller;
  readonly time: GraphTime;
}

/** Finds a tenant by its key; throws a RangeError for one that is not configured. */
export type Tenants = (key: string) => Tenant;

/** A call to a mailbox: everything counts against its four (I14). */
export const toMailbox = (user: string, { lane, signal }: CallOptions, alone = false): Travel => ({
  lane: user.toLowerCase(),
  urgent: lane === 'live',
  alone,
  ...(signal && { signal }),
});

/** One of the operations of `classify`, sent for a tenant. */
export const send = (
  tenant: Tenant,
  operation: keyof typeof operations,
  request: GraphRequest,
  travel: Travel,
): Promise<GraphAnswer> => tenant.caller.call(request, operations[operation], travel);

/** All pages of a collection, each with the first request's headers: links carry none (graph.md 1.5). */
export async function* pagesOf(
  tenant: Tenant,
  operation: keyof typeof operations,
  first: GraphRequest,
  travel: Travel,
): AsyncIterable<readonly Readonly<Record<string, unknown>>[]> {
  for (let url: string | undefined = first.url; url !== undefined; ) {
    const answer: GraphAnswer = await send(tenant, operation, { ...first, url }, travel);
    const next = linkOf(answer, '@odata.nextLink');
    url = next === undefined ? undefined : trusted(relativeLink(tenant.cloud.graph, next));
    yield entries(answer);
  }
}
