import type { IncomingMessage, ServerResponse } from 'node:http';
import { ZodError, z } from 'zod';
import type { GraphEngine } from '../engine/engine.ts';
import type { FaultBook } from '../faults/fault-book.ts';
import type { Journal } from '../judge/journal.ts';
import type { Judge } from '../judge/judge.ts';
import type { LiveSettings } from '../settings.ts';
import type { Delivery } from '../subscriptions/delivery.ts';
import { lifecycleEvents } from '../subscriptions/notification.ts';
import type { Publisher } from '../subscriptions/publisher.ts';
import type { Registry } from '../subscriptions/registry.ts';
import { subscriptionBody } from '../subscriptions/subscription.ts';
import type { AccessTokens } from '../tokens/access-tokens.ts';
import type { App } from '../tokens/apps.ts';
import type { SimClock } from './clock.ts';
import { type ControlAnswer, type ControlRequest, found, Missing, ok } from './control-answer.ts';
import { actInWorld, worldActs } from './control-world.ts';
import { readBody, sendJson } from './message.ts';

/** What the control interface lets a test or a person reach. */
export interface ControlParts {
  readonly engine: GraphEngine;
  readonly journal: Journal;
  readonly judge: Judge;
  readonly faults: FaultBook;
  readonly delivery: Delivery;
  readonly subscriptions: Registry;
  readonly publisher: Publisher;
  readonly tokens: AccessTokens;
  readonly clock: SimClock;
  readonly settings: LiveSettings;
  readonly apps: Map<string, App>;
  readonly tenantId: string;
  readonly newGuid: () => string;
  addApp(roles: readonly string[]): { readonly clientId: string; readonly clientSecret: string };
  mailboxIdOf(key: string): string;
}

/** Answers one operation, e.g. `POST faults`. */
export type Operation = (request: ControlRequest, parts: ControlParts) => ControlAnswer;

const journalQuery = z.strictObject({
  method: z.string().optional(),
  path: z.string().optional(),
  mailbox: z.string().optional(),
  app: z.string().optional(),
  status: z.coerce.number().optional(),
  after: z.coerce.number().optional(),
  limit: z.coerce.number().default(1000),
});

function readJournal({ query }: ControlRequest, { journal, mailboxIdOf }: ControlParts): ControlAnswer {
  const { mailbox, ...given } = journalQuery.parse(Object.fromEntries(query));
  const filter = Object.fromEntries(Object.entries(given).filter(([, value]) => value !== undefined));
  const entries = journal.entries({ ...filter, ...(mailbox !== undefined && { mailbox: mailboxIdOf(mailbox) }) });
  return ok({ total: journal.total, entries });
}

const faultOperations: Readonly<Record<string, Operation>> = {
  'POST faults': ({ body }, { faults }) => {
    const added = (Array.isArray(body) ? body : [body]).map((fault) => faults.add(fault));
    return { status: 201, body: Array.isArray(body) ? added : added[0] };
  },
  'GET faults': (_, { faults }) => ok({ faults: faults.list() }),
  'DELETE faults': ({ args }, { faults }) => {
    if (args[0] === undefined) faults.clear();
    else if (!faults.remove(Number(args[0]))) throw new Missing('such fault');
    return ok({});
  },
};

const watching: Readonly<Record<string, Operation>> = {
  'GET journal': readJournal,
  'DELETE journal': (_, { journal }) => {
    journal.clear();
    return ok({});
  },
  'GET judge': (_, { judge }) => ok({ breaches: judge.breaches() }),
  'DELETE judge': (_, { judge }) => {
    judge.clear();
    return ok({});
  },
  'GET mails': (_, { engine }) => ok({ mails: engine.world.mails }),
  'GET deliveries': (_, { delivery }) => ok({ pending: delivery.pending(), deliveries: delivery.records() }),
  'GET subscriptions': (_, { subscriptions }) =>
    ok({ subscriptions: subscriptions.all().map((subscription) => subscriptionBody(subscription, true)) }),
};

const lifecycleBody = z.strictObject({ event: z.enum(lifecycleEvents) });
/** A notification of an item that need not exist (F34). */
const announceBody = z.strictObject({
  itemId: z.string(),
  changeType: z.enum(['created', 'updated', 'deleted']).default('updated'),
  delayMs: z.number().nonnegative().default(0),
});
const clockBody = z.strictObject({ advanceMs: z.number().nonnegative() });
const appBody = z.strictObject({
  roles: z.array(z.string()).optional(),
  enabled: z.boolean().optional(),
  grants: z
    .array(z.strictObject({ role: z.string(), mailboxes: z.array(z.string()), afterMs: z.number().default(0) }))
    .optional(),
  accessPolicy: z
    .strictObject({
      kind: z.enum(['restrict', 'deny']),
      mailboxes: z.array(z.string()),
      afterMs: z.number().default(0),
    })
    .nullish(),
});
const settingsBody = z.strictObject({
  latencyMs: z.number().nonnegative().optional(),
  notificationDelayMs: z.tuple([z.number().nonnegative(), z.number().nonnegative()]).optional(),
  notificationRetryMs: z.number().positive().optional(),
  allowHttpWebhooks: z.boolean().optional(),
  contactSubscriptions: z.enum(['both', 'mailbox', 'folder']).optional(),
  tokenLifetimeSeconds: z.number().nonnegative().optional(),
  validationText: z.string().optional(),
  refuseDuplicateSubscriptions: z.boolean().optional(),
  webhookHealth: z.boolean().optional(),
  reauthorizationSchedule: z.boolean().optional(),
  throttling: z
    .strictObject({
      concurrency: z.union([z.int().positive(), z.literal(false)]),
      strictness: z.number().min(0).max(1),
      requestsPer10Minutes: z.union([z.int().positive(), z.literal(false)]),
      uploadPer5Minutes: z.union([z.int().positive(), z.literal(false)]),
      subscriptions: z.boolean(),
      directory: z.boolean(),
      retryAfterSeconds: z.number().positive(),
    })
    .partial()
    .optional(),
});

