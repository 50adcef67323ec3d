import type { Config } from '#config/config';
import { makePlan, type Plan } from '#usecases/plan';
import { compose } from '../compose.ts';
import { exit } from '../failure.ts';
import type { Environment } from '../settings.ts';
import { printable, table } from '../table.ts';
import { known } from './run.ts';

/** Shows what a run would do, and stores it so that a run can do exactly that (promise 8). */
export async function plan(
  config: Config,
  environment: Environment,
  options: { readonly policy: string; readonly by: string; readonly json: boolean },
): Promise<number> {
  known(config, options.policy);
  const rule = config.policies.find(({ id }) => id === options.policy);
  const composed = await compose(config, environment, { folder: config.data, emit: () => undefined });
  try {
    const made = await makePlan(composed.context, rule as NonNullable<typeof rule>, options.by);
    environment.out(options.json ? JSON.stringify(made, null, 2) : planText(made));
    if (made.held.length > 0) return exit.held;
    return made.problems.length > 0 ? exit.problems : exit.done;
  } finally {
    await composed.close();
  }
}

const SHOWN = 20;

export function planText(made: Plan): string {
  const { operations, folders, held, problems, left } = made;
  const mailboxes = [...new Set(operations.map(({ address }) => address))].sort();
  const count = (address: string, kind: string): number =>
    operations.filter((operation) => operation.address === address && operation.kind === kind).length;
  const rows = mailboxes.map((who) => [
    who,
    ...['create', 'update', 'photo', 'delete'].map((kind) => count(who, kind)),
  ]);
  const lines = [
    `Plan of ${made.policy}: ${operations.length} writes in ${mailboxes.length} mailboxes. Nothing was written.`,
  ];
  if (rows.length > 0)
    lines.push('', table([['mailbox', 'create', 'update', 'photo', 'delete'], ...rows.slice(0, SHOWN)]));
  if (rows.length > SHOWN) lines.push(`… and ${rows.length - SHOWN} more mailboxes (--json shows all)`);
  const some = operations.filter(({ kind }) => kind !== 'create').slice(0, SHOWN);
  if (some.length > 0)
    lines.push(
      '',
      ...some.map(({ kind, name, address }) => `  ${kind} ${printable(name) || '(no name)'} in ${address}`),
    );
  if (folders.length > 0) lines.push('', `The target folder would be made in ${folders.length} mailboxes.`);
  const stay = Object.entries(left).filter(([, n]) => n > 0);
  if (stay.length > 0) lines.push('', `Stay where they are: ${stay.map(([why, n]) => `${n} ${why}`).join(', ')}.`);
  if (held.length > 0) lines.push('', 'The brake would hold:', ...held.map((text) => `  ${text}`));
  if (problems.length > 0) lines.push('', 'Problems:', ...problems.map((text) => `  ${printable(text)}`));
  if (operations.length > 0) lines.push('', `To do exactly this: cardwire run ${made.policy} --plan ${made.key}`);
  return lines.join('\n');
}
