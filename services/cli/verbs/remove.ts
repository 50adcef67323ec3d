import { createInterface } from 'node:readline/promises';
import type { Config } from '#config/config';
import { under } from '#core/keys';
import { exit, Failure } from '../failure.ts';
import type { Environment } from '../settings.ts';
import { withStore } from '../stored.ts';
import { run } from './run.ts';

export interface RemoveOptions {
  readonly policy: string;
  readonly yes: boolean;
  readonly by: string;
  readonly json: boolean;
}

/** Takes away exactly what a policy has made, and proves it by a last look (K-09, promise 11). */
export async function remove(config: Config, environment: Environment, options: RemoveOptions): Promise<number> {
  const { mailboxes, copies } = await withStore(config, async (store) => {
    const endpoints = await store.range('endpoint', ...under(options.policy), 1_000_000);
    const targets = endpoints.filter(({ record }) => record.role === 'target' && record.state !== 'left');
    let sum = 0;
    for (const { key } of targets) for (const copy of (await store.copies(key)).values()) if (!copy.absent) sum++;
    return { mailboxes: targets.length, copies: sum };
  });
  if (mailboxes === 0) throw new Failure(`${options.policy} has no copies in any mailbox.`, exit.usage);
  const question = `${copies} contacts that ${options.policy} made in ${mailboxes} mailboxes will be deleted. Nothing else is touched.`;
  if (!options.yes && !(await agreed(question, environment))) throw new Failure('Nothing was removed.', exit.usage);
  return run(config, environment, { kind: 'remove', policy: options.policy, by: options.by, json: options.json });
}

async function agreed(question: string, { tty, err }: Environment): Promise<boolean> {
  err(question);
  if (!tty) throw new Failure('Say --yes to do it without being asked.', exit.usage);
  const lines = createInterface({ input: process.stdin, output: process.stderr });
  const said = await lines.question('Type yes to go on: ');
  lines.close();
  return said.trim().toLowerCase() === 'yes';
}
