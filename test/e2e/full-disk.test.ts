import { spawn } from 'node:child_process';
import { rmSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { type Simulator, startSimulator } from '../../services/graph-simulator/service.ts';
import { cardwire, configure, type Said, said } from '../support/cli.ts';
import { Outlook } from '../support/outlook.ts';
import { contact, distributeWorld } from '../support/worlds.ts';

const people = ['ada@contoso.test', 'bob@contoso.test', 'cleo@contoso.test'];
let simulator: Simulator;
let folder: string;

beforeEach(async () => {
  const contacts = Array.from({ length: 200 }, (_, n) => contact(n));
  simulator = await startSimulator({ scenario: distributeWorld({ contacts }) });
  folder = configure(simulator);
});

afterEach(async () => {
  await simulator.close();
  rmSync(folder, { recursive: true, force: true });
});

/** A run whose files may not grow past so many blocks of 512 bytes: what a volume without room looks like, without root. */
async function runWithin(blocks: number): Promise<Said> {
  const main = join(process.cwd(), 'services/cli/main.ts');
  const command = ['-c', `ulimit -f ${blocks}; exec "$0" "$@"`, process.execPath, main, 'run', 'customers'];
  const env = {
    ...process.env,
    SECRET: simulator.clientSecret,
    CARDWIRE_GRAPH_URL: simulator.graphUrl,
    CARDWIRE_LOGIN_URL: simulator.loginUrl,
  };
  return said(spawn('sh', command, { cwd: folder, env, stdio: ['ignore', 'pipe', 'pipe'] }));
}

test('a disk without room ends a run with one sentence; with room the next run loses and doubles nothing', async () => {
  const failed = await runWithin(700);
  expect(failed.code, failed.out + failed.err).toBe(1);
  expect(failed.err).toContain('state.sqlite: check the volume that holds it, then start again');
  expect(failed.err).not.toContain('    at ');
  const again = await cardwire(simulator, folder, ['run', 'customers']);
  expect(again.code, again.out + again.err).toBe(0);
  const outlook = new Outlook(simulator);
  for (const who of people) {
    const names = (await outlook.listNamed(who, 'Company')).map((copy) => copy['displayName']);
    expect(names).toHaveLength(200);
    expect(new Set(names).size).toBe(200);
  }
});
