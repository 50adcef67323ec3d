import type { Dispatcher } from 'undici';
import { request as http } from 'undici';
import type { Directory, Member } from '#ports/directory';
import { Denied, MailboxUnavailable, Refused, Throttled } from '#ports/errors';
import { remedyOf } from './aadsts.ts';
import type { Travel } from './composer.ts';
import { eventual } from './headers.ts';
import { quoted, userPath } from './paths.ts';
import { json } from './request.ts';
import { pagesOf, send, type Tenant, type Tenants } from './tenant.ts';

const guid = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i;
const SELECT = '$select=id,userPrincipalName';
/** The form of the mirror script, then the one to fall back to (A-17, A-19; graph.md 7.1). */
const licensedQueries = [
  `/users?${SELECT}&$filter=assignedLicenses/any(x:x/skuId%20ne%20null)&$top=999`,
  `/users?${SELECT}&$filter=assignedLicenses/$count%20ne%200&$count=true&$top=999`,
] as const;

/** Milliseconds after which a log-in service that did not answer is asked again. */
const LOGIN_PAUSE = 5000;

const travel: Travel = { lane: 'directory', urgent: true };

const memberOf = (raw: Readonly<Record<string, unknown>>): Member => ({
  user: String(raw['id']),
  address: String(raw['userPrincipalName']),
});

const isAbsent = (error: unknown): boolean =>
  error instanceof MailboxUnavailable ||
  (error instanceof Refused && /^(http404|request_resourcenotfound|resourcenotfound)$/i.test(error.code));

async function byKey(tenant: Tenant, who: string): Promise<Member | undefined> {
  try {
    const request = { method: 'GET', url: `${userPath(who)}?${SELECT}` } as const;
    return memberOf(json(await send(tenant, 'directory', request, travel)));
  } catch (error) {
    if (isAbsent(error)) return undefined;
    throw error;
  }
}

async function all(tenant: Tenant, url: string, headers?: string): Promise<Member[]> {
  const found = new Map<string, Member>();
  const request = { method: 'GET', url, ...(headers !== undefined && { headers }) } as const;
  for await (const page of pagesOf(tenant, 'directory', request, travel)) {
    for (const raw of page) found.set(String(raw['id']), memberOf(raw));
  }
  return [...found.values()];
}

/** The GUID in the issuer of the tenant's discovery document. */
async function resolveTenant({ id, cloud }: Tenant, dispatcher: Dispatcher, deadline: number): Promise<string> {
  if (guid.test(id)) return id.toLowerCase();
  const url = `${cloud.login}/${encodeURIComponent(id)}/v2.0/.well-known/openid-configuration`;
  const signal = AbortSignal.timeout(deadline);
  let text: string;
  try {
    const answer = await http(url, { dispatcher, signal });
    text = await answer.body.text();
    if (answer.statusCode >= 500 || answer.statusCode === 429) throw new Error(`status ${answer.statusCode}`);
  } catch (error) {
    throw new Throttled(LOGIN_PAUSE, 'tenant', { cause: error });
  }
  const issuer = /"issuer"\s*:\s*"([^"]*)"/.exec(text)?.[1] ?? '';
  const found = issuer.split('/').find((part) => guid.test(part));
  if (!found) throw new Denied('AADSTS90002', remedyOf('90002'));
  return found.toLowerCase();
}

/** People of a tenant over Graph (graph.md 7.1). */
export function graphDirectory(tenants: Tenants, dispatcher: Dispatcher, deadline: number): Directory {
  const ids = new Map<string, Promise<string>>();
  return {
    async find(key, who) {
      const tenant = tenants(key);
      const found = await byKey(tenant, who);
      if (found || !who.includes('@')) return found;
      const [byMail] = await all(tenant, `/users?${SELECT}&$filter=mail%20eq%20${quoted(who)}`);
      return byMail;
    },
    async licensed(key) {
      const tenant = tenants(key);
      try {
        return await all(tenant, licensedQueries[0], eventual);
      } catch (error) {
        if (!(error instanceof Refused)) throw error;
        return await all(tenant, licensedQueries[1], eventual);
      }
    },
    tenantId(key) {
      const known = ids.get(key);
      if (known !== undefined) return known;
      const asked = resolveTenant(tenants(key), dispatcher, deadline);
      ids.set(key, asked);
      // A failure is not remembered.
      asked.catch(() => ids.delete(key));
      return asked;
    },
  };
}
