import type { GraphEngine } from './engine/engine.ts';
import type { GraphAnswer } from './engine/wire.ts';
import type { FaultBook } from './faults/fault-book.ts';
import type { SimClock } from './http/clock.ts';
import { createControlServer } from './http/control-server.ts';
import type { GraphCall } from './http/graph-call.ts';
import { GraphServer } from './http/graph-server.ts';
import { createLoginServer } from './http/login-server.ts';
import { createOutgoing } from './http/outgoing.ts';
import { Pipeline } from './http/pipeline.ts';
import { controlPath, type Handlers, listen, type TlsMaterial } from './http/server.ts';
import { createThrottle } from './http/throttle.ts';
import { createInside, type Inside } from './inside.ts';
import type { Journal } from './judge/journal.ts';
import type { Judge } from './judge/judge.ts';
import type { LiveSettings, SimulatorOptions } from './settings.ts';
import { Delivery } from './subscriptions/delivery.ts';
import { createPublisher, type Publisher } from './subscriptions/publisher.ts';
import { createReauthorization, type Reauthorization } from './subscriptions/reauthorization.ts';
import { createRegistry, type Registry } from './subscriptions/registry.ts';
import { SubscriptionService } from './subscriptions/subscription-service.ts';
import { type AccessTokens, createAccessTokens } from './tokens/access-tokens.ts';
import { type App, readCertificate } from './tokens/apps.ts';
import { assertionCheck } from './tokens/assertion.ts';
import { allPermissions, limitedPermissions } from './tokens/permissions.ts';
import { graphResourceOf } from './tokens/token-endpoint.ts';

/** A running simulator: addresses and credentials for clients, and everything inside for tests. */
export interface Simulator {
  /** Root of Graph without version and without a slash at the end; requests go to `${graphUrl}/v1.0/...`. */
  readonly graphUrl: string;
  /** Root of the log-in server, without a slash at the end. */
  readonly loginUrl: string;
  /** Root of the control interface, without a slash at the end. */
  readonly controlUrl: string;
  readonly tenantId: string;
  /** Holds every application permission. */
  readonly clientId: string;
  readonly clientSecret: string;
  /** Holds User.Read.All and GroupMember.Read.All only. */
  readonly limitedClientId: string;
  readonly limitedClientSecret: string;
  /** The certificate of `tls`, PEM, for clients to trust. */
  readonly certificatePem?: string;
  readonly engine: GraphEngine;
  readonly journal: Journal;
  readonly judge: Judge;
  readonly faults: FaultBook;
  readonly delivery: Delivery;
  readonly subscriptions: Registry;
  readonly publisher: Publisher;
  readonly tokens: AccessTokens;
  readonly clock: SimClock;
  /** May be changed while running. */
  readonly settings: LiveSettings;
  readonly apps: Map<string, App>;
  /** Registers one more app with these roles and a secret drawn from the seed. */
  addApp(roles: readonly string[]): { readonly clientId: string; readonly clientSecret: string };
  /** Object id of a mailbox's owner from an id or user principal name; what nobody has stays as it is, in lower case. */
  mailboxIdOf(key: string): string;
  close(): Promise<void>;
}

/** The library behind it takes a while to load, and most simulators speak plain http. */
async function certificateFor(host: string): Promise<TlsMaterial> {
  const { makeCertificate } = await import('./http/tls-certificate.ts');
  return makeCertificate(host);
}

function notifications(inside: Inside) {
  const { clock, settings, random, faults, engine, company } = inside;
  const outgoing = createOutgoing();
  const registry = createRegistry(clock.now);
  const delivery: Delivery = new Delivery({
    clock,
    settings,
    outgoing,
    alive: (id) => registry.find(id) !== undefined,
    onLost: ({ subscriptionId, lifecycle }) => {
      if (!lifecycle) publisher.lifecycle(subscriptionId, 'missed');
    },
  });
  const { tenantId } = company;
  const publisher = createPublisher({ registry, delivery, faults, settings, clock, random, tenantId });
  engine.onChange((change) => publisher.changed(change));
  const reauthorization: Reauthorization = createReauthorization(clock, settings, publisher, (id) => registry.find(id));
  return { outgoing, registry, delivery, publisher, reauthorization };
}

