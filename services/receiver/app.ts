import express, { type ErrorRequestHandler, type Express, type RequestHandler } from 'express';
import type { Log } from '#observability/log';
import type { Clock } from '#ports/clock';
import { validationToken } from './handshake.ts';
import type { LookPublisher } from './look-publisher.ts';
import { understand } from './notifications.ts';
import type { Outcome, Outcomes } from './outcomes.ts';

const BODY_LIMIT = '1mb';
/** One line a minute tells of forgeries; the counter has them all. */
const FORGED_LOG_MS = 60_000;

export interface AppParts {
  /** Where Graph posts, such as `/graph`; lifecycle events may also come to `<path>/lifecycle`. */
  readonly path: string;
  readonly secret: string;
  readonly clock: Clock;
  readonly log: Log;
  readonly outcomes: Outcomes;
  readonly publisher: LookPublisher;
  /** False for mailboxes that nobody reads any more; absent: all are known. */
  readonly knows?: (mailboxKey: string) => boolean;
  /** False while stopping: a load balancer then sends requests elsewhere. */
  readonly healthy: () => boolean;
}

/** Answers Graph's question; safe even when a stranger puts markup into it (graph.md 3.4). */
const handshake =
  (outcomes: Outcomes): RequestHandler =>
  (request, response, next) => {
    const token = validationToken(request.url);
    if (token === undefined) return next();
    outcomes.add('handshakes');
    response.status(200).type('text/plain').send(token);
  };

const requireJson =
  (outcomes: Outcomes): RequestHandler =>
  (request, response, next) => {
    if (request.is('application/json')) return next();
    outcomes.add('wrongType');
    response.status(415).type('text/plain').send('The body must be application/json.\n');
  };

/** Publishes what the request tells of; 202 once it is durable, else 503, so that Graph sends it again. */
function notify({ secret, clock, log, outcomes, publisher, knows }: AppParts): RequestHandler {
  let forgedLogAt = Number.NEGATIVE_INFINITY;
  return async (request, response) => {
    const arrived = clock.monotonic();
    const understood = understand(request.body, secret, clock.now());
    if (!understood) {
      outcomes.add('malformed');
      response.status(400).type('text/plain').send('The body is no collection of change notifications.\n');
      return;
    }
    const { looks, notifications, lifecycle, forged } = understood;
    outcomes.add('notifications', notifications);
    outcomes.add('lifecycle', lifecycle);
    outcomes.add('forged', forged);
    if (forged > 0 && arrived - forgedLogAt >= FORGED_LOG_MS) {
      forgedLogAt = arrived;
      log.warn({ event: 'forged', count: forged }, 'notifications with a clientState that is not ours were ignored');
    }
    const wanted = looks.filter(({ m }) => knows?.(m) ?? true);
    outcomes.add('unknown', looks.length - wanted.length);
    const published = await Promise.allSettled(wanted.map((look) => publisher.publish(look)));
    const lost = published.find((each) => each.status === 'rejected');
    if (lost) log.error({ event: 'look not durable', err: lost.reason }, 'Graph is asked to send a notification again');
    outcomes.add(lost ? 'unavailable' : 'accepted');
    outcomes.answerMs.observe(clock.monotonic() - arrived);
    response.status(lost ? 503 : 202).end();
  };
}

const refuseMethod =
  (outcomes: Outcomes, allowed: string): RequestHandler =>
  (_request, response) => {
    outcomes.add('wrongMethod');
    response.status(405).set('Allow', allowed).end();
  };

const byStatus: Readonly<Record<number, Outcome>> = { 413: 'tooLarge', 415: 'wrongType' };

const statusOf = (error: unknown): number => {
  const status: unknown = error instanceof Error ? Reflect.get(error, 'status') : undefined;
  return typeof status === 'number' && status >= 400 && status < 500 ? status : 500;
};

/** Four arguments tell express that this handles errors. Says nothing of the error to whoever sent the request. */
const answerError =
  (outcomes: Outcomes, log: Log): ErrorRequestHandler =>
  (error: unknown, _request, response, next) => {
    const status = statusOf(error);
    outcomes.add(status === 500 ? 'failed' : (byStatus[status] ?? 'malformed'));
    if (status === 500) log.error({ event: 'request failed', err: error }, 'a request could not be answered');
    if (response.headersSent) next(error);
    else response.status(status).end();
  };

/** The receiver's web application: Graph's door, and `/healthz`. */
export function receiverApp(parts: AppParts): Express {
  const { path, outcomes, log, healthy } = parts;
  const app = express();
  app.disable('x-powered-by').disable('etag').set('query parser', false);
  app.use((_request, response, next) => {
    response.set({ 'X-Content-Type-Options': 'nosniff', 'Cache-Control': 'no-store' });
    next();
  });
  // A pattern, since the path of a public address may hold what express would take for a parameter.
  const door = new RegExp(`^${RegExp.escape(path.replace(/\/+$/, ''))}(?:/lifecycle)?/?$`);
  const json = express.json({ limit: BODY_LIMIT, strict: true });
  app.post(door, handshake(outcomes), requireJson(outcomes), json, notify(parts));
  app.all(door, refuseMethod(outcomes, 'POST'));
  app.get('/healthz', (_request, response) => {
    response
      .status(healthy() ? 200 : 503)
      .type('text/plain')
      .send(healthy() ? 'ok\n' : 'stopping\n');
  });
  app.all('/healthz', refuseMethod(outcomes, 'GET, HEAD'));
  app.use((_request, response) => {
    outcomes.add('notFound');
    response.status(404).end();
  });
  app.use(answerError(outcomes, log));
  return app;
}
