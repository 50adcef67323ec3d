import type { Config } from '#config/config';
import type { OrderKind } from '#core/records';
import type { Store } from '#ports/store';
import { systemClock } from '#runtime/system-clock';
import { type MembershipReport, membershipKey } from '#usecases/membership';
import type { RunSummary } from '#usecases/run-summary';
import { readStatus } from '#usecases/status';
import { withService } from '../access.ts';
import { exit, Failure } from '../failure.ts';
import { followOrder, insertOrder } from '../orders.ts';
import { progress } from '../progress.ts';
import { runReport } from '../report.ts';
import type { Environment } from '../settings.ts';

export interface RunOptions {
  readonly kind: Extract<OrderKind, 'run' | 'reconcile' | 'retry' | 'remove'>;
  /** All of the configuration when absent. */
  readonly policy?: string;
  readonly plan?: string;
  readonly by: string;
  readonly json: boolean;
}

/** Inserts an order for each policy and follows it to its end. */
export async function run(config: Config, environment: Environment, options: RunOptions): Promise<number> {
  const names = options.policy === undefined ? config.policies.map(({ id }) => id) : [options.policy];
  if (options.kind !== 'remove') for (const name of names) known(config, name);
  return withService(config, environment, names, (store) => runAll(store, config, environment, names, options));
}

export function known(config: Config, name: string): void {
  if (config.policies.some(({ id }) => id === name)) return;
  const names = config.policies.map(({ id }) => id).join(', ');
  throw new Failure(`There is no policy ${name}. The configuration has: ${names}.`, exit.usage);
}

/** Also used by `sync --once`, which brings its own store. */
export async function runAll(
  store: Store,
  config: Config,
  { out, err, tty }: Environment,
  names: readonly string[],
  options: RunOptions,
): Promise<number> {
  const results: { policy: string; run: RunSummary | undefined; problems: readonly string[] }[] = [];
  for (const policy of names) {
    if (options.plan !== undefined) await checkPlan(store, config, policy, options.plan);
    const scope = options.plan === undefined ? null : [options.plan];
    const order = { kind: options.kind, policy, scope, by: options.by, reason: 'commanded', at: systemClock.now() };
    const key = await insertOrder(store, order);
    const bar = progress(policy, tty && !options.json, err);
    const done = await followOrder(store, key, systemClock, (now) => bar.update(now.endpointsDone, now.endpoints));
    bar.stop();
    const [membership] = await store.get('fact', [membershipKey(policy)]);
    const problems =
      options.kind === 'remove' ? [] : ((membership?.value as MembershipReport | undefined)?.problems ?? []);
    results.push({ policy, run: done, problems });
  }
  const code = await codeOf(store, config, results, options);
  if (options.json) out(JSON.stringify({ runs: results, exit: code }, null, 2));
  else
    for (const { policy, run: done, problems } of results)
      out([runReport(policy, done), ...problems.map((text) => `  ${text}`)].join('\n'));
  if (!options.json && code === exit.held)
    out('The brake holds something. See: cardwire status, then release or discard.');
  return code;
}

/** A plan of another rule would be stale as a whole. */
async function checkPlan(store: Store, config: Config, policy: string, key: string): Promise<void> {
  const [plan] = await store.get('plan', [key]);
  if (!plan || plan.policy !== policy)
    throw new Failure(`There is no plan ${key} of ${policy}. Make one with: cardwire plan ${policy}`, exit.usage);
  const rule = config.policies.find(({ id }) => id === policy);
  if (rule?.generation !== plan.generation)
    throw new Failure(
      `The policy ${policy} was edited since the plan ${key}. Make a new one with: cardwire plan ${policy}`,
    );
}

async function codeOf(
  store: Store,
  config: Config,
  results: readonly {
    readonly policy: string;
    readonly run: RunSummary | undefined;
    readonly problems: readonly string[];
  }[],
  options: RunOptions,
): Promise<number> {
  const status = await readStatus(store, new Map(config.policies.map((policy) => [policy.id, policy])));
  const names = new Set(results.map(({ policy }) => policy));
  if (options.kind !== 'remove' && status.some(({ policy, state }) => names.has(policy) && state === 'held'))
    return exit.held;
  const troubled = results.some(
    ({ run: done, problems }) => problems.length > 0 || (done && (done.problems.length > 0 || done.counts.failed > 0)),
  );
  return troubled ? exit.problems : exit.done;
}
