import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { onStopSignals } from '#runtime/signals';
import { systemClock } from '#runtime/system-clock';
import { compareAll, ownContacts } from '../demo/compare.ts';
import { Person } from '../demo/person.ts';
import { demoConfig, SHARED, SOURCE, TARGET } from '../demo/policy.ts';
import { type SimulatorThread, startSimulatorThread } from '../demo/simulator-thread.ts';
import { throttledTour, tour } from '../demo/tour.ts';
import { Watch } from '../demo/watch.ts';
import { exit, Failure } from '../failure.ts';
import { progress } from '../progress.ts';
import type { Environment } from '../settings.ts';
import { shortMs } from '../table.ts';
import { type Services, startServices } from './start.ts';

export interface DemoOptions {
  readonly once: boolean;
  readonly mailboxes: number;
  readonly contacts: number;
  readonly seed: number;
  readonly latency: number;
}

/** A company in the simulator and all services in this process; nothing is left behind. */
export async function demo(environment: Environment, options: DemoOptions): Promise<number> {
  for (const name of ['mailboxes', 'contacts'] as const)
    if (options[name] < 1) throw new Failure(`--${name} takes 1 or more.`, exit.usage);
  const folder = mkdtempSync(join(tmpdir(), 'cardwire-demo-'));
  const scenario = join(folder, 'company.json');
  const { mailboxes, contacts, seed, latency } = options;
  writeFileSync(scenario, JSON.stringify({ generate: { mailboxes, contacts, ownContacts: 5 } }));
  const stop = new AbortController();
  const off = onStopSignals(process, {
    graceful: () => stop.abort(),
    forceful: () => process.exit(exit.problems),
  });
  const simulator = await startSimulatorThread({ scenario, seed, latencyMs: latency });
  try {
    return await show(environment, options, simulator, { folder, stop: stop.signal });
  } finally {
    off();
    await simulator.close();
    rmSync(folder, { recursive: true, force: true });
  }
}

interface Stage {
  /** Everything the demo writes to disk is below it. */
  readonly folder: string;
  /** Somebody pressed Ctrl+C. */
  readonly stop: AbortSignal;
}

/** The task's answer, or a Failure as soon as somebody asks the demo to stop. */
async function unlessStopped<T>(stop: AbortSignal, task: Promise<T>): Promise<T> {
  return Promise.race([
    task,
    stopped(stop).then((): never => {
      throw new Failure('The demo was stopped before its end. Nothing is left behind.');
    }),
  ]);
}

const stopped = (stop: AbortSignal): Promise<void> =>
  stop.aborted
    ? Promise.resolve()
    : new Promise((resolve) => stop.addEventListener('abort', () => resolve(), { once: true }));

async function show(
  environment: Environment,
  options: DemoOptions,
  simulator: SimulatorThread,
  stage: Stage,
): Promise<number> {
  const { out } = environment;
  const { stop } = stage;
  const person = new Person(simulator);
  const users = (await person.users())
    .filter((user) => (user['assignedLicenses'] as readonly unknown[]).length > 0)
    .map((user) => String(user['userPrincipalName']));
  out(
    `A company of ${users.length} mailboxes, each with 5 contacts of its own, and ${SHARED} with ${options.contacts} contacts in its folder ${SOURCE}.`,
  );
  out(
    `Everything runs on this machine: a Graph simulator (${simulator.graphUrl}, ${options.latency} ms a call, notifies after 0.2 to 2 s) and Cardwire, over HTTP.`,
  );
  const own = await unlessStopped(stop, ownContacts(person, users));
  const watch = new Watch();
  const config = demoConfig(simulator, join(stage.folder, 'data'), await freePort());
  const env = { ...environment.env, CARDWIRE_GRAPH_URL: simulator.graphUrl, CARDWIRE_LOGIN_URL: simulator.loginUrl };
  const services = await startServices(config, { ...environment, env }, (event) => watch.hear(event));
  try {
    const work = async (): Promise<void> => {
      await fill(environment, options, { services, watch, mailboxes: users.length, stop });
      await watchEdits(environment, { person, watch, users, stop, graceMs: config.timing.grace ?? 0 });
    };
    await unlessStopped(stop, work());
    if (options.once) return await unlessStopped(stop, proof(environment, person, users, own));
    await explainStay(environment, simulator, services);
    await stopped(stop);
    return exit.done;
  } finally {
    await services.stop();
  }
}

interface Edits {
  readonly person: Person;
  readonly watch: Watch;
  readonly users: readonly string[];
  readonly stop: AbortSignal;
  readonly graceMs: number;
}

