import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Policy } from '#core/policy';
import type { OrderKind } from '#core/records';
import { type Simulator, startSimulator } from '../../services/graph-simulator/service.ts';
import type { SimulatorOptions } from '../../services/graph-simulator/settings.ts';
import { Outlook, type RawContact } from './outlook.ts';
import { aPolicy, type System, type SystemOptions, startSystem } from './system.ts';
import { until } from './until.ts';
import { distributeWorld, type WorldOptions } from './worlds.ts';

export const SOURCE = 'source@contoso.test';
export const everyone = ['ada@contoso.test', 'bob@contoso.test', 'cleo@contoso.test'];

/** The usual rule: the folder Customers of the source into the folder Company of everyone. */
export const usualPolicy = (changes: Partial<Policy> = {}): Policy =>
  aPolicy({
    sources: [{ mailbox: SOURCE, folder: ['Customers'] }],
    targets: { mailboxes: everyone, except: [] },
    // As compiled from a file: targets and limits are no part of it.
    generation: 'first',
    ...changes,
  });

/** One simulator, one Outlook, and Cardwire over them; everything is closed by `close`. */
export class Stage {
  readonly simulator: Simulator;
  readonly outlook: Outlook;
  readonly #systems: System[] = [];
  readonly #folders: string[] = [];
  readonly #own = new Map<string, string>();

  private constructor(simulator: Simulator) {
    this.simulator = simulator;
    this.outlook = new Outlook(simulator);
  }

  static async open(world: WorldOptions = {}, options: SimulatorOptions = {}): Promise<Stage> {
    const scenario = distributeWorld(world);
    const simulator = await startSimulator({
      scenario,
      allowHttpWebhooks: true,
      notificationDelayMs: [1, 10],
      ...options,
    });
    const stage = new Stage(simulator);
    const people = world.people?.map((name) => `${name}@contoso.test`) ?? everyone;
    for (const who of people.slice(0, 10)) stage.#own.set(who, JSON.stringify(await stage.outlook.list(who)));
    return stage;
  }

  async system(policies: readonly Policy[], options: SystemOptions = {}): Promise<System> {
    const system = await startSystem(this.simulator, policies, options);
    this.#systems.push(system);
    return system;
  }

  /** A data folder that outlives one system. */
  folder(): string {
    const folder = mkdtempSync(join(tmpdir(), 'cardwire-stage-'));
    this.#folders.push(folder);
    return folder;
  }

  /** People whose own contacts are not what they were when the stage was opened. */
  async touched(): Promise<string[]> {
    const touched: string[] = [];
    for (const [who, before] of this.#own)
      if (JSON.stringify(await this.outlook.list(who)) !== before) touched.push(who);
    return touched;
  }

  copies(who: string, folder = 'Company'): Promise<RawContact[]> {
    return this.outlook.listNamed(who, folder);
  }

  sources(folder = 'Customers'): Promise<RawContact[]> {
    return this.outlook.listNamed(SOURCE, folder);
  }

  /** Waits until each has so many copies that satisfy the condition. */
  async have(
    count: number,
    who: readonly string[] = everyone,
    fits: (copy: RawContact) => boolean = () => true,
  ): Promise<void> {
    for (const one of who)
      await until(`${one} has ${count}`, async () => (await this.copies(one)).filter(fits).length === count, 20_000);
  }

  /** Cardwire's own writes of contacts, folders and photos in a mailbox since a moment. */
  writes(after = 0): string[] {
    return this.simulator.journal
      .entries({ app: this.simulator.clientId, after })
      .filter(({ method, path }) => method !== 'GET' && /contact/i.test(path))
      .map(({ method, path }) => `${method} ${path}`);
  }

  async close(): Promise<void> {
    for (const system of this.#systems.splice(0).reverse()) await system.close();
    await this.simulator.close();
    for (const folder of this.#folders) rmSync(folder, { recursive: true, force: true });
  }

  /** Ends one system before the stage does. */
  async stop(system: System): Promise<void> {
    this.#systems.splice(this.#systems.indexOf(system), 1);
    await system.close();
  }
}

/** Inserts an order as the command line does, and waits until it is closed. */
export async function order(
  system: System,
  kind: OrderKind,
  options: { scope?: readonly string[]; count?: number; policy?: string } = {},
): Promise<void> {
  const key = `order-${system.events.length}-${Math.floor(performance.now())}`;
  const { policy = 'customers', scope = null, count } = options;
  const record = {
    kind,
    policy,
    scope,
    by: 'tester',
    reason: 'test',
    at: Date.now(),
    state: 'open',
    ...(count !== undefined && { count }),
  } as const;
  await system.ports.store.write([[{ op: 'insert', kind: 'order', key, record }]]);
  system.worker.orders();
  await until(
    `${kind} is done`,
    async () => (await system.ports.store.get('order', [key]))[0]?.state === 'closed',
    30_000,
  );
}