function changeApp(app: App, body: unknown, { clock, mailboxIdOf }: ControlParts): void {
  const { roles, enabled, grants, accessPolicy } = appBody.parse(body ?? {});
  const ids = (keys: readonly string[]): Set<string> => new Set(keys.map(mailboxIdOf));
  if (roles) app.roles = roles;
  if (enabled !== undefined) app.enabled = enabled;
  if (grants)
    app.grants = grants.map(({ role, mailboxes, afterMs }) => ({
      role,
      mailboxes: ids(mailboxes),
      from: clock.now() + afterMs,
    }));
  if (accessPolicy === null) delete app.accessPolicy;
  else if (accessPolicy) {
    const { kind, mailboxes, afterMs } = accessPolicy;
    app.accessPolicy = { kind, mailboxes: ids(mailboxes), from: clock.now() + afterMs };
  }
}

const running: Readonly<Record<string, Operation>> = {
  'POST subscriptions': ({ args, body }, { publisher, subscriptions }) => {
    const [id = '', action] = args;
    const subscription = found(subscriptions.find(id), `subscription ${id}`);
    if (action === 'lifecycle') return ok({ sent: publisher.lifecycle(id, lifecycleBody.parse(body).event) });
    if (action !== 'announce') throw new Missing(`action ${action}`);
    const { itemId, changeType, delayMs } = announceBody.parse(body);
    const ownerId = subscription.scope.ownerId ?? '';
    publisher.announce(subscription, { kind: changeType, entity: 'contact', ownerId, itemId }, delayMs);
    return ok({ sent: true });
  },
  'GET clock': (_, { clock }) => ok({ now: clock.now(), text: new Date(clock.now()).toISOString() }),
  'POST clock': ({ body }, { clock }) => {
    clock.advance(clockBody.parse(body).advanceMs);
    return ok({ now: clock.now(), text: new Date(clock.now()).toISOString() });
  },
  'GET settings': (_, { settings }) => ok(settings),
  'PATCH settings': ({ body }, { settings }) => {
    const { throttling, ...rest } = settingsBody.parse(body);
    Object.assign(settings, rest, { throttling: { ...settings.throttling, ...throttling } });
    return ok(settings);
  },
  'POST apps': ({ body }, parts) => {
    const added = parts.addApp(appBody.parse(body ?? {}).roles ?? []);
    changeApp(parts.apps.get(added.clientId) as App, body, parts);
    return { status: 201, body: added };
  },
  'PATCH apps': ({ args, body }, parts) => {
    const app = found(parts.apps.get(args[0] ?? ''), 'such app');
    changeApp(app, body, parts);
    return ok({ clientId: app.clientId, roles: app.roles, enabled: app.enabled });
  },
  'DELETE tokens': (_, { tokens }) => {
    tokens.revokeAll();
    return ok({});
  },
};

const operations: Readonly<Record<string, Operation>> = { ...faultOperations, ...watching, ...running };

function summary(parts: ControlParts): ControlAnswer {
  const { directory, mailboxes, company } = parts.engine.world;
  return ok({
    tenantId: parts.tenantId,
    domain: company.domain,
    users: directory.list('user').length,
    groups: directory.list('group').length,
    mailboxes: [...mailboxes].length,
    subscriptions: parts.subscriptions.all().length,
    requests: parts.journal.total,
    breaches: parts.judge.breaches().length,
    faults: parts.faults.list().length,
    operations: [...Object.keys(operations), ...worldActs],
  });
}

const mostBytes = 4 * 1024 * 1024;

async function readRequest(request: IncomingMessage): Promise<ControlRequest & { readonly name: string }> {
  const url = new URL(request.url ?? '/', 'http://control');
  const [, , name = '', ...args] = url.pathname.split('/').map(decodeURIComponent);
  const text = (await readBody(request, mostBytes)).toString('utf8');
  return { name, args, query: url.searchParams, body: text === '' ? undefined : JSON.parse(text) };
}

function answerTo(
  method: string,
  request: ControlRequest & { readonly name: string },
  parts: ControlParts,
): ControlAnswer {
  if (request.name === 'world') return actInWorld(method, request, parts.engine, parts.newGuid);
  const name = `${method} ${request.name}`;
  return found(operations[name], `operation ${name}`)(request, parts);
}

/** Answers everything below the control address. It asks for no token: the simulator is for one's own machine. */
export function createControlServer(
  parts: ControlParts,
): (request: IncomingMessage, response: ServerResponse) => Promise<void> {
  return async (request, response) => {
    try {
      const read = await readRequest(request);
      if (read.name === '') return sendJson(response, 200, summary(parts).body);
      const answer = answerTo(request.method ?? 'GET', read, parts);
      sendJson(response, answer.status, answer.body);
    } catch (error) {
      const text =
        error instanceof ZodError ? z.prettifyError(error) : error instanceof Error ? error.message : 'bad request';
      sendJson(response, error instanceof Missing ? 404 : 400, { error: text });
    }
  };
}
