#!/usr/bin/env node
import { userInfo } from 'node:os';
import process from 'node:process';
import { Command, CommanderError, InvalidArgumentError } from 'commander';
import { version } from '#runtime/version';
import { exit, explain } from './failure.ts';
import { defaultFile, type Environment, readConfig } from './settings.ts';

const environment: Environment = {
  env: process.env,
  out: (text) => void process.stdout.write(`${text}\n`),
  err: (text) => void process.stderr.write(`${text}\n`),
  tty: process.stderr.isTTY === true,
};

interface Common {
  readonly config: string;
  readonly json: boolean;
  readonly by: string;
}

const program = new Command('cardwire')
  .description("Keeps people's contacts right in every mailbox of a Microsoft 365 organisation.")
  .version(version)
  .exitOverride();

/** A verb loads what it needs and no more: `status` does not wait for the Graph client, nor `check` for SQLite. */
const verbs = {
  answer: () => import('./verbs/answer.ts'),
  check: () => import('./verbs/check.ts'),
  demo: () => import('./verbs/demo.ts'),
  plan: () => import('./verbs/plan.ts'),
  remove: () => import('./verbs/remove.ts'),
  run: () => import('./verbs/run.ts'),
  start: () => import('./verbs/start.ts'),
  status: () => import('./verbs/status.ts'),
  sync: () => import('./verbs/sync.ts'),
};

let code: number = exit.done;
const verb = (name: string, description: string): Command =>
  program
    .command(name)
    .description(description)
    .option('--config <file>', 'configuration file', defaultFile)
    .option('--json', 'results as JSON', false)
    .option('--by <name>', 'who gives the order', userInfo().username);

const does = <T extends Common>(action: (options: T, ...names: string[]) => Promise<number>) =>
  async function (this: Command): Promise<void> {
    code = await action(this.opts<T>(), ...(this.processedArgs.filter((name) => name !== undefined) as string[]));
  };
const configOf = (options: Common) => readConfig(options.config, environment).config;
const number = (text: string): number => {
  if (!/^\d+$/.test(text)) throw new InvalidArgumentError('It takes a whole number.');
  return Number(text);
};

verb('start', 'run all services until stopped').action(
  does(async (options) => (await verbs.start()).start(configOf(options), environment)),
);
verb('check', 'validate the configuration and say what it will do')
  .argument('[policy]')
  .action(
    does(async (options, policy) => {
      const { config, warnings } = readConfig(options.config, environment);
      return (await verbs.check()).check(config, warnings, environment, {
        json: options.json,
        ...(policy !== undefined && { policy }),
      });
    }),
  );
verb('plan', 'show what a run would do; writes nothing but the plan')
  .argument('<policy>')
  .action(
    does(async (options, policy = '') =>
      (await verbs.plan()).plan(configOf(options), environment, { ...options, policy }),
    ),
  );
verb('run', 'run one policy now')
  .argument('<policy>')
  .option('--plan <key>', 'do exactly what this plan says')
  .action(
    does<Common & { plan?: string }>(async (options, policy = '') =>
      (await verbs.run()).run(configOf(options), environment, {
        kind: 'run',
        policy,
        by: options.by,
        json: options.json,
        ...(options.plan && { plan: options.plan }),
      }),
    ),
  );
verb('sync', 'run every policy once, without keeping state')
  .requiredOption('--once', 'say so')
  .action(does(async (options) => (await verbs.sync()).sync(configOf(options), environment, options)));
verb('reconcile', 'read every folder, repair drift, report')
  .argument('[policy]')
  .action(
    does(async (options, policy) =>
      (await verbs.run()).run(configOf(options), environment, {
        kind: 'reconcile',
        by: options.by,
        json: options.json,
        ...(policy !== undefined && { policy }),
      }),
    ),
  );
verb('status', 'how things stand')
  .option('--mailboxes', 'list mailboxes that are not current', false)
  .action(
    does<Common & { mailboxes: boolean }>(async (options) =>
      (await verbs.status()).status(configOf(options), environment, options),
    ),
  );
verb('mailbox', 'one mailbox in every policy')
  .argument('<address>')
  .action(
    does(async (options, who = '') =>
      (await verbs.status()).mailbox(configOf(options), environment, { who, json: options.json }),
    ),
  );
verb('parked', 'refused contacts, with the reason').action(
  does(async (options) => (await verbs.status()).parked(configOf(options), environment, options)),
);
verb('retry', 'try the refused contacts of a policy again')
  .argument('<policy>')
  .action(
    does(async (options, policy = '') =>
      (await verbs.run()).run(configOf(options), environment, {
        kind: 'retry',
        policy,
        by: options.by,
        json: options.json,
      }),
    ),
  );
for (const kind of ['release', 'discard'] as const)
  verb(kind, kind === 'release' ? 'let happen what the brake holds' : 'never do what the brake holds; copies stay')
    .argument('<policy>')
    .option('--hold <key>', 'which hold, when there are several')
    .requiredOption('--count <n>', 'how many you saw in status', number)
    .requiredOption('--reason <text>', 'why')
    .action(
      does<Common & { hold?: string; count: number; reason: string }>(async (options, policy = '') =>
        (await verbs.answer()).answer(configOf(options), environment, { kind, policy, ...options }),
      ),
    );
verb('remove', 'take away exactly what a policy has made')
  .argument('<policy>')
  .option('--yes', 'do not ask', false)
  .action(
    does<Common & { yes: boolean }>(async (options, policy = '') =>
      (await verbs.remove()).remove(configOf(options), environment, { ...options, policy }),
    ),
  );
program
  .command('demo')
  .description('a company in a simulator, live: watch an edit reach every mailbox')
  .option('--once', 'end after comparing every mailbox', false)
  .option('--mailboxes <n>', 'how many', number, 25)
  .option('--contacts <n>', 'in the shared folder', number, 120)
  .option('--seed <n>', 'one seed, one company', number, 1)
  .option('--latency <ms>', 'of each Graph call', number, 0)
  .action(async (options) => {
    code = await (await verbs.demo()).demo(environment, options);
  });

async function main(): Promise<number> {
  try {
    await program.parseAsync();
    return code;
  } catch (cause) {
    if (cause instanceof CommanderError) return cause.exitCode === 0 ? exit.done : exit.usage;
    const told = explain(cause);
    environment.err(told.message);
    return told.code;
  }
}

// `cardwire status | head`: whoever read has gone, and that is no error of ours.
process.stdout.on('error', (error: NodeJS.ErrnoException) => {
  if (error.code !== 'EPIPE') throw error;
  process.exit(process.exitCode ?? exit.done);
});

process.exitCode = await main();
