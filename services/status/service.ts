import { createServer } from 'node:http';
import express, { type ErrorRequestHandler } from 'express';
import type { Policy } from '#core/policy';
import { PortError } from '#ports/errors';
import type { Queue } from '#ports/queue';
import type { Store } from '#ports/store';
import { type Address, listen } from '#runtime/listen';
import { readStatus } from '#usecases/status';
import { page, type Trouble } from './page.ts';

export interface StatusPorts {
  readonly store: Store;
  readonly queue: Queue;
  readonly policies: ReadonlyMap<string, Policy>;
  /** The newest troubles first; without personal data. */
  readonly troubles: () => readonly Trouble[];
}

export interface StatusPage {
  readonly url: string;
  close(): Promise<void>;
}

/**
 * The operator's page on loopback: how things stand, as HTML at `/` and as JSON at `/status.json`, and `/healthz`.
 * @throws ListenFailed (runtime/listen)
 */
export async function startStatusPage(address: Address, ports: StatusPorts): Promise<StatusPage> {
  const app = express().disable('x-powered-by').disable('etag');
  app.use((request, response, next) => {
    response.set({
      'Content-Security-Policy': "default-src 'none'; style-src 'unsafe-inline'; frame-ancestors 'none'",
      'X-Content-Type-Options': 'nosniff',
      'Cache-Control': 'no-store',
    });
    if (isLocal(address.host) && !isLocal(request.hostname)) response.status(403).type('text').send(STRANGE);
    else next();
  });
  app.get('/healthz', async (_request, response) => {
    await ports.queue.depths();
    response.type('text').send('ok\n');
  });
  app.get('/status.json', async (_request, response) => void response.json(await read(ports)));
  app.get('/', async (_request, response) => void response.type('html').send(page(await read(ports))));
  app.use(failed);
  const server = createServer(app);
  const url = await listen(server, address, 'status.listen');
  return {
    url,
    async close() {
      server.closeAllConnections();
      await new Promise<void>((resolve) => server.close(() => resolve()));
    },
  };
}

/** A page of the web may have its own name point to this machine, and read what a browser here can reach. */
const STRANGE =
  'This page answers to localhost only. Set status.listen to another address to reach it from elsewhere.\n';

const isLocal = (host: string): boolean => ['localhost', '127.0.0.1', '::1', '[::1]'].includes(host);

/** A store that does not answer is told without a stack trace. */
const failed: ErrorRequestHandler = (error: unknown, _request, response, next) => {
  if (response.headersSent) return next(error);
  const sentence = error instanceof PortError ? error.message : 'The status cannot be read now; see the log.';
  response.status(503).type('text').send(`${sentence}\n`);
};

async function read({ store, queue, policies, troubles }: StatusPorts) {
  const [status, depths] = await Promise.all([readStatus(store, policies), queue.depths()]);
  const busy = depths.filter(({ ready, unacked }) => ready + unacked > 0);
  return { policies: status, queues: { shards: depths.length, busy }, troubles: troubles() };
}
