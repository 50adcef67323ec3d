import { createHmac, timingSafeEqual } from 'node:crypto';

/** Whose subscription it is, as keys. */
export interface Subscriber {
  /** Key of the tenant in the configuration: at most 32 of `a-z`, `0-9`, `-`. */
  readonly tenant: string;
  /** Mailbox key (core/identity). */
  readonly mailbox: string;
}

/** Graph allows 128 characters (graph.md 3.1); ours are at most 32 + 16 + 43 and two dots. */
const form = /^([a-z0-9-]{1,32})\.([\w-]{16})\.([\w-]{43})$/;

const mac = (secret: string, tenant: string, mailbox: string): Buffer =>
  createHmac('sha256', secret).update(`cardwire clientState 1\n${tenant}\n${mailbox}`).digest();

/**
 * What a subscription is made with, and what Graph sends back with each notification: `<tenant>.<mailbox>.<MAC>`. It
 * tells whose notification it is and proves that we asked for it, without a store (PROTOCOL 2.6 `receive`, W-01).
 */
export const clientState = (secret: string, tenantKey: string, mailboxKey: string): string =>
  `${tenantKey}.${mailboxKey}.${mac(secret, tenantKey, mailboxKey).toString('base64url')}`;

/** The inverse of clientState, compared in constant time; undefined for anything that this secret did not make. */
export function subscriberOf(secret: string, state: unknown): Subscriber | undefined {
  const parts = typeof state === 'string' ? form.exec(state) : null;
  if (!parts) return undefined;
  const [, tenant = '', mailbox = '', given = ''] = parts;
  return timingSafeEqual(mac(secret, tenant, mailbox), Buffer.from(given, 'base64url'))
    ? { tenant, mailbox }
    : undefined;
}
