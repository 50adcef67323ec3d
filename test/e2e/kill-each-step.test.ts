import { type ChildProcess, fork } from 'node:child_process';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import type { KillOrder } from '../support/kill-child.ts';
import { type RawContact, visible } from '../support/outlook.ts';
import { everyone, SOURCE, Stage } from '../support/stage.ts';
import { until } from '../support/until.ts';
import { contact } from '../support/worlds.ts';

const CARDS = 5;
/** So many steps of each kind are tried, evenly spread over all there are. */
const TRIED = 6;
/** Worlds at once: each waits most of the time. */
const AT_ONCE = 4;

type Kill = Pick<KillOrder, 'of' | 'moment' | 'step'>;

/** One world in which processes die: a simulator that lives on, a data folder, and one child at a time. */
class Crash {
  readonly stage: Stage;
  readonly #folder: string;
  /** Steps that the last child took of the kind that was counted. */
  steps = 0;

  constructor(stage: Stage) {
    this.stage = stage;
    this.#folder = stage.folder();
  }

  #launch(kill: Kill): ChildProcess {
    const { graphUrl, loginUrl, tenantId, clientId, clientSecret } = this.stage.simulator;
    const order: KillOrder = {
      reach: { graphUrl, loginUrl, tenantId, clientId, clientSecret },
      folder: this.#folder,
      ...kill,
    };
    const child = fork(join(process.cwd(), 'test/support/kill-child.ts'), {
      env: { ...process.env, KILL_ORDER: JSON.stringify(order) },
      stdio: 'inherit',
    });
    child.on('message', (said: { steps?: number }) => {
      this.steps = said.steps ?? this.steps;
    });
    return child;
  }

  /** Runs a child until it has killed itself, or until all is right: true when it died. */
  async run(kill: Kill): Promise<boolean> {
    const child = this.#launch(kill);
    let died = false;
    const closed = new Promise<void>((resolve) =>
      child.once('close', (_code, signal) => {
        died = signal === 'SIGKILL';
        resolve();
      }),
    );
    await until(
      'it died, or all is right',
      async () => died || child.exitCode !== null || (await this.isRight()),
      60_000,
    );
    if (!died) child.kill('SIGTERM');
    await closed;
    return died;
  }

  async isRight(): Promise<boolean> {
    const source = sorted(await this.stage.sources());
    for (const who of everyone) if (sorted(await this.stage.copies(who)) !== source) return false;
    return true;
  }

  /** One item per stamp, whatever it shows. */
  async duplicates(): Promise<string[]> {
    const found: string[] = [];
    for (const who of everyone) {
      const cards = (await this.stage.copies(who)).map(cardOf);
      for (const card of new Set(cards))
        if (cards.filter((one) => one === card).length > 1) found.push(`${who}: ${card}`);
    }
    return found;
  }
}

const sorted = (contacts: readonly RawContact[]): string =>
  JSON.stringify(contacts.map((one) => JSON.stringify(visible(one))).sort());

const cardOf = (copy: RawContact): string => {
  const [property] = copy['singleValueExtendedProperties'] as { value: string }[];
  return (property?.value ?? '').split('|')[4] ?? '';
};

const never: Kill = { of: 'store', moment: 'before', step: 0 };

async function changeSource(stage: Stage): Promise<void> {
  const [first, second] = await stage.sources();
  await stage.outlook.edit(SOURCE, first?.id ?? '', { jobTitle: 'Captain' });
  await stage.outlook.remove(SOURCE, second?.id ?? '');
  const folder = (await stage.outlook.folder(SOURCE, 'Customers')) ?? '';
  await stage.outlook.create(SOURCE, folder, contact(500));
}

/** Fills with a crash, recovers, then changes the source with a crash, recovers. Answers how often it really crashed. */
async function crashTwice(kill: Kill): Promise<number> {
  const stage = await Stage.open({ contacts: Array.from({ length: CARDS }, (_, n) => contact(n)) });
  try {
    const crash = new Crash(stage);
    let deaths = Number(await crash.run(kill));
    await crash.run(never);
    await changeSource(stage);
    deaths += Number(await crash.run(kill));
    await crash.run(never);
    expect(await crash.isRight(), `right after ${JSON.stringify(kill)}`).toBe(true);
    expect(await crash.duplicates()).toEqual([]);
    expect(await stage.touched()).toEqual([]);
    return deaths;
  } finally {
    await stage.close();
  }
}

async function stepsOf(of: Kill['of']): Promise<number> {
  const stage = await Stage.open({ contacts: Array.from({ length: CARDS }, (_, n) => contact(n)) });
  try {
    const crash = new Crash(stage);
    await crash.run({ of, moment: 'before', step: Number.MAX_SAFE_INTEGER });
    return crash.steps;
  } finally {
    await stage.close();
  }
}

test.each([
  { of: 'graph', moment: 'before' },
  { of: 'graph', moment: 'after' },
  { of: 'store', moment: 'before' },
  { of: 'store', moment: 'after' },
] as const)(
  'promise 3: killed $moment a $of write, nothing is doubled, lost or touched',
  { timeout: 240_000 },
  async ({ of, moment }) => {
    const all = await stepsOf(of);
    const steps = [...new Set(Array.from({ length: TRIED }, (_, i) => 1 + Math.floor((i * all) / TRIED)))];
    const rest = [...steps];
    let deaths = 0;
    const worker = async (): Promise<void> => {
      for (let step = rest.shift(); step !== undefined; step = rest.shift()) {
        const died = await crashTwice({ of, moment, step });
        deaths += died;
      }
    };
    await Promise.all(Array.from({ length: AT_ONCE }, worker));
    console.log(`killed ${deaths} times ${moment} ${of} writes: steps ${steps.join(', ')} of ${all}`);
    expect(deaths).toBeGreaterThanOrEqual(steps.length);
  },
);