async function watchEdits({ out }: Environment, { person, watch, users, stop, graceMs }: Edits): Promise<void> {
  const [victim] = users;
  if (victim === undefined) return;
  out('Now people edit the shared folder, as Outlook would:');
  const places = { shared: SHARED, folder: SOURCE, target: TARGET };
  const common = { person, watch, ...places, mailboxes: users.length, graceMs, out, stop };
  await tour(common);
  await throttledTour(common, victim);
}

/** A filling that does not move for so long will not move any more. */
const STALLED_MS = 180_000;

interface Filling {
  readonly services: Services;
  readonly watch: Watch;
  readonly mailboxes: number;
  readonly stop: AbortSignal;
}

/** Waits until every mailbox has every contact, with a bar. `parallelMailboxes` is `auto` here. */
async function fill(
  { out, err, tty }: Environment,
  options: DemoOptions,
  { services, watch, mailboxes, stop }: Filling,
): Promise<void> {
  const total = mailboxes * options.contacts;
  const started = systemClock.now();
  const bar = progress('Filling', tty, err);
  const { worker } = services.engine;
  let [moved, before] = [started, 0];
  for (;;) {
    bar.update(Math.min(watch.written, total), total);
    const targets = worker.endpoints.ofPolicy('customers').filter(({ record }) => record.role === 'target');
    const head = worker.books.get('customers').state.head;
    const current = targets.filter(
      ({ record }) => record.state === 'active' && !record.inDoubt && record.applied >= head,
    );
    if (current.length >= mailboxes && watch.written >= total && worker.sources.subscribed.size > 0) break;
    if (watch.written > before) [moved, before] = [systemClock.now(), watch.written];
    if (systemClock.now() - moved > STALLED_MS)
      throw new Failure(
        `Nothing was written for ${STALLED_MS / 60_000} minutes: ${watch.trouble ?? 'no error was told'}.`,
      );
    await systemClock.sleep(50, stop);
  }
  bar.update(total, total);
  bar.stop();
  const took = systemClock.now() - started;
  out(
    `Filled ${mailboxes} mailboxes with ${options.contacts} contacts each in ${shortMs(took)} (mailboxes at once: auto, ${Math.round(total / (took / 1000))} contacts a second).`,
  );
}

async function proof(
  { out }: Environment,
  person: Person,
  users: readonly string[],
  own: ReadonlyMap<string, string>,
): Promise<number> {
  const source = (await person.contacts(SHARED, SOURCE)) ?? [];
  out(`Reading ${users.length} mailboxes back over HTTP and comparing them with the source …`);
  const differences = await compareAll(person, { users, source, folder: TARGET, own });
  if (differences.length === 0) {
    out(
      `All ${users.length} mailboxes have exactly the ${source.length} contacts of the source, and their own contacts as they were.`,
    );
    return exit.done;
  }
  out(`${differences.length} differences:`);
  for (const text of differences.slice(0, 50)) out(`  ${text}`);
  return exit.problems;
}

/** Says how to try an edit oneself. */
async function explainStay({ out }: Environment, simulator: SimulatorThread, services: Services): Promise<void> {
  const { graphUrl, loginUrl, tenantId, clientId, clientSecret } = simulator;
  const person = new Person(simulator);
  const id = await person.folderId(SHARED, SOURCE);
  out(`\nIt stays running. Status page: ${services.statusUrl}`);
  out('Try an edit yourself; this adds a contact to the shared folder:\n');
  out(
    `curl -s -X POST '${graphUrl}/v1.0/users/${SHARED}/contactFolders/${id}/contacts' -H 'Content-Type: application/json' ` +
      `-H "Authorization: Bearer $(curl -s '${loginUrl}/${tenantId}/oauth2/v2.0/token' -d grant_type=client_credentials ` +
      `-d client_id=${clientId} -d client_secret='${clientSecret}' -d 'scope=${graphUrl}/.default' | sed 's/.*"access_token":"\\([^"]*\\)".*/\\1/')" ` +
      `-d '{"displayName":"Curl Example","mobilePhone":"+1 425 555 0199"}'\n`,
  );
  out(
    'and the status page shows how long it took to reach everybody. Ctrl+C ends the demo and removes everything it made.',
  );
}

/** A port that is free now: the simulator must know the webhook's address before the receiver has one. */
async function freePort(): Promise<number> {
  const server = createServer();
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const address = server.address();
  await new Promise<void>((resolve) => server.close(() => resolve()));
  return typeof address === 'object' && address ? address.port : 0;
}
