import { compactVerify, decodeProtectedHeader, type JWTPayload } from 'jose';
import { type Refusal, refusals } from './aadsts.ts';
import type { App, AppCertificate } from './apps.ts';

/** What the check of one assertion needs from around it. */
export interface AssertionSetting {
  /** Milliseconds since the epoch. */
  readonly now: () => number;
  /** Addresses that the `aud` claim may name: the token end point and the issuer. */
  readonly audiences: () => readonly string[];
  /** Whether an assertion may be used again until it expires; MSAL does that, so the default is yes. */
  readonly allowReplay: boolean;
}

const skewSeconds = 300;
const longestLifetimeSeconds = 24 * 3600;

function certificateFor(app: App, header: { 'x5t#S256'?: unknown; x5t?: unknown }): AppCertificate | undefined {
  if (typeof header['x5t#S256'] === 'string')
    return app.certificates.find(({ sha256 }) => sha256 === header['x5t#S256']);
  return app.certificates.find(({ sha1 }) => sha1 === header.x5t);
}

function timeRefusal(claims: JWTPayload, nowSeconds: number): Refusal | undefined {
  const { exp, nbf } = claims;
  if (typeof exp !== 'number') return refusals.assertionInvalid('the exp claim is missing.');
  if (exp + skewSeconds < nowSeconds)
    return refusals.assertionTime(`Current time: ${nowSeconds}, expiry time of assertion: ${exp}.`);
  if (typeof nbf === 'number' && nbf - skewSeconds > nowSeconds)
    return refusals.assertionTime(`Current time: ${nowSeconds}, assertion is valid from ${nbf}.`);
  if (exp - nowSeconds > longestLifetimeSeconds) return refusals.assertionInvalid('its lifetime is too long.');
  return undefined;
}

function claimRefusal(app: App, claims: JWTPayload, setting: AssertionSetting): Refusal | undefined {
  if (claims.iss !== app.clientId || claims.sub !== app.clientId)
    return refusals.assertionInvalid('iss and sub must be the client id.');
  const audience = Array.isArray(claims.aud) ? (claims.aud[0] ?? '') : (claims.aud ?? '');
  if (!setting.audiences().includes(audience)) return refusals.assertionAudience(audience);
  if (typeof claims.jti !== 'string' || claims.jti === '')
    return refusals.assertionInvalid('the jti claim is missing.');
  return timeRefusal(claims, Math.floor(setting.now() / 1000));
}

async function verifiedClaims(assertion: string, certificate: AppCertificate): Promise<JWTPayload | undefined> {
  try {
    const { payload } = await compactVerify(assertion, certificate.key, { algorithms: ['PS256', 'RS256'] });
    return JSON.parse(new TextDecoder().decode(payload)) as JWTPayload;
  } catch {
    return undefined;
  }
}

/**
 * Checks client assertions as Entra does (graph.md 8.2): the thumbprint names a registered certificate, the signature
 * (PS256 or RS256) is that key's, `iss` = `sub` = the client id, `aud` is the tenant's token end point, the time is
 * right, and, if asked for, no `jti` comes twice.
 *
 * @returns a check that resolves to the refusal, or to undefined for a good assertion
 */
export function assertionCheck(
  setting: AssertionSetting,
): (app: App, assertion: string) => Promise<Refusal | undefined> {
  const used = new Map<string, number>();
  const replayed = (claims: JWTPayload): boolean => {
    const key = `${claims.iss} ${claims.jti}`;
    const now = setting.now() / 1000;
    for (const [old, expiry] of used) if (expiry + skewSeconds < now) used.delete(old);
    if (used.has(key)) return !setting.allowReplay;
    used.set(key, claims.exp ?? now);
    return false;
  };
  return async (app, assertion) => {
    let header: Record<string, unknown>;
    try {
      header = decodeProtectedHeader(assertion);
    } catch {
      return refusals.assertionInvalid('it is not a signed JWT.');
    }
    const certificate = certificateFor(app, header);
    if (!certificate) return refusals.keyNotFound(String(header['x5t#S256'] ?? header['x5t'] ?? ''));
    if (certificate.notAfter < setting.now()) return refusals.expiredCertificate();
    const claims = await verifiedClaims(assertion, certificate);
    if (!claims) return refusals.badSignature();
    return claimRefusal(app, claims, setting) ?? (replayed(claims) ? refusals.assertionReplayed() : undefined);
  };
}
