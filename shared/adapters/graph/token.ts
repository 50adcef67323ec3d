import { createPrivateKey, X509Certificate } from 'node:crypto';
import {
  ConfidentialClientApplication,
  type Configuration,
  type INetworkModule,
  type NetworkResponse,
} from '@azure/msal-node';
import { type Dispatcher, request } from 'undici';
import type { Clock } from '#ports/clock';
import { Denied, Throttled } from '#ports/errors';
import { aadstsNumber, remedyOf } from './aadsts.ts';
import { type Cloud, isLoopback } from './clouds.ts';

/** What the app proves itself with: a secret (F-07) or a certificate with its private key in one PEM (F-06). */
export interface Credential {
  readonly secret?: string;
  readonly certificate?: { readonly pem: string };
}

const SECOND = 1000;
/** A token is renewed so long before it ends, and asked for again so long after a failed try. */
const MARGIN = 300 * SECOND;
const LOGIN_PAUSE = 5 * SECOND;

/** MSAL signs with PS256 and names the certificate by `x5t#S256` when it is given the SHA-256 thumbprint. */
function clientCertificate(pem: string): { thumbprintSha256: string; privateKey: string } {
  const certificate = new X509Certificate(pem);
  const privateKey = createPrivateKey(pem).export({ type: 'pkcs8', format: 'pem' });
  return { thumbprintSha256: certificate.fingerprint256.replaceAll(':', ''), privateKey: privateKey.toString() };
}

/**
 * MSAL knows only https. For a log-in service on loopback its calls go over http, and the issuer in the discovery
 * document is lifted to https so that it matches the authority MSAL was told.
 */
function network(
  login: string,
  deadline: number,
  dispatcher: Dispatcher,
  onAnswer: (status: number, body: unknown) => void,
): INetworkModule {
  const plain = login.startsWith('http://') && isLoopback(login);
  const secure = login.replace(/^http:/, 'https:');
  const send = async <T>(
    method: 'GET' | 'POST',
    url: string,
    options?: { headers?: Record<string, string>; body?: string },
  ): Promise<NetworkResponse<T>> => {
    const answer = await request(plain && url.startsWith(secure) ? url.replace(secure, login) : url, {
      method,
      dispatcher,
      headersTimeout: deadline,
      bodyTimeout: deadline,
      ...(options?.headers && { headers: options.headers }),
      ...(options?.body !== undefined && { body: options.body }),
    });
    const body = (await answer.body.json()) as T & { issuer?: string };
    onAnswer(answer.statusCode, body);
    if (plain && body.issuer?.startsWith(login)) body.issuer = body.issuer.replace(login, secure);
    const headers = Object.fromEntries(Object.entries(answer.headers).map(([name, value]) => [name, String(value)]));
    return { status: answer.statusCode, headers, body };
  };
  return {
    sendGetRequestAsync: (url, options) => send('GET', url, options),
    sendPostRequestAsync: (url, options) => send('POST', url, options),
  };
}

export interface TokenOptions {
  readonly tenantId: string;
  readonly clientId: string;
  readonly credential: Credential;
  readonly cloud: Cloud;
  readonly clock: Clock;
  readonly dispatcher: Dispatcher;
  /** Milliseconds for one call of the log-in service. */
  readonly deadline: number;
}

/** App-only access token of one tenant (graph.md 8): fetched once and kept for its hour, not looked up per call. */
export class TokenSource {
  readonly #app: ConfidentialClientApplication;
  readonly #scope: string;
  readonly #clock: Clock;
  #token: { readonly text: string; readonly until: number } | undefined;
  #fetching: Promise<string> | undefined;
  #fetched = 0;
  /** AADSTS number of the log-in service's last answer: MSAL drops it when it is about the tenant. */
  #refused: string | undefined;

  /** Throws when the PEM holds no certificate or no private key. */
  constructor({ tenantId, clientId, credential, cloud, clock, dispatcher, deadline }: TokenOptions) {
    const authority = cloud.login.replace(/^http:/, 'https:');
    const auth: Configuration['auth'] = {
      clientId,
      authority: `${authority}/${tenantId}`,
      knownAuthorities: [new URL(authority).host],
      ...(credential.certificate
        ? { clientCertificate: clientCertificate(credential.certificate.pem) }
        : { clientSecret: credential.secret ?? '' }),
    };
    const networkClient = network(cloud.login, deadline, dispatcher, (status, body) => {
      this.#refused = status < 400 ? undefined : aadstsNumber(JSON.stringify(body));
    });
    this.#app = new ConfidentialClientApplication({ auth, system: { networkClient, disableInternalRetries: true } });
    this.#scope = cloud.scope;
    this.#clock = clock;
  }

  /** How many tokens were fetched. */
  get fetched(): number {
    return this.#fetched;
  }

  /**
   * A token that is good for some minutes at least. Throws Denied with a remedy in plain words when the log-in is
   * refused, Throttled when the log-in service does not answer (no Graph request was sent, so nothing took effect).
   */
  async token(): Promise<string> {
    const kept = this.#token;
    if (kept && this.#clock.now() < kept.until - MARGIN) return kept.text;
    this.#fetching ??= this.#fetch().finally(() => {
      this.#fetching = undefined;
    });
    // A token in its last minutes still serves while the log-in service is away.
    if (kept && this.#clock.now() < kept.until - SECOND) return this.#fetching.catch(() => kept.text);
    return this.#fetching;
  }

  /** Graph refused this token: the next call fetches a new one, unless somebody has done so meanwhile. */
  forget(token: string): void {
    if (this.#token?.text === token) this.#token = undefined;
  }

  async #fetch(): Promise<string> {
    this.#refused = undefined;
    try {
      const found = await this.#app.acquireTokenByClientCredential({ scopes: [this.#scope], skipCache: true });
      if (!found?.accessToken) throw new Error('the log-in service answered without a token');
      this.#fetched += 1;
      this.#token = { text: found.accessToken, until: found.expiresOn?.getTime() ?? 0 };
      return found.accessToken;
    } catch (error) {
      throw refusal(error, this.#refused);
    }
  }
}

/** MSAL's error in the words of the ports. What it quotes of the request stays out of the message. */
function refusal(error: unknown, answered: string | undefined): Denied | Throttled {
  const text = error instanceof Error ? `${error.name} ${error.message}` : String(error);
  const number = aadstsNumber(text) ?? answered;
  if (number !== undefined) return new Denied(`AADSTS${number}`, remedyOf(number));
  const code = codeOf(error);
  if (code === 'invalid_client' || code === 'unauthorized_client' || code === 'invalid_grant') {
    return new Denied(code, remedyOf(''));
  }
  return new Throttled(LOGIN_PAUSE, 'tenant', { cause: error });
}

const codeOf = (error: unknown): string =>
  typeof error === 'object' && error !== null && 'errorCode' in error ? String(error.errorCode) : '';