async function login(inside: Inside) {
  const { clock, newGuid, company, apps, settings, address, judge, options } = inside;
  const { tenantId } = company;
  const appOf = (clientId: string): App | undefined => apps.get(clientId);
  const tokens = await createAccessTokens({ now: clock.now, newGuid, tenantId, appOf });
  const tenants = new Set([tenantId.toLowerCase(), company.domain.toLowerCase(), 'contoso.onmicrosoft.com']);
  const audiences = (): string[] =>
    [...tenants].flatMap((tenant) =>
      [address.root, address.root.replace('http:', 'https:'), 'https://login.microsoftonline.com'].flatMap((root) => [
        `${root}/${tenant}/oauth2/v2.0/token`,
        `${root}/${tenant}/oauth2/token`,
        `${root}/${tenant}/v2.0`,
        `${root}/${tenant}`,
      ]),
    );
  const handler = createLoginServer({
    tenantId,
    loginUrl: () => address.root,
    now: clock.now,
    newGuid,
    isTenant: (name) => tenants.has(name.toLowerCase()),
    appOf,
    tokens,
    checkAssertion: assertionCheck({ now: clock.now, audiences, allowReplay: options.allowAssertionReplay ?? true }),
    graphResource: graphResourceOf(company.cloud ?? 'global'),
    lifetimeSeconds: () => settings.tokenLifetimeSeconds,
    onIssued: (clientId) => judge.tokenIssued(clientId),
  });
  return { tokens, handler };
}

/** The way of every Graph request from the wire to its effect. */
function graphServer(inside: Inside, net: ReturnType<typeof notifications>, tokens: AccessTokens): GraphServer {
  const { engine, settings, clock, journal, judge, faults, random, newGuid, mailboxIdOf, linkRoot, peek } = inside;
  const { now } = clock;
  const { registry, outgoing, reauthorization } = net;
  const parts = { settings, now, newGuid, registry, outgoing, reauthorization, peek, mailboxIdOf, linkRoot };
  const service = new SubscriptionService(parts);
  const perform = (call: GraphCall): GraphAnswer | Promise<GraphAnswer> =>
    call.target.service === 'subscriptions' ? service.answer(call) : engine.handle(call.request);
  const throttle = createThrottle(settings, now, random, () => engine.world.directory.list('user').length);
  const onFailure = inside.options.onFailure ?? (() => undefined);
  const pipeline = new Pipeline({ settings, now, journal, judge, throttle, faults, perform, onFailure });
  return new GraphServer({ now, random, newGuid, tokens, journal, judge, pipeline, faults, mailboxIdOf });
}

/** The two clients that every simulator has. */
function clients(inside: Inside) {
  const full = inside.addApp(allPermissions);
  const limited = inside.addApp(limitedPermissions);
  const { certificatePem } = inside.options;
  const app = inside.apps.get(full.clientId);
  if (certificatePem !== undefined && app) app.certificates = [readCertificate(certificatePem)];
  return { ...full, limitedClientId: limited.clientId, limitedClientSecret: limited.clientSecret };
}

/**
 * Starts a simulated Graph with its log-in server and control interface on one address.
 *
 * @throws Error with a sentence for the user (unknown scenario, bad certificate), or Node's error when the port is taken
 */
export async function startSimulator(options: SimulatorOptions = {}): Promise<Simulator> {
  const { host = '127.0.0.1', port = 0 } = options;
  const inside = await createInside(options);
  const { engine, settings, clock, journal, judge, faults, apps, address, addApp, mailboxIdOf, company } = inside;
  const credentials = clients(inside);
  const net = notifications(inside);
  const { tokens, handler } = await login(inside);
  const tls = options.tls ? await certificateFor(host) : undefined;
  const parts = {
    ...{ engine, journal, judge, faults, tokens, clock, settings, apps, addApp, mailboxIdOf },
    ...{ delivery: net.delivery, subscriptions: net.registry, publisher: net.publisher },
    tenantId: company.tenantId,
  };
  const graph = graphServer(inside, net, tokens);
  const handlers: Handlers = {
    graph: (request, response) => graph.serve(request, response),
    login: handler,
    control: createControlServer({ ...parts, newGuid: inside.newGuid }),
  };
  const server = await listen(handlers, port, host, tls);
  address.root = server.root;
  const close = async (): Promise<void> => {
    clock.close();
    net.outgoing.close();
    await server.close();
  };
  const urls = { graphUrl: server.root, loginUrl: server.root, controlUrl: `${server.root}${controlPath}` };
  return { ...parts, ...credentials, ...urls, ...(tls && { certificatePem: tls.cert }), close };
}
