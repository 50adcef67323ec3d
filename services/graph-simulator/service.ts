import type { Company } from './engine/company.ts';
import { createEngine, type GraphEngine } from './engine/engine.ts';
import type { GraphAnswer, GraphRequest } from './engine/wire.ts';
import { faultEffects } from './faults/effects.ts';
import { createFaultBook, type FaultBook } from './faults/fault-book.ts';
import { createClock, type SimClock } from './http/clock.ts';
import { createControlServer } from './http/control-server.ts';
import type { GraphCall } from './http/graph-call.ts';
import { createGraphServer } from './http/graph-server.ts';
import { createLoginServer } from './http/login-server.ts';
import { createOutgoing } from './http/outgoing.ts';
import { createPipeline } from './http/pipeline.ts';
import { seededGuid, seededRandom, seededText } from './http/seeded-random.ts';
import { controlPath, listen, type TlsMaterial } from './http/server.ts';
import { createThrottle } from './http/throttle.ts';
import { createJournal, type Journal } from './judge/journal.ts';
import { createJudge, type Judge } from './judge/judge.ts';
import { findCompany } from './scenarios/find-company.ts';
import { type LiveSettings, liveSettings, type SimulatorOptions } from './settings.ts';
import { createDelivery, type Delivery } from './subscriptions/delivery.ts';
import { createPublisher, type Publisher } from './subscriptions/publisher.ts';
import { createRegistry, type Registry } from './subscriptions/registry.ts';
import { createSubscriptionService } from './subscriptions/subscription-service.ts';
import { type AccessTokens, createAccessTokens } from './tokens/access-tokens.ts';
import { type App, newApp, readCertificate } from './tokens/apps.ts';
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

/** What is there before anything listens. */
interface Inside {
  readonly options: SimulatorOptions;
  readonly company: Company;
  readonly settings: LiveSettings;
  readonly clock: SimClock;
  readonly random: () => number;
  readonly newGuid: () => string;
  readonly engine: GraphEngine;
  readonly journal: Journal;
  readonly judge: Judge;
  readonly faults: FaultBook;
  readonly apps: Map<string, App>;
  readonly mailboxIdOf: (key: string) => string;
  readonly address: { root: string };
  addApp(roles: readonly string[]): { readonly clientId: string; readonly clientSecret: string };
}

/** The library behind it takes a while to load, and most simulators speak plain http. */
async function certificateFor(host: string): Promise<TlsMaterial> {
  const { makeCertificate } = await import('./http/tls-certificate.ts');
  return makeCertificate(host);
}

async function build(options: SimulatorOptions): Promise<Inside> {
  const seed = options.seed ?? 1;
  const company = await findCompany(options.scenario ?? 'default', seed);
  const settings = liveSettings(options);
  const clock = createClock(options.now ?? Date.now, options.frozenAt);
  const random = seededRandom(seed);
  // Streams of their own: how many requests came in must not change what clients are called.
  const guids = seededRandom(seed + 1);
  const names = seededRandom(seed + 2);
  const address = { root: '' };
  const engine = createEngine(company, {
    now: clock.now,
    random: seededRandom(seed + 3),
    linkRoot: () => `${address.root}/v1.0`,
  });
  const mailboxIdOf = (key: string): string => engine.world.directory.user(key)?.id ?? key.toLowerCase();
  const peek = (request: GraphRequest): GraphAnswer => engine.handle(request);
  const apps = new Map<string, App>();
  const addApp: Inside['addApp'] = (roles) => {
    const app = newApp(seededGuid(names), seededGuid(names), seededText(names, 40), roles);
    apps.set(app.clientId, app);
    return { clientId: app.clientId, clientSecret: app.secrets[0] ?? '' };
  };
  const journal = createJournal(options.journalSize ?? 20_000);
  const judge = createJudge({ now: clock.now, peek });
  const faults = createFaultBook({ now: clock.now, random, mailboxIdOf, effects: faultEffects(clock.now, peek) });
  const newGuid = (): string => seededGuid(guids);
  return {
    options,
    company,
    settings,
    clock,
    random,
    newGuid,
    engine,
    journal,
    judge,
    faults,
    apps,
    mailboxIdOf,
    address,
    addApp,
  };
}

function notifications(inside: Inside) {
  const { clock, settings, random, faults, engine, company } = inside;
  const outgoing = createOutgoing();
  const registry = createRegistry(clock.now);
  const delivery: Delivery = createDelivery({
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
  return { outgoing, registry, delivery, publisher };
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

/**
 * Starts a simulated Graph with its log-in server and control interface on one address.
 *
 * @throws Error with a sentence for the user (unknown scenario, bad certificate), or Node's error when the port is taken
 */
export async function startSimulator(options: SimulatorOptions = {}): Promise<Simulator> {
  const inside = await build(options);
  const { engine, settings, clock, journal, judge, faults, random, newGuid, mailboxIdOf, apps, address } = inside;
  const full = inside.addApp(allPermissions);
  const limited = inside.addApp(limitedPermissions);
  if (options.certificatePem !== undefined) {
    const app = apps.get(full.clientId) as App;
    app.certificates = [readCertificate(options.certificatePem)];
  }
  const { outgoing, registry, delivery, publisher } = notifications(inside);
  const { tokens, handler } = await login(inside);
  const linkRoot = (): string => `${address.root}/v1.0`;
  const subscribe = createSubscriptionService({
    settings,
    now: clock.now,
    newGuid,
    registry,
    outgoing,
    peek: engine.handle,
    mailboxIdOf,
    linkRoot,
  });
  const perform = (call: GraphCall): GraphAnswer | Promise<GraphAnswer> =>
    call.target.service === 'subscriptions' ? subscribe(call) : engine.handle(call.request);
  const throttle = createThrottle(settings, clock.now, random);
  const pipeline = createPipeline({ settings, now: clock.now, journal, judge, throttle, faults, perform });
  const tls = options.tls ? await certificateFor(options.host ?? '127.0.0.1') : undefined;
  const simulator = {
    ...{ engine, journal, judge, faults, delivery, subscriptions: registry, publisher, tokens, clock, settings, apps },
    ...{ tenantId: inside.company.tenantId, clientId: full.clientId, clientSecret: full.clientSecret },
    ...{ limitedClientId: limited.clientId, limitedClientSecret: limited.clientSecret },
    ...(tls && { certificatePem: tls.cert }),
    addApp: inside.addApp,
    mailboxIdOf,
  };
  const graph = createGraphServer({ now: clock.now, random, newGuid, tokens, journal, judge, pipeline, mailboxIdOf });
  const handlers = { graph, login: handler, control: createControlServer(simulator) };
  const server = await listen(handlers, options.port ?? 0, options.host ?? '127.0.0.1', tls);
  address.root = server.root;
  const close = async (): Promise<void> => {
    clock.close();
    outgoing.close();
    await server.close();
  };
  const urls = { graphUrl: server.root, loginUrl: server.root, controlUrl: `${server.root}${controlPath}` };
  return { ...simulator, ...urls, close };
}
