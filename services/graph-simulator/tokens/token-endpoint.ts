import { type Refusal, refusalBody, refusals } from './aadsts.ts';
import type { AccessTokens } from './access-tokens.ts';
import type { App } from './apps.ts';

/** An answer of the login server. */
export interface LoginAnswer {
  readonly status: number;
  readonly body: object;
}

/** What the token end point is built on. */
export interface TokenEndpointSetting {
  readonly now: () => number;
  readonly newGuid: () => string;
  /** Whether the tenant in the path is this one, by id or domain. */
  readonly isTenant: (name: string) => boolean;
  readonly appOf: (clientId: string) => App | undefined;
  readonly tokens: AccessTokens;
  readonly checkAssertion: (app: App, assertion: string) => Promise<Refusal | undefined>;
  /** What names this tenant's Graph in a scope. */
  readonly graphResource: RegExp;
  /** Seconds that a token lives; read at each request, so that it can be changed while running. */
  readonly lifetimeSeconds: () => number;
  /** Told of each request that got a token. */
  readonly onIssued: (clientId: string, lifetimeSeconds: number) => void;
}

const sharedTenants = new Set(['common', 'consumers', 'organizations']);
const assertionType = 'urn:ietf:params:oauth:client-assertion-type:jwt-bearer';

const graphHosts = {
  global: 'graph.microsoft.com',
  usGov: 'graph.microsoft.us',
  usGovDod: 'dod-graph.microsoft.us',
  china: 'microsoftgraph.chinacloudapi.cn',
} as const;

/** Names of Graph as a resource in a cloud: its own address, its app id, and a simulator on this machine (graph.md 8.5). */
export function graphResourceOf(cloud: keyof typeof graphHosts): RegExp {
  const host = graphHosts[cloud].replaceAll('.', '\\.');
  return new RegExp(
    `^(https://${host}/?|https?://(127\\.0\\.0\\.1|localhost|\\[::1\\])(:\\d+)?/?|00000003-0000-0000-c000-000000000000)$`,
  );
}

/** The resource that a scope names, or the refusal. */
function resourceOf(scope: string, tenant: string, graph: RegExp): string | Refusal {
  const wanted = scope.split(' ').filter((part) => part !== '' && !/^(openid|profile|offline_access)$/.test(part));
  const [only, ...more] = wanted;
  if (!only || more.length > 0 || !only.endsWith('/.default')) return refusals.badScope(scope);
  const resource = only.slice(0, -'/.default'.length);
  return graph.test(resource) ? resource : refusals.unknownResource(resource, tenant);
}

async function credentialRefusal(
  app: App,
  form: URLSearchParams,
  setting: TokenEndpointSetting,
): Promise<Refusal | undefined> {
  const assertion = form.get('client_assertion');
  if (assertion !== null) {
    if (form.get('client_assertion_type') !== assertionType) return refusals.missingParameter('client_assertion_type');
    return setting.checkAssertion(app, assertion);
  }
  const secret = form.get('client_secret');
  if (secret === null || secret === '') return refusals.noCredential();
  if (app.secrets.includes(secret)) return undefined;
  return app.expiredSecrets.includes(secret)
    ? refusals.expiredSecret(app.clientId)
    : refusals.wrongSecret(app.clientId);
}

async function grant(
  tenant: string,
  form: URLSearchParams,
  setting: TokenEndpointSetting,
): Promise<Refusal | { app: App; resource: string }> {
  if (sharedTenants.has(tenant)) return refusals.sharedTenant();
  if (!setting.isTenant(tenant)) return refusals.unknownTenant(tenant);
  for (const name of ['grant_type', 'client_id', 'scope']) if (!form.get(name)) return refusals.missingParameter(name);
  if (form.get('grant_type') !== 'client_credentials') return refusals.wrongGrant(form.get('grant_type') ?? '');
  const clientId = (form.get('client_id') ?? '').toLowerCase();
  const app = setting.appOf(clientId);
  if (!app) return refusals.unknownApp(clientId, tenant);
  if (!app.enabled) return refusals.disabledApp(clientId);
  const refusal = await credentialRefusal(app, form, setting);
  if (refusal) return refusal;
  const resource = resourceOf(form.get('scope') ?? '', tenant, setting.graphResource);
  return typeof resource === 'string' ? { app, resource } : resource;
}

/**
 * Answers `POST /{tenant}/oauth2/v2.0/token` for the client credentials grant, with a secret or an assertion. Fields that
 * it does not know (MSAL's telemetry) are ignored. Source: graph.md 8.1.
 */
export async function answerTokenRequest(
  tenant: string,
  form: URLSearchParams,
  setting: TokenEndpointSetting,
): Promise<LoginAnswer> {
  const result = await grant(tenant.toLowerCase(), form, setting);
  if ('code' in result) {
    const correlationId = form.get('client-request-id') ?? setting.newGuid();
    return { status: result.status, body: refusalBody(result, setting.newGuid(), correlationId, setting.now()) };
  }
  const lifetime = setting.lifetimeSeconds();
  const token = await setting.tokens.issue(result.app, result.resource, lifetime);
  setting.onIssued(result.app.clientId, lifetime);
  const seconds = Math.max(0, Math.floor(lifetime));
  return {
    status: 200,
    body: { token_type: 'Bearer', expires_in: seconds, ext_expires_in: seconds, access_token: token },
  };
}
