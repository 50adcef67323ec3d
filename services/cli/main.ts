#!/usr/bin/env node
import { userInfo } from 'node:os';
import process from 'node:process';
import { Command, CommanderError, InvalidArgumentError } from 'commander';
import { version } from '#runtime/version';
import { exit, explain } from './failure.ts';
import { defaultFile, type Environment, readConfig } from './settings.ts';
import { answer } from './verbs/answer.ts';
import { check } from './verbs/check.ts';
import { demo } from './verbs/demo.ts';
import { plan } from './verbs/plan.ts';
import { remove } from './verbs/remove.ts';
import { run } from './verbs/run.ts';
import { start } from './verbs/start.ts';
import { mailbox, parked, status } from './verbs/status.ts';
import { sync } from './verbs/sync.ts';

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

verb('start', 'run all services until stopped').action(does((options) => start(configOf(options), environment)));
verb('check', 'validate the configuration and say what it will do')
  .argument('[policy]')
  .action(
    does(async (options, policy) => {
      const { config, warnings } = readConfig(options.config, environment);
      return check(config, warnings, environment, { json: options.json, ...(policy !== undefined && { policy }) });
    }),
  );
verb('plan', 'show what a run would do; writes nothing but the plan')
  .argument('<policy>')
  .action(does((options, policy = '') => plan(configOf(options), environment, { ...options, policy })));
verb('run', 'run one policy now')
  .argument('<policy>')
  .option('--plan <key>', 'do exactly what this plan says')
  .action(
    does<Common & { plan?: string }>((options, policy = '') =>
      run(configOf(options), environment, {
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
  .action(does((options) => sync(configOf(options), environment, options)));
verb('reconcile', 'read every folder, repair drift, report')
  .argument('[policy]')
  .action(
    does((options, policy) =>
      run(configOf(options), environment, {
        kind: 'reconcile',
        by: options.by,
        json: options.json,
        ...(policy !== undefined && { policy }),
      }),
    ),
  );
verb('status', 'how things stand')
  .option('--mailboxes', 'list mailboxes that are not current', false)
  .action(does<Common & { mailboxes: boolean }>((options) => status(configOf(options), environment, options)));
verb('mailbox', 'one mailbox in every policy')
  .argument('<address>')
  .action(does((options, who = '') => mailbox(configOf(options), environment, { who, json: options.json })));
verb('parked', 'refused contacts, with the reason').action(
  does((options) => parked(configOf(options), environment, options)),
);
verb('retry', 'try the refused contacts of a policy again')
  .argument('<policy>')
  .action(
    does((options, policy = '') =>
      run(configOf(options), environment, { kind: 'retry', policy, by: options.by, json: options.json }),
    ),
  );
for (const kind of ['release', 'discard'] as const)
  verb(kind, kind === 'release' ? 'let happen what the brake holds' : 'never do what the brake holds; copies stay')
    .argument('<policy>')
    .option('--hold <key>', 'which hold, when there are several')
    .requiredOption('--count <n>', 'how many you saw in status', number)
    .requiredOption('--reason <text>', 'why')
    .action(
      does<Common & { hold?: string; count: number; reason: string }>((options, policy = '') =>
        answer(configOf(options), environment, { kind, policy, ...options }),
      ),
    );
verb('remove', 'take away exactly what a policy has made')
  .argument('<policy>')
  .option('--yes', 'do not ask', false)
  .action(
    does<Common & { yes: boolean }>((options, policy = '') =>
      remove(configOf(options), environment, { ...options, policy }),
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
    code = await demo(environment, options);
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
