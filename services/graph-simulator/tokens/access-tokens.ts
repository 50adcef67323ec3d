import { exportJWK, generateKeyPair, type JWK, jwtVerify, SignJWT } from 'jose';
import type { GraphAnswer } from '../engine/wire.ts';
import { graphError } from '../http/errors.ts';
import type { App } from './apps.ts';

/** Who speaks: the app behind a verified token, with the roles that it had when the token was issued. */
export interface Caller {
  readonly app: App;
  readonly roles: ReadonlySet<string>;
  /** Milliseconds since the epoch. */
  readonly expiresAt: number;
}

/** What tokens are made of besides the app. */
export interface TokenSetting {
  readonly now: () => number;
  readonly newGuid: () => string;
  readonly tenantId: string;
  readonly appOf: (clientId: string) => App | undefined;
}

/** Issues access tokens and reads them back. */
export interface AccessTokens {
  /** The public key set behind `jwks_uri`. */
  readonly keys: { readonly keys: readonly JWK[] };
  issue(app: App, audience: string, lifetimeSeconds: number): Promise<string>;
  /** The caller of a good `Authorization` header, else the 401 that Graph answers. Cached: a token is verified once. */
  check(authorization: string | undefined): Caller | GraphAnswer | Promise<Caller | GraphAnswer>;
  /** Makes every token issued so far fail, as after a revocation. */
  revokeAll(): void;
}

let sharedKey: ReturnType<typeof generateKeyPair> | undefined;

const challenge =
  'Bearer realm="", authorization_uri="https://login.microsoftonline.com/common/oauth2/authorize", client_id="00000003-0000-0000-c000-000000000000"';

function unauthorized(message: string): GraphAnswer {
  return graphError(401, 'InvalidAuthenticationToken', message, { 'www-authenticate': challenge });
}

const isCaller = (known: Caller | GraphAnswer | undefined): known is Caller => known !== undefined && 'app' in known;

/** Tells the two results of a token check apart. */
export function isRefused(result: Caller | GraphAnswer): result is GraphAnswer {
  return 'status' in result;
}

/** Graph audiences that a token may carry, with and without a slash, and Graph's own app id. */
const graphAudience = /^(00000003-0000-0000-c000-000000000000|https?:\/\/[^/]*\/?)$/;

/** Tokens are JWTs signed RS256 by a key made once per process; clients treat them as opaque (graph.md 8.1). */
export async function createAccessTokens(setting: TokenSetting): Promise<AccessTokens> {
  sharedKey ??= generateKeyPair('RS256');
  const { privateKey, publicKey } = await sharedKey;
  const kid = setting.newGuid();
  const jwk: JWK = { ...(await exportJWK(publicKey)), kid, use: 'sig', alg: 'RS256' };
  const verified = new Map<string, Caller>();
  let generation = 0;
  const issuer = `https://sts.windows.net/${setting.tenantId}/`;

  const issue = (app: App, audience: string, lifetimeSeconds: number): Promise<string> => {
    const seconds = Math.floor(setting.now() / 1000);
    const claims = {
      appid: app.clientId,
      appidacr: '1',
      idtyp: 'app',
      oid: app.objectId,
      sub: app.objectId,
      tid: setting.tenantId,
      uti: setting.newGuid(),
      ver: '1.0',
      // The claim carries whole seconds; this one lets a token live for less in a test.
      xms_exp_ms: setting.now() + lifetimeSeconds * 1000,
      xms_gen: generation,
      ...(app.roles.length > 0 && { roles: [...app.roles] }),
    };
    return new SignJWT(claims)
      .setProtectedHeader({ alg: 'RS256', typ: 'JWT', kid })
      .setIssuer(issuer)
      .setAudience(audience)
      .setIssuedAt(seconds)
      .setNotBefore(seconds)
      .setExpirationTime(seconds + Math.ceil(lifetimeSeconds))
      .sign(privateKey);
  };

  const verify = async (token: string): Promise<Caller | GraphAnswer> => {
    let claims: Record<string, unknown>;
    try {
      const currentDate = new Date(0);
      ({ payload: claims } = await jwtVerify(token, publicKey, { issuer, currentDate, clockTolerance: 1e12 }));
    } catch {
      return unauthorized('CompactToken validation failed with reason code: 80049228.');
    }
    if (!graphAudience.test(String(claims['aud'])))
      return unauthorized('Access token validation failure. Invalid audience.');
    const app = setting.appOf(String(claims['appid']));
    if (!app) return unauthorized('Access token validation failure.');
    const roles = Array.isArray(claims['roles']) ? claims['roles'].map(String) : [];
    if (claims['xms_gen'] !== generation) return unauthorized('Access token has been revoked.');
    const caller = { app, roles: new Set(roles), expiresAt: Number(claims['xms_exp_ms']) };
    if (verified.size >= 10_000) verified.clear();
    verified.set(token, caller);
    return caller;
  };

  const admit = (result: Caller | GraphAnswer): Caller | GraphAnswer => {
    if (!isCaller(result)) return result;
    if (result.expiresAt <= setting.now()) return unauthorized('Lifetime validation failed, the token is expired.');
    return result;
  };

  const check = (authorization: string | undefined): Caller | GraphAnswer | Promise<Caller | GraphAnswer> => {
    if (!authorization) return unauthorized('Access token is empty.');
    const token = /^bearer +(\S+)$/i.exec(authorization)?.[1];
    if (!token) return unauthorized('Access token is empty.');
    const known = verified.get(token);
    if (known) return admit(known);
    if (token.split('.').length !== 3) return unauthorized('IDX14100: JWT is not well formed, there are no dots (.).');
    return verify(token).then(admit);
  };

  const revokeAll = (): void => {
    generation++;
    verified.clear();
  };

  return { keys: { keys: [jwk] }, issue, check, revokeAll };
}
