import { createServer } from 'node:http';
import express from 'express';
import type { Policy } from '#core/policy';
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
  app.use((_request, response, next) => {
    response.set({
      'Content-Security-Policy': "default-src 'none'; style-src 'unsafe-inline'",
      'X-Content-Type-Options': 'nosniff',
      'Cache-Control': 'no-store',
    });
    next();
  });
  app.get('/healthz', (_request, response) => void response.type('text').send('ok\n'));
  app.get('/status.json', async (_request, response) => void response.json(await read(ports)));
  app.get('/', async (_request, response) => void response.type('html').send(page(await read(ports))));
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

async function read({ store, queue, policies, troubles }: StatusPorts) {
  const [status, depths] = await Promise.all([readStatus(store, policies), queue.depths()]);
  const busy = depths.filter(({ ready, unacked }) => ready + unacked > 0);
  return { policies: status, queues: { shards: depths.length, busy }, troubles: troubles() };
}
