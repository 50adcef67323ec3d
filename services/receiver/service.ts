import { createServer, type Server } from 'node:http';
import type { Log } from '#observability/log';
import type { Metrics } from '#observability/metrics';
import type { Clock } from '#ports/clock';
import type { Queue } from '#ports/queue';
import { type Address, listen } from '#runtime/listen';
import { receiverApp } from './app.ts';
import { LookPublisher } from './look-publisher.ts';
import { type Counts, Outcomes } from './outcomes.ts';

/** A sender that needs longer than this for one request is not Graph. */
const REQUEST_MS = 15_000;
/** Longer than the minute after which reverse proxies drop an idle connection: else one is closed as it is used again. */
const KEEP_ALIVE_MS = 75_000;
/** Open requests get so long to end: the 2 s of a publish, and a little. */
const CLOSE_MS = 3000;

export interface ReceiverOptions {
  readonly listen: Address;
  /** Path of the public address, `/` when it has none. */
  readonly path: string;
}

export interface ReceiverPorts {
  readonly queue: Pick<Queue, 'publish'>;
  readonly clock: Clock;
  readonly log: Log;
  readonly metrics: Metrics;
  /** What clientState is made with. */
  readonly secret: string;
  /** False for mailboxes that nobody reads any more; absent: all are known. */
  readonly knows?: (mailboxKey: string) => boolean;
}

export interface Receiver {
  /** Where it listens for notifications, without slash at the end; lifecycle events also at `<url>/lifecycle`. */
  readonly url: string;
  counters(): Counts;
  /** Takes no new requests, answers those under way. A second call waits for the first. */
  close(): Promise<void>;
}

async function closeServer(server: Server, clock: Clock): Promise<void> {
  const enough = new AbortController();
  const closed = new Promise<void>((resolve) => server.close(() => resolve()));
  server.closeIdleConnections();
  const late = clock.sleep(CLOSE_MS, enough.signal).then(
    () => server.closeAllConnections(),
    () => undefined,
  );
  await Promise.race([closed, late]);
  enough.abort();
  await closed;
}

/**
 * Opens Graph's door: validation, notifications, lifecycle events (W-01, PROTOCOL 2.6 `receive`). Stateless.
 * @throws ListenFailed (runtime/listen) when the port cannot be opened
 */
export async function startReceiver(options: ReceiverOptions, ports: ReceiverPorts): Promise<Receiver> {
  const { queue, clock, metrics, ...rest } = ports;
  const outcomes = new Outcomes(metrics);
  const publisher = new LookPublisher(queue, clock, outcomes);
  let closing: Promise<void> | undefined;
  const healthy = () => closing === undefined;
  const app = receiverApp({ path: options.path, ...rest, clock, outcomes, publisher, healthy });
  const server = createServer({ requestTimeout: REQUEST_MS, keepAliveTimeout: KEEP_ALIVE_MS }, app);
  server.on('request', (_request, response) => {
    // A connection that was busy when closing began is kept alive by its client otherwise.
    response.on('close', () => closing && setImmediate(() => server.closeIdleConnections()));
  });
  const origin = await listen(server, options.listen, 'webhook.listen');
  return {
    url: origin + options.path.replace(/\/+$/, ''),
    counters: () => outcomes.read(),
    close() {
      closing ??= closeServer(server, clock);
      return closing;
    },
  };
}
