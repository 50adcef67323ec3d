import { z } from 'zod';
import type { GraphAnswer } from '../engine/wire.ts';
import { graphError } from '../http/errors.ts';
import type { LiveSettings } from '../settings.ts';
import { longestMinutes, type Watched, watchedBy } from './resource.ts';

const url = z.string().min(1);

const creation = z.strictObject({
  '@odata.type': z.string().optional(),
  changeType: z.string().optional(),
  resource: z.string().optional(),
  notificationUrl: url.optional(),
  lifecycleNotificationUrl: url.nullish(),
  expirationDateTime: z.string().optional(),
  clientState: z.string().nullish(),
  latestSupportedTlsVersion: z.enum(['v1_0', 'v1_1', 'v1_2', 'v1_3']).nullish(),
  includeResourceData: z.boolean().nullish(),
  encryptionCertificate: z.string().nullish(),
  encryptionCertificateId: z.string().nullish(),
  notificationUrlAppId: z.string().nullish(),
});

type Payload = z.infer<typeof creation>;

const renewal = z.object({ expirationDateTime: z.string().optional(), notificationUrl: url.optional() });

/** A creation that may be tried: everything that can be seen without asking anybody is right. */
export interface Creation {
  readonly resource: string;
  readonly watched: Watched;
  readonly changeType: string;
  readonly notificationUrl: string;
  readonly lifecycleNotificationUrl: string | null;
  readonly clientState: string | null;
  readonly latestSupportedTlsVersion: string;
  readonly expiresAt: number;
}

const invalid = (message: string): GraphAnswer => graphError(400, 'InvalidRequest', message);

/** A subscription of less than this is lengthened to it. */
const shortestMs = 45 * 60_000;

/** Only real instants: what Date makes of a bare number or a word is no expiry. */
const instant = /^\d{4}-\d\d-\d\dT\d\d:\d\d(:\d\d(\.\d+)?)?(Z|[+-]\d\d:\d\d)$/;

/** When a subscription that asks for `text` and may last `minutes` ends, or the 400 (graph.md 3.1, 3.2). */
export function expiryOf(text: string, minutes: number, now: number): number | GraphAnswer {
  if (!instant.test(text) || Number.isNaN(Date.parse(text)))
    return invalid(`The value '${text.slice(0, 64)}' of expirationDateTime is no date and time.`);
  const asked = Date.parse(text);
  if (asked <= now) return invalid('Subscription expiration must be in the future.');
  if (asked > now + minutes * 60_000)
    return graphError(400, 'ExtensionError', `Subscription expiration can only be ${minutes} minutes in the future.`);
  return Math.max(asked, now + shortestMs);
}

/** The refusal of a webhook address, or undefined (graph.md 12, 20). */
export function urlRefusal(name: string, text: string, settings: LiveSettings): GraphAnswer | undefined {
  if (!URL.canParse(text)) return invalid(`${name} is not a valid absolute URL.`);
  const { protocol } = new URL(text);
  if (protocol === 'https:' || (protocol === 'http:' && settings.allowHttpWebhooks)) return undefined;
  return invalid(`${name} scheme='${protocol.slice(0, -1)}' is not supported.`);
}

function changeTypesRefusal(changeType: string, watched: Watched): GraphAnswer | undefined {
  const allowed = watched.kind === 'directory' ? ['updated', 'deleted'] : ['created', 'updated', 'deleted'];
  const wrong = changeType.split(',').find((kind) => !allowed.includes(kind.trim()));
  return wrong === undefined ? undefined : invalid(`changeType '${wrong.trim()}' is not supported for this resource.`);
}

const hostOf = (text: string): string => new URL(text).hostname;

const capital = (name: string): string => name.slice(0, 1).toUpperCase() + name.slice(1);

/** The refusal of the two addresses, or undefined. */
function addressRefusal({ notificationUrl, lifecycleNotificationUrl }: Payload, settings: LiveSettings) {
  for (const [name, value] of Object.entries({ notificationUrl, lifecycleNotificationUrl })) {
    const refusal = value ? urlRefusal(capital(name), value, settings) : undefined;
    if (refusal) return refusal;
  }
  if (lifecycleNotificationUrl && notificationUrl && hostOf(lifecycleNotificationUrl) !== hostOf(notificationUrl))
    return invalid('lifecycleNotificationUrl must have the same host name as notificationUrl.');
  return undefined;
}

/** The refusal of what can be seen in the payload alone, before its resource is looked at. */
function payloadRefusal(payload: Payload, settings: LiveSettings): GraphAnswer | undefined {
  for (const name of ['changeType', 'notificationUrl', 'resource', 'expirationDateTime'] as const)
    if (!payload[name]) return invalid(`Subscription must contain the '${name}' property and its value.`);
  if (payload.includeResourceData) return invalid('includeResourceData is not supported by this simulator.');
  if ((payload.clientState?.length ?? 0) > 128) return invalid('clientState must not be longer than 128 characters.');
  return addressRefusal(payload, settings);
}

function supported(watched: Watched | undefined, { contactSubscriptions }: LiveSettings): watched is Watched {
  if (!watched || watched.kind === 'directory') return watched !== undefined;
  return contactSubscriptions === 'both' || contactSubscriptions === watched.kind;
}

/** Reads the body of a creation, or gives the 400 (graph.md 3.1 to 3.3). */
export function readCreation(body: unknown, settings: LiveSettings, now: number): Creation | GraphAnswer {
  const read = creation.safeParse(body);
  if (!read.success)
    return invalid(
      'Could not process subscription creation payload. Are all property names spelled and camelCased properly, and are the datatypes correct?',
    );
  const payload = read.data;
  const refusal = payloadRefusal(payload, settings);
  if (refusal) return refusal;
  const { changeType = '', resource = '', notificationUrl = '', expirationDateTime = '' } = payload;
  const watched = watchedBy(resource);
  if (!supported(watched, settings))
    return graphError(400, 'ExtensionError', `Resource '${resource}' is not supported for subscriptions.`);
  const expiresAt = expiryOf(expirationDateTime, longestMinutes(watched), now);
  const later = changeTypesRefusal(changeType, watched) ?? expiresAt;
  if (typeof later !== 'number') return later;
  return {
    resource,
    watched,
    changeType,
    notificationUrl,
    expiresAt: later,
    lifecycleNotificationUrl: payload.lifecycleNotificationUrl ?? null,
    clientState: payload.clientState ?? null,
    latestSupportedTlsVersion: payload.latestSupportedTlsVersion ?? 'v1_2',
  };
}

/** What a PATCH asks for. */
export interface Renewal {
  readonly expirationDateTime?: string | undefined;
  readonly notificationUrl?: string | undefined;
}

/** Reads the body of a PATCH, or gives the 400 (graph.md 12, 19). */
export function readRenewal(body: unknown): Renewal | { readonly error: GraphAnswer } {
  const read = renewal.safeParse(body ?? {});
  if (!read.success) return { error: invalid('Could not process subscription update payload.') };
  if (read.data.expirationDateTime !== undefined || read.data.notificationUrl !== undefined) return read.data;
  return {
    error: invalid(
      "Subscription must contain either the 'expirationDateTime' or 'notificationUrl' property and its value.",
    ),
  };
}
