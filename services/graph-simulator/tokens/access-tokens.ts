import {
  exportJWK,
  type GenerateKeyPairResult,
  generateKeyPair,
  type JWK,
  type JWTPayload,
  jwtVerify,
  SignJWT,
} from 'jose';
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

let sharedKey: Promise<GenerateKeyPairResult> | undefined;

const challenge =
  'Bearer realm="", authorization_uri="https://login.microsoftonline.com/common/oauth2/authorize", client_id="00000003-0000-0000-c000-000000000000"';

function unauthorized(message: string): GraphAnswer {
  return graphError(401, 'InvalidAuthenticationToken', message, { 'www-authenticate': challenge });
}

/** Tells the two results of a token check apart. */
export function isRefused(result: Caller | GraphAnswer): result is GraphAnswer {
  return 'status' in result;
}

/** Graph audiences that a token may carry, with and without a slash, and Graph's own app id. */
const graphAudience = /^(00000003-0000-0000-c000-000000000000|https?:\/\/[^/]*\/?)$/;

function claimsOf(app: App, setting: TokenSetting, lifetimeSeconds: number, generation: number): JWTPayload {
  return {
    appid: app.clientId,
    appidacr: '1',
    idtyp: 'app',
    oid: app.objectId,
    sub: app.objectId,
    tid: setting.tenantId,
    uti: setting.newGuid(),
    ver: '1.0',
    // `exp` carries whole seconds; this one lets a token live for less in a test.
    xms_exp_ms: setting.now() + lifetimeSeconds * 1000,
    xms_gen: generation,
    ...(app.roles.length > 0 && { roles: [...app.roles] }),
  };
}

const mostKnown = 10_000;

class JwtAccessTokens implements AccessTokens {
  readonly keys: { readonly keys: readonly JWK[] };
  readonly #setting: TokenSetting;
  readonly #pair: GenerateKeyPairResult;
  readonly #kid: string;
  readonly #issuer: string;
  readonly #verified = new Map<string, Caller>();
  /** Tokens of an earlier generation are revoked. */
  #generation = 0;

  constructor(setting: TokenSetting, pair: GenerateKeyPairResult, jwk: JWK) {
    this.#setting = setting;
    this.#pair = pair;
    this.#kid = setting.newGuid();
    this.#issuer = `https://sts.windows.net/${setting.tenantId}/`;
    this.keys = { keys: [{ ...jwk, kid: this.#kid, use: 'sig', alg: 'RS256' }] };
  }

  issue(app: App, audience: string, lifetimeSeconds: number): Promise<string> {
    const seconds = Math.floor(this.#setting.now() / 1000);
    return new SignJWT(claimsOf(app, this.#setting, lifetimeSeconds, this.#generation))
      .setProtectedHeader({ alg: 'RS256', typ: 'JWT', kid: this.#kid })
      .setIssuer(this.#issuer)
      .setAudience(audience)
      .setIssuedAt(seconds)
      .setNotBefore(seconds)
      .setExpirationTime(seconds + Math.ceil(lifetimeSeconds))
      .sign(this.#pair.privateKey);
  }

  check(authorization: string | undefined): Caller | GraphAnswer | Promise<Caller | GraphAnswer> {
    const token = /^bearer +(\S+)$/i.exec(authorization ?? '')?.[1];
    if (!token) return unauthorized('Access token is empty.');
    const known = this.#verified.get(token);
    if (known) return this.#alive(known);
    if (token.split('.').length !== 3) return unauthorized('IDX14100: JWT is not well formed, there are no dots (.).');
    return this.#verify(token);
  }

  revokeAll(): void {
    this.#generation++;
    this.#verified.clear();
  }

  #alive(caller: Caller): Caller | GraphAnswer {
    const over = caller.expiresAt <= this.#setting.now();
    return over ? unauthorized('Lifetime validation failed, the token is expired.') : caller;
  }

  async #verify(token: string): Promise<Caller | GraphAnswer> {
    const claims = await this.#claims(token);
    if (!claims) return unauthorized('CompactToken validation failed with reason code: 80049228.');
    if (!graphAudience.test(String(claims['aud'])))
      return unauthorized('Access token validation failure. Invalid audience.');
    if (claims['xms_gen'] !== this.#generation) return unauthorized('Access token has been revoked.');
    const app = this.#setting.appOf(String(claims['appid']));
    if (!app) return unauthorized('Access token validation failure.');
    const roles = Array.isArray(claims['roles']) ? claims['roles'].map(String) : [];
    const caller = { app, roles: new Set(roles), expiresAt: Number(claims['xms_exp_ms']) };
    if (this.#verified.size >= mostKnown) this.#verified.clear();
    this.#verified.set(token, caller);
    return this.#alive(caller);
  }

  /** Signature and issuer; times are judged on the simulator's clock, afterwards. */
  async #claims(token: string): Promise<JWTPayload | undefined> {
    try {
      const options = { issuer: this.#issuer, currentDate: new Date(0), clockTolerance: 1e12 };
      return (await jwtVerify(token, this.#pair.publicKey, options)).payload;
    } catch {
      return undefined;
    }
  }
}

/** Tokens are JWTs signed RS256 by a key made once per process; clients treat them as opaque (graph.md 8.1). */
export async function createAccessTokens(setting: TokenSetting): Promise<AccessTokens> {
  sharedKey ??= generateKeyPair('RS256');
  const pair = await sharedKey;
  return new JwtAccessTokens(setting, pair, await exportJWK(pair.publicKey));
}
