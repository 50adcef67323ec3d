import type { Company } from './engine/company.ts';
import { createEngine, type GraphEngine } from './engine/engine.ts';
import type { GraphAnswer, GraphRequest } from './engine/wire.ts';
import { faultEffects } from './faults/effects.ts';
import { FaultBook } from './faults/fault-book.ts';
import { createClock, type SimClock } from './http/clock.ts';
import { seededGuid, seededRandom, seededText } from './http/seeded-random.ts';
import { createJournal, type Journal } from './judge/journal.ts';
import { Judge } from './judge/judge.ts';
import { findCompany } from './scenarios/find-company.ts';
import { type LiveSettings, liveSettings, type SimulatorOptions } from './settings.ts';
import { type App, newApp } from './tokens/apps.ts';

/** What is there before anything listens. */
export interface Inside {
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
  /** Where it listens; empty until it does. */
  readonly address: { root: string };
  readonly linkRoot: () => string;
  /** Reads from the engine without leaving a trace. */
  readonly peek: (request: GraphRequest) => GraphAnswer;
  addApp(roles: readonly string[]): { readonly clientId: string; readonly clientSecret: string };
}

/**
 * Everything of a simulator but its connections to the world.
 *
 * @throws Error with a sentence when there is no such scenario
 */
export async function createInside(options: SimulatorOptions): Promise<Inside> {
  const seed = options.seed ?? 1;
  const company = await findCompany(options.scenario ?? 'default', seed);
  const clock = createClock(options.now ?? Date.now, options.frozenAt);
  // Streams of their own: how many requests came in must not change what clients are called.
  const random = seededRandom(seed, 1);
  const guids = seededRandom(seed, 2);
  const address = { root: '' };
  const linkRoot = (): string => `${address.root}/v1.0`;
  const { now } = clock;
  const engine = createEngine(company, { now, random: seededRandom(seed, 4), linkRoot });
  const mailboxIdOf = (key: string): string => engine.world.directory.user(key)?.id ?? key.toLowerCase();
  const peek = (request: GraphRequest): GraphAnswer => engine.handle(request);
  return {
    ...{ options, company, clock, random, engine, mailboxIdOf, address, linkRoot, peek },
    ...appBook(seededRandom(seed, 3)),
    settings: liveSettings(options),
    newGuid: () => seededGuid(guids),
    journal: createJournal(options.journalSize ?? 20_000),
    judge: new Judge({ now, peek }),
    faults: new FaultBook({ now, random, mailboxIdOf, effects: faultEffects(now, peek, linkRoot) }),
  };
}

/** App registrations, with ids and secrets drawn from `random`. */
function appBook(random: () => number): Pick<Inside, 'apps' | 'addApp'> {
  const apps = new Map<string, App>();
  return {
    apps,
    addApp(roles) {
      const secret = seededText(random, 40);
      const app = newApp(seededGuid(random), seededGuid(random), secret, roles);
      apps.set(app.clientId, app);
      return { clientId: app.clientId, clientSecret: secret };
    },
  };
}
