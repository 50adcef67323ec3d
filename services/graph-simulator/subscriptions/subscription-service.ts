import type { GraphAnswer, GraphRequest } from '../engine/wire.ts';
import { graphError } from '../http/errors.ts';
import type { GraphCall } from '../http/graph-call.ts';
import type { Outgoing } from '../http/outgoing.ts';
import type { LiveSettings } from '../settings.ts';
import { permissionsToSubscribe } from '../tokens/permissions.ts';
import { validateEndpoint } from './handshake.ts';
import { type Creation, expiryOf, readCreation, readRenewal, urlRefusal } from './payload.ts';
import type { Registry } from './registry.ts';
import type { Scope, Watched } from './resource.ts';
import { type Subscription, subscriptionBody } from './subscription.ts';

/** What the subscription service needs from around it. */
export interface ServiceParts {
  readonly settings: LiveSettings;
  readonly now: () => number;
  readonly newGuid: () => string;
  readonly registry: Registry;
  readonly outgoing: Outgoing;
  /** Reads from the engine without leaving a trace. */
  readonly peek: (request: GraphRequest) => GraphAnswer;
  readonly mailboxIdOf: (key: string) => string;
  readonly linkRoot: () => string;
}

const perMailbox = 1000;
const perAppInDirectory = 100;

const notFound = (): GraphAnswer => graphError(404, 'ResourceNotFound', 'The object was not found.');

/** How the workload's refusal reads when the subscription service passes it on (graph.md 3.2). */
function wrapped(status: number, reason: string): GraphAnswer {
  const names: Readonly<Record<number, string>> = { 401: 'Unauthorized', 403: 'Forbidden', 404: 'NotFound' };
  const message = `Operation: Create; Exception: [Status Code: ${names[status] ?? status}; Reason: ${reason}]`;
  return graphError(status, 'ExtensionError', message);
}

const read = (path: string): GraphRequest => ({ method: 'GET', path, query: '', headers: {} });

function refusedBy(answer: GraphAnswer): GraphAnswer {
  const error = (answer.body as { error?: { message?: unknown } } | undefined)?.error;
  return wrapped(answer.status, String(error?.message ?? 'The resource was not found.'));
}

/** Finds what a resource string names, or gives the wrapped refusal. */
function scopeOf(watched: Watched, parts: ServiceParts): Scope | GraphAnswer {
  if (watched.kind === 'directory') {
    const { entity, id } = watched;
    if (id === undefined) return { entity };
    const found = parts.peek(read(`/${entity}s/${encodeURIComponent(id)}`));
    return found.status === 200 ? { entity, ownerId: String((found.body as { id: unknown }).id) } : refusedBy(found);
  }
  const folder = watched.kind === 'folder' ? watched.folderKey : 'contacts';
  const path = `/users/${encodeURIComponent(watched.userKey)}/contactFolders/${encodeURIComponent(folder)}`;
  const found = parts.peek(read(path));
  if (found.status !== 200) return refusedBy(found);
  const ownerId = parts.mailboxIdOf(watched.userKey);
  if (watched.kind === 'mailbox') return { entity: 'contact', ownerId };
  return { entity: 'contact', ownerId, folderId: String((found.body as { id: unknown }).id) };
}

