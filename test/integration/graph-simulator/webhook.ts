import http from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterEach } from 'vitest';

/** A receiver of notifications that does what a test tells it. */
export interface Webhook {
  readonly url: string;
  /** Validation requests, as their raw query came. */
  readonly validations: string[];
  /** Bodies of notification posts, in order. */
  readonly posts: { readonly path: string; readonly value: readonly Record<string, unknown>[] }[];
  /** How the handshake is answered; the default repeats the token. */
  onValidation: (token: string) => { status: number; type: string; body: string };
  /** Status of the next notification post. */
  onPost: () => number;
}

const open: http.Server[] = [];

afterEach(async () => {
  for (const server of open.splice(0)) {
    server.closeAllConnections();
    await new Promise((resolve) => server.close(resolve));
  }
});

/** Starts a webhook on any free port; it ends with the test. */
export async function webhook(): Promise<Webhook> {
  const hook: Webhook = {
    url: '',
    validations: [],
    posts: [],
    onValidation: (token) => ({ status: 200, type: 'text/plain', body: token }),
    onPost: () => 202,
  };
  const server = http.createServer(async (request, response) => {
    const chunks: Buffer[] = [];
    for await (const chunk of request) chunks.push(chunk as Buffer);
    const url = new URL(request.url ?? '/', 'http://hook');
    const token = url.searchParams.get('validationToken');
    if (token !== null) {
      hook.validations.push(url.search);
      const { status, type, body } = hook.onValidation(token);
      return response.writeHead(status, { 'content-type': type }).end(body);
    }
    const { value } = JSON.parse(Buffer.concat(chunks).toString('utf8'));
    hook.posts.push({ path: url.pathname, value });
    return response.writeHead(hook.onPost()).end();
  });
  open.push(server);
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return Object.assign(hook, { url: `http://127.0.0.1:${(server.address() as AddressInfo).port}` });
}
