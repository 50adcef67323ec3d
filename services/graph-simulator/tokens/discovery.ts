import { refusals } from './aadsts.ts';
import type { LoginAnswer } from './token-endpoint.ts';

/**
 * The OpenID configuration of a tenant. End points carry the simulator's own scheme so that they can be called; the
 * issuer is https whatever the scheme, since MSAL compares it with its (always https) authority (graph.md 12, 15).
 *
 * @param loginUrl without a slash at the end
 */
export function openIdConfiguration(loginUrl: string, tenant: string, tenantId: string): object {
  const root = `${loginUrl}/${tenant}`;
  return {
    token_endpoint: `${root}/oauth2/v2.0/token`,
    token_endpoint_auth_methods_supported: ['client_secret_post', 'private_key_jwt', 'client_secret_basic'],
    jwks_uri: `${root}/discovery/v2.0/keys`,
    response_modes_supported: ['query', 'fragment', 'form_post'],
    subject_types_supported: ['pairwise'],
    id_token_signing_alg_values_supported: ['RS256'],
    response_types_supported: ['code', 'id_token', 'code id_token', 'id_token token'],
    scopes_supported: ['openid', 'profile', 'email', 'offline_access'],
    issuer: `${loginUrl.replace(/^http:/, 'https:')}/${tenantId}/v2.0`,
    request_uri_parameter_supported: false,
    authorization_endpoint: `${root}/oauth2/v2.0/authorize`,
    end_session_endpoint: `${root}/oauth2/v2.0/logout`,
    claims_supported: ['sub', 'iss', 'aud', 'exp', 'iat', 'tid', 'ver'],
    tenant_region_scope: 'EU',
  };
}

/** 400 for the discovery of a tenant that does not exist; here `error` is `invalid_tenant` (graph.md 12, 4). */
export const unknownTenantRefusal = (tenant: string) => ({
  ...refusals.unknownTenant(tenant),
  error: 'invalid_tenant',
});

/**
 * Instance discovery: which host names are one cloud (graph.md 8.4).
 *
 * @param authorizationEndpoint as asked for; its host must be the simulator's own
 */
export function instanceDiscovery(loginUrl: string, authorizationEndpoint: string | null): LoginAnswer {
  const { host } = new URL(loginUrl);
  const asked =
    authorizationEndpoint && URL.canParse(authorizationEndpoint) ? new URL(authorizationEndpoint) : undefined;
  if (asked?.host !== host)
    return {
      status: 400,
      body: {
        error: 'invalid_instance',
        error_description: `AADSTS50049: Unknown or invalid instance. Discovery of '${asked?.host ?? ''}' failed.`,
        error_codes: [50049],
      },
    };
  const tenant = asked.pathname.split('/')[1] ?? 'common';
  return {
    status: 200,
    body: {
      tenant_discovery_endpoint: `${loginUrl}/${tenant}/v2.0/.well-known/openid-configuration`,
      'api-version': '1.1',
      metadata: [{ preferred_network: host, preferred_cache: host, aliases: [host] }],
    },
  };
}
