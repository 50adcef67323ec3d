import type { GraphAnswer, GraphRequest } from '../engine/wire.ts';
import { graphError } from '../http/errors.ts';
import type { GraphCall } from '../http/graph-call.ts';
import type { Outgoing } from '../http/outgoing.ts';
import type { LiveSettings } from '../settings.ts';
import { permissionsToSubscribe } from '../tokens/permissions.ts';
import { validateEndpoint } from './handshake.ts';
import { type Creation, expiryOf, readCreation, readRenewal, urlRefusal } from './payload.ts';
import type { Reauthorization } from './reauthorization.ts';
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
  readonly reauthorization: Reauthorization;
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

const wrongVerb = (): GraphAnswer =>
  graphError(405, 'Request_BadRequest', 'Specified HTTP method is not allowed for the request target.');

const mayCarryImmutableIds = (call: GraphCall): boolean =>
  /IdType\s*=\s*"?ImmutableId/i.test(call.request.headers['prefer'] ?? '');

/** Create, list, get, renew, delete and reauthorize, as graph.md 3.2 says. */
export class SubscriptionService {
  readonly #parts: ServiceParts;

  constructor(parts: ServiceParts) {
    this.#parts = parts;
  }

  /** Answers one call; creation waits for the handshake. */
  answer(call: GraphCall): GraphAnswer | Promise<GraphAnswer> {
    const [, id, action] = call.target.segments;
    if (id !== undefined) return this.#onOne(call, id, action);
    if (call.request.method === 'GET') return this.#list(call);
    return call.request.method === 'POST' ? this.#create(call) : wrongVerb();
  }

  #onOne(call: GraphCall, id: string, action: string | undefined): GraphAnswer | Promise<GraphAnswer> {
    const found = this.#parts.registry.find(id.toLowerCase());
    if (found?.applicationId !== call.caller.app.clientId) return notFound();
    const { method, body } = call.request;
    if (action?.toLowerCase() === 'reauthorize' && method === 'POST') {
      this.#parts.reauthorization.plan(found);
      return { status: 204, headers: {} };
    }
    if (action !== undefined) return graphError(400, 'BadRequest', `Resource not found for the segment '${action}'.`);
    if (method === 'GET') return this.#show(found, 200);
    if (method === 'PATCH') return this.#renew(found, body);
    if (method !== 'DELETE') return wrongVerb();
    this.#parts.registry.remove(found.id);
    return { status: 204, headers: {} };
  }

  async #create(call: GraphCall): Promise<GraphAnswer> {
    const { settings, registry, now } = this.#parts;
    const creation = readCreation(call.request.body, settings, now());
    if ('status' in creation) return creation;
    const scope = scopeOf(creation.watched, this.#parts);
    if ('status' in scope) return scope;
    if (!mayRead(call, creation, scope, now()))
      return wrapped(403, 'Access is denied. Check credentials and try again.');
    const refusal =
      quotaRefusal(call, scope, registry) ??
      this.#duplicate(call, creation) ??
      (await this.#handshake(creation.notificationUrl, creation.lifecycleNotificationUrl));
    if (refusal) return refusal;
    const { watched: _, ...kept } = creation;
    const subscription: Subscription = {
      ...kept,
      id: this.#parts.newGuid(),
      changeTypes: new Set(creation.changeType.split(',').map((kind) => kind.trim())),
      applicationId: call.caller.app.clientId,
      creatorId: call.caller.app.objectId,
      scope,
      immutableIds: mayCarryImmutableIds(call),
    };
    registry.add(subscription);
    this.#parts.reauthorization.plan(subscription);
    return this.#show(subscription, 201);
  }

  /** Both addresses at the same time; the first one's refusal counts. */
  async #handshake(...urls: readonly (string | null)[]): Promise<GraphAnswer | undefined> {
    const { settings, newGuid, outgoing } = this.#parts;
    const wanted = urls.filter((url) => url !== null);
    const token = (): string => `${settings.validationText} ${newGuid()}`;
    const answers = await Promise.all(wanted.map((url) => validateEndpoint(url, token(), outgoing)));
    return answers.find((answer) => answer !== undefined);
  }

  #duplicate(call: GraphCall, { resource, changeType }: Creation): GraphAnswer | undefined {
    if (!this.#parts.settings.refuseDuplicateSubscriptions) return undefined;
    const twin = this.#own(call).find((old) => old.resource === resource && old.changeType === changeType);
    return (
      twin && graphError(409, 'Conflict', `Subscription Id ${twin.id} already exists for the requested combination`)
    );
  }

  async #renew(subscription: Subscription, body: unknown): Promise<GraphAnswer> {
    const { settings, now } = this.#parts;
    const change = readRenewal(body);
    if ('error' in change) return change.error;
    const { expirationDateTime, notificationUrl } = change;
    const minutes = subscription.scope.entity === 'contact' ? 10_070 : 41_760;
    const expiresAt =
      expirationDateTime === undefined ? subscription.expiresAt : expiryOf(expirationDateTime, minutes, now());
    if (typeof expiresAt !== 'number') return expiresAt;
    if (notificationUrl !== undefined) {
      const refusal =
        urlRefusal('NotificationUrl', notificationUrl, settings) ?? (await this.#handshake(notificationUrl));
      if (refusal) return refusal;
      subscription.notificationUrl = notificationUrl;
    }
    subscription.expiresAt = expiresAt;
    this.#parts.reauthorization.plan(subscription);
    return this.#show(subscription, 200);
  }

  #own(call: GraphCall): Subscription[] {
    return this.#parts.registry.all().filter(({ applicationId }) => applicationId === call.caller.app.clientId);
  }

  #list(call: GraphCall): GraphAnswer {
    const value = this.#own(call).map((subscription) => subscriptionBody(subscription, false));
    return { status: 200, headers: {}, body: { '@odata.context': this.#context(''), value } };
  }

  #show(subscription: Subscription, status: number): GraphAnswer {
    const location = `${this.#parts.linkRoot()}/subscriptions('${subscription.id}')`;
    const body = { '@odata.context': this.#context('/$entity'), ...subscriptionBody(subscription, true) };
    return { status, headers: status === 201 ? { location } : {}, body };
  }

  #context(tail: string): string {
    return `${this.#parts.linkRoot()}/$metadata#subscriptions${tail}`;
  }
}
