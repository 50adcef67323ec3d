/** A refusal of the token end point, before it is written as an answer. */
export interface Refusal {
  readonly status: number;
  readonly error: string;
  /** The number behind `AADSTS`. */
  readonly code: number;
  readonly text: string;
}

/** Refusals by cause. Codes and `error` values: graph.md 8.1 and section 12, 3, 4, 20; texts have the service's shape. */
export const refusals = {
  wrongSecret: (clientId: string): Refusal => ({
    status: 401,
    error: 'invalid_client',
    code: 7000215,
    text: `Invalid client secret provided. Ensure the secret being sent in the request is the client secret value, not the client secret ID, for a secret added to app '${clientId}'.`,
  }),
  expiredSecret: (clientId: string): Refusal => ({
    status: 401,
    error: 'invalid_client',
    code: 7000222,
    text: `The provided client secret keys for app '${clientId}' are expired. Create new keys for the app.`,
  }),
  noCredential: (): Refusal => ({
    status: 401,
    error: 'invalid_client',
    code: 7000216,
    text: "'client_assertion', 'client_secret' or 'request' is required for the 'client_credentials' grant type.",
  }),
  keyNotFound: (thumbprint: string): Refusal => ({
    status: 401,
    error: 'invalid_client',
    code: 700027,
    text: `The certificate with identifier used to sign the client assertion is not registered on application. [Reason - The key was not found., Thumbprint of key used by client: '${thumbprint}']`,
  }),
  badSignature: (): Refusal => ({
    status: 401,
    error: 'invalid_client',
    code: 700027,
    text: 'Client assertion failed signature validation. [Reason - The provided signature value did not match the expected signature value.]',
  }),
  expiredCertificate: (): Refusal => ({
    status: 401,
    error: 'invalid_client',
    code: 700027,
    text: 'Client assertion failed signature validation. [Reason - The key used is expired.]',
  }),
  assertionTime: (reason: string): Refusal => ({
    status: 401,
    error: 'invalid_client',
    code: 700024,
    text: `Client assertion is not within its valid time range. ${reason}`,
  }),
  assertionInvalid: (reason: string): Refusal => ({
    status: 401,
    error: 'invalid_client',
    code: 50012,
    text: `Invalid assertion: ${reason}`,
  }),
  assertionReplayed: (): Refusal => ({
    status: 401,
    error: 'invalid_client',
    code: 50012,
    text: 'Invalid assertion: the jti claim was used before.',
  }),
  assertionAudience: (found: string): Refusal => ({
    status: 401,
    error: 'invalid_client',
    code: 700023,
    text: `Client assertion audience claim does not match Realm issuer. Found audience '${found}'.`,
  }),
  unknownApp: (clientId: string, tenant: string): Refusal => ({
    status: 400,
    error: 'unauthorized_client',
    code: 700016,
    text: `Application with identifier '${clientId}' was not found in the directory '${tenant}'. This can happen if the application has not been installed by the administrator of the tenant or consented to by any user in the tenant. You may have sent your authentication request to the wrong tenant.`,
  }),
  disabledApp: (clientId: string): Refusal => ({
    status: 400,
    error: 'unauthorized_client',
    code: 7000112,
    text: `Application '${clientId}' is disabled.`,
  }),
  unknownTenant: (tenant: string): Refusal => ({
    status: 400,
    error: 'invalid_request',
    code: 90002,
    text: `Tenant '${tenant}' not found. Check to make sure you have the correct tenant ID and are signing into the correct cloud.`,
  }),
  unknownResource: (resource: string, tenant: string): Refusal => ({
    status: 400,
    error: 'invalid_resource',
    code: 500011,
    text: `The resource principal named ${resource} was not found in the tenant named ${tenant}.`,
  }),
  badScope: (scope: string): Refusal => ({
    status: 400,
    error: 'invalid_scope',
    code: 1002012,
    text: `The provided value for scope ${scope} is not valid. Client credential flows must have a scope value with /.default suffixed to the resource identifier (application ID URI).`,
  }),
  missingParameter: (name: string): Refusal => ({
    status: 400,
    error: 'invalid_request',
    code: 900144,
    text: `The request body must contain the following parameter: '${name}'.`,
  }),
  wrongGrant: (grant: string): Refusal => ({
    status: 400,
    error: 'unsupported_grant_type',
    code: 70003,
    text: `The app requested an unsupported grant type '${grant}'.`,
  }),
  sharedTenant: (): Refusal => ({
    status: 400,
    error: 'invalid_request',
    code: 9001023,
    text: 'The grant type is not supported over the /common or /consumers endpoints. Please use the /organizations or tenant-specific endpoint.',
  }),
};

/** The JSON body of a refusal: `error_description` ends in the trace lines that people quote to support. */
export function refusalBody(refusal: Refusal, traceId: string, correlationId: string, now: number): object {
  const timestamp = `${new Date(now).toISOString().slice(0, 19).replace('T', ' ')}Z`;
  return {
    error: refusal.error,
    error_description: `AADSTS${refusal.code}: ${refusal.text} Trace ID: ${traceId} Correlation ID: ${correlationId} Timestamp: ${timestamp}`,
    error_codes: [refusal.code],
    timestamp,
    trace_id: traceId,
    correlation_id: correlationId,
    error_uri: `https://login.microsoftonline.com/error?code=${refusal.code}`,
  };
}
