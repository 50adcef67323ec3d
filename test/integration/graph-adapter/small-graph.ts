import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';

export const tenantId = 'c0ffee00-0000-4000-8000-000000000001';

interface Reply {
  readonly status: number;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: unknown;
}

/** What the next `$batch` gets: an answer per item, one for the whole, a dead connection, or nothing for ever. */
export type Script = { items: (index: number) => Reply } | { whole: Reply } | 'reset' | 'silence';

/** A Graph and log-in server of a few lines, for what happens on the wire. Records what it was sent. */
export interface SmallGraph {
  readonly url: string;
  readonly scripts: Script[];
  readonly batches: { readonly authorization: string; readonly requests: readonly Record<string, unknown>[] }[];
  readonly tokenForms: URLSearchParams[];
  refuseLogin?: Reply;
  close(): Promise<void>;
}

async function text(request: IncomingMessage): Promise<string> {
  let all = '';
  for await (const chunk of request.setEncoding('utf8')) all += String(chunk);
  return all;
}

function reply(response: ServerResponse, { status, headers, body }: Reply): void {
  response.writeHead(status, { 'content-type': 'application/json', ...headers });
  response.end(body === undefined ? '' : JSON.stringify(body));
}

function logIn(graph: SmallGraph, path: string, body: string, response: ServerResponse): void {
  const tenant = path.split('/')[1];
  if (path.endsWith('/.well-known/openid-configuration')) {
    if (tenant !== tenantId && tenant !== 'contoso.test') {
      reply(response, {
        status: 400,
        body: { error: 'invalid_tenant', error_description: 'AADSTS90002: Tenant not found.' },
      });
      return;
    }
    const at = (rest: string): string => `${graph.url}/${tenantId}${rest}`;
    const endpoints = {
      authorization_endpoint: at('/oauth2/v2.0/authorize'),
      token_endpoint: at('/oauth2/v2.0/token'),
    };
    reply(response, { status: 200, body: { ...endpoints, issuer: at('/v2.0'), jwks_uri: at('/discovery/v2.0/keys') } });
    return;
  }
  graph.tokenForms.push(new URLSearchParams(body));
  const token = `token-${graph.tokenForms.length}`;
  reply(
    response,
    graph.refuseLogin ?? { status: 200, body: { token_type: 'Bearer', expires_in: 3599, access_token: token } },
  );
}

function answerBatch(graph: SmallGraph, request: IncomingMessage, body: string, response: ServerResponse): void {
  const { requests } = JSON.parse(body) as { requests: Record<string, unknown>[] };
  graph.batches.push({ authorization: String(request.headers.authorization), requests });
  const script = graph.scripts.shift() ?? { items: () => ({ status: 200, body: {} }) };
  if (script === 'silence') return;
  if (script === 'reset') request.socket.destroy();
  else if ('whole' in script) reply(response, script.whole);
  else {
    const responses = requests.map(({ id }, index) => ({ id, headers: {}, ...script.items(index) }));
    reply(response, { status: 200, body: { responses } });
  }
}

export async function startSmallGraph(): Promise<SmallGraph> {
  const server = createServer((request, response) => {
    void text(request).then((body) => {
      const path = String(request.url);
      if (path === '/v1.0/$batch') answerBatch(graph, request, body, response);
      else logIn(graph, path, body, response);
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const graph: SmallGraph = {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    scripts: [],
    batches: [],
    tokenForms: [],
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
  return graph;
}
