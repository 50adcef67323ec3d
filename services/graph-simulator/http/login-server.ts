import type { IncomingMessage, ServerResponse } from 'node:http';
import { refusalBody } from '../tokens/aadsts.ts';
import type { AccessTokens } from '../tokens/access-tokens.ts';
import { instanceDiscovery, openIdConfiguration, unknownTenantRefusal } from '../tokens/discovery.ts';
import { answerTokenRequest, type LoginAnswer, type TokenEndpointSetting } from '../tokens/token-endpoint.ts';
import { readBody, sendJson } from './message.ts';

/** What the login side of the server is built on. */
export interface LoginServerParts extends TokenEndpointSetting {
  readonly tenantId: string;
  /** Without a slash at the end. */
  readonly loginUrl: () => string;
  readonly tokens: AccessTokens;
}

const mostBytes = 256 * 1024;
const shared = new Set(['common', 'organizations', 'consumers']);

/** Answers discovery, keys and tokens below a tenant's name (graph.md 8.1, 8.4). */
export function createLoginServer(
  parts: LoginServerParts,
): (request: IncomingMessage, response: ServerResponse) => Promise<void> {
  const unknownTenant = (tenant: string): LoginAnswer => {
    const refusal = unknownTenantRefusal(tenant);
    return { status: 400, body: refusalBody(refusal, parts.newGuid(), parts.newGuid(), parts.now()) };
  };

  const get = (tenant: string, rest: string, query: URLSearchParams): LoginAnswer | undefined => {
    if (tenant === 'common' && rest === 'discovery/instance')
      return instanceDiscovery(parts.loginUrl(), query.get('authorization_endpoint'));
    if (!/(^|\/)(\.well-known\/openid-configuration|discovery\/v2\.0\/keys|discovery\/keys)$/.test(rest))
      return undefined;
    if (!shared.has(tenant) && !parts.isTenant(tenant)) return unknownTenant(tenant);
    if (rest.endsWith('keys')) return { status: 200, body: parts.tokens.keys };
    const id = shared.has(tenant) ? '{tenantid}' : parts.tenantId;
    return { status: 200, body: openIdConfiguration(parts.loginUrl(), tenant, id) };
  };

  return async (request, response) => {
    const url = new URL(request.url ?? '/', 'http://login');
    const [, tenant = '', ...segments] = url.pathname.split('/');
    const rest = segments.join('/');
    if (request.method === 'POST' && /^oauth2(\/v2\.0)?\/token$/.test(rest)) {
      const form = new URLSearchParams((await readBody(request, mostBytes)).toString('utf8'));
      const { status, body } = await answerTokenRequest(decodeURIComponent(tenant), form, parts);
      return sendJson(response, status, body);
    }
    const answer = request.method === 'GET' ? get(tenant.toLowerCase(), rest, url.searchParams) : undefined;
    if (answer) return sendJson(response, answer.status, answer.body);
    sendJson(response, 404, {
      error: 'not_found',
      error_description:
        'Nothing is here. Graph is below /v1.0, the token end point below /{tenant}/oauth2/v2.0/token, the control interface below /_control.',
    });
  };
}