function mayRead(call: GraphCall, creation: Creation, scope: Scope, now: number): boolean {
  const enough = permissionsToSubscribe(creation.resource.replace(/^\//, ''));
  const { caller } = call;
  const granted = caller.app.grants.some(
    ({ role, from, mailboxes }) => from <= now && enough.includes(role) && mailboxes.has(scope.ownerId ?? ''),
  );
  return granted || enough.some((permission) => caller.roles.has(permission));
}

function quotaRefusal(call: GraphCall, scope: Scope, registry: Registry): GraphAnswer | undefined {
  const app = call.caller.app.clientId;
  const used =
    scope.entity === 'contact'
      ? registry.countIn(scope.ownerId ?? '')
      : registry.all().filter((other) => other.applicationId === app && other.scope.entity !== 'contact').length;
  const most = scope.entity === 'contact' ? perMailbox : perAppInDirectory;
  return used < most ? undefined : wrapped(403, 'Maximum number of subscriptions has been reached');
}

/** Create, list, get, renew, delete and reauthorize, as graph.md 3.2 says. */
export function createSubscriptionService(
  parts: ServiceParts,
): (call: GraphCall) => GraphAnswer | Promise<GraphAnswer> {
  const { registry, settings, now, outgoing } = parts;
  const context = (tail: string): string => `${parts.linkRoot()}/$metadata#subscriptions${tail}`;

  const validate = async (urls: readonly (string | null)[]): Promise<GraphAnswer | undefined> => {
    const wanted = urls.filter((url) => url !== null);
    const token = (): string => `${settings.validationText} ${parts.newGuid()}`;
    const answers = await Promise.all(wanted.map((url) => validateEndpoint(url, token(), outgoing)));
    return answers.find((answer) => answer !== undefined);
  };

  const duplicate = (call: GraphCall, { resource, changeType }: Creation): GraphAnswer | undefined => {
    if (!settings.refuseDuplicateSubscriptions) return undefined;
    const app = call.caller.app.clientId;
    const twin = registry
      .all()
      .find((old) => old.applicationId === app && old.resource === resource && old.changeType === changeType);
    return (
      twin && graphError(409, 'Conflict', `Subscription Id ${twin.id} already exists for the requested combination`)
    );
  };

  const create = async (call: GraphCall): Promise<GraphAnswer> => {
    const creation = readCreation(call.request.body, settings, now());
    if ('status' in creation) return creation;
    const scope = scopeOf(creation.watched, parts);
    if ('status' in scope) return scope;
    if (!mayRead(call, creation, scope, now()))
      return wrapped(403, 'Access is denied. Check credentials and try again.');
    const refusal = quotaRefusal(call, scope, registry) ?? duplicate(call, creation);
    if (refusal) return refusal;
    const invalid = await validate([creation.notificationUrl, creation.lifecycleNotificationUrl]);
    if (invalid) return invalid;
    const { watched: _, ...kept } = creation;
    const subscription: Subscription = {
      ...kept,
      id: parts.newGuid(),
      changeTypes: new Set(creation.changeType.split(',').map((kind) => kind.trim())),
      applicationId: call.caller.app.clientId,
      creatorId: call.caller.app.objectId,
      scope,
      immutableIds: /IdType\s*=\s*"?ImmutableId/i.test(call.request.headers['prefer'] ?? ''),
    };
    registry.add(subscription);
    const body = { '@odata.context': context('/$entity'), ...subscriptionBody(subscription, true) };
    return { status: 201, headers: { location: `${parts.linkRoot()}/subscriptions('${subscription.id}')` }, body };
  };

  const own = (call: GraphCall, id: string): Subscription | undefined => {
    const found = registry.find(id.toLowerCase());
    return found?.applicationId === call.caller.app.clientId ? found : undefined;
  };

  const show = (subscription: Subscription): GraphAnswer => ({
    status: 200,
    headers: {},
    body: { '@odata.context': context('/$entity'), ...subscriptionBody(subscription, true) },
  });

  const renew = async (subscription: Subscription, body: unknown): Promise<GraphAnswer> => {
    const change = readRenewal(body);
    if ('status' in change) return change as GraphAnswer;
    const { expirationDateTime, notificationUrl } = change;
    const minutes = subscription.scope.entity === 'contact' ? 10_070 : 41_760;
    const expiresAt =
      expirationDateTime === undefined ? subscription.expiresAt : expiryOf(expirationDateTime, minutes, now());
    if (typeof expiresAt !== 'number') return expiresAt;
    if (notificationUrl !== undefined) {
      const refusal = urlRefusal('NotificationUrl', notificationUrl, settings) ?? (await validate([notificationUrl]));
      if (refusal) return refusal;
      subscription.notificationUrl = notificationUrl;
    }
    subscription.expiresAt = expiresAt;
    return show(subscription);
  };

  const list = (call: GraphCall): GraphAnswer => {
    const mine = registry.all().filter(({ applicationId }) => applicationId === call.caller.app.clientId);
    const value = mine.map((subscription) => subscriptionBody(subscription, false));
    return { status: 200, headers: {}, body: { '@odata.context': context(''), value } };
  };

  const onOne = (call: GraphCall, id: string, action: string | undefined): GraphAnswer | Promise<GraphAnswer> => {
    const subscription = own(call, id);
    const { method } = call.request;
    if (!subscription) return notFound();
    if (action?.toLowerCase() === 'reauthorize' && method === 'POST') return { status: 204, headers: {} };
    if (action !== undefined) return graphError(400, 'BadRequest', `Resource not found for the segment '${action}'.`);
    if (method === 'GET') return show(subscription);
    if (method === 'PATCH') return renew(subscription, call.request.body);
    if (method !== 'DELETE')
      return graphError(405, 'Request_BadRequest', 'Specified HTTP method is not allowed for the request target.');
    registry.remove(subscription.id);
    return { status: 204, headers: {} };
  };

  return (call) => {
    const [, id, action] = call.target.segments;
    if (id !== undefined) return onOne(call, id, action);
    if (call.request.method === 'GET') return list(call);
    if (call.request.method === 'POST') return create(call);
    return graphError(405, 'Request_BadRequest', 'Specified HTTP method is not allowed for the request target.');
  };
}
