import { afterEach } from 'vitest';
import { type Simulator, startSimulator } from '../../../services/graph-simulator/service.ts';
import type { SimulatorOptions } from '../../../services/graph-simulator/settings.ts';

const running: Simulator[] = [];

afterEach(async () => {
  for (const simulator of running.splice(0)) await simulator.close();
});

/** A simulator of three mailboxes that ends with the test; notifications come at once. */
export async function simulate(options: SimulatorOptions = {}): Promise<Simulator> {
  const simulator = await startSimulator({ scenario: 'small', notificationDelayMs: [0, 0], ...options });
  running.push(simulator);
  return simulator;
}

/** What came back, its body parsed if it is JSON. */
export interface Reply {
  readonly status: number;
  readonly headers: Headers;
  readonly body: unknown;
}

/** Looks into JSON along names and places; undefined where it ends. */
export function at(json: unknown, ...way: readonly (string | number)[]): unknown {
  let value = json;
  for (const step of way) {
    if (typeof value !== 'object' || value === null) return undefined;
    value = (value as Readonly<Record<string | number, unknown>>)[step];
  }
  return value;
}

/** Asks for a token with form fields; what is not given has the full client's values, undefined leaves a field out. */
export async function askToken(
  simulator: Simulator,
  fields: Readonly<Record<string, string | undefined>> = {},
  tenant = simulator.tenantId,
): Promise<Reply> {
  const all = {
    grant_type: 'client_credentials',
    client_id: simulator.clientId,
    client_secret: simulator.clientSecret,
    scope: 'https://graph.microsoft.com/.default',
    ...fields,
  };
  const given = Object.entries(all).filter((entry): entry is [string, string] => entry[1] !== undefined);
  const response = await fetch(`${simulator.loginUrl}/${tenant}/oauth2/v2.0/token`, {
    method: 'POST',
    body: new URLSearchParams(given),
  });
  return { status: response.status, headers: response.headers, body: await response.json() };
}

/** What one request may carry besides method and path. */
export interface Extra {
  readonly json?: unknown;
  readonly bytes?: Uint8Array<ArrayBuffer>;
  readonly headers?: Readonly<Record<string, string>>;
}

/** One request below `/v1.0`, or to an absolute address such as a nextLink. */
export type Send = (method: string, path: string, extra?: Extra) => Promise<Reply>;

async function readReply(response: Response): Promise<Reply> {
  const bytes = Buffer.from(await response.arrayBuffer());
  const json = response.headers.get('content-type')?.includes('json') ?? false;
  const text = bytes.toString('utf8');
  const body = bytes.length === 0 ? undefined : json ? JSON.parse(text) : bytes;
  return { status: response.status, headers: response.headers, body };
}

/** A raw HTTP client with a token of its own; the full client's unless credentials are given. */
export async function client(
  simulator: Simulator,
  credentials: { readonly clientId: string; readonly clientSecret: string } = simulator,
): Promise<Send> {
  const { clientId, clientSecret } = credentials;
  const { body } = await askToken(simulator, { client_id: clientId, client_secret: clientSecret });
  return withToken(simulator, String(at(body, 'access_token')));
}

/** A raw HTTP client that sends this token. */
export function withToken(simulator: Simulator, token: string): Send {
  return async (method, path, { json, bytes, headers = {} } = {}) => {
    const type = json === undefined ? {} : { 'content-type': 'application/json' };
    const body = json === undefined ? bytes : JSON.stringify(json);
    const response = await fetch(path.startsWith('http') ? path : `${simulator.graphUrl}/v1.0${path}`, {
      method,
      headers: { authorization: `Bearer ${token}`, ...type, ...headers },
      ...(body !== undefined && { body }),
    });
    return readReply(response);
  };
}

/** One request to the control interface. */
export async function control(simulator: Simulator, method: string, path: string, json?: unknown): Promise<Reply> {
  const body = json === undefined ? undefined : JSON.stringify(json);
  const response = await fetch(`${simulator.controlUrl}${path}`, { method, ...(body !== undefined && { body }) });
  return readReply(response);
}

/** Ids by path, `$batch` answers by item. */
export function byId(reply: Reply): Map<string, { status: number; headers: Record<string, string>; body: unknown }> {
  const responses = at(reply.body, 'responses');
  if (!Array.isArray(responses)) throw new Error(`no batch answer: ${JSON.stringify(reply.body)}`);
  return new Map(responses.map((response) => [response.id, response]));
}
