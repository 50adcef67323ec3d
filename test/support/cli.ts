import { type ChildProcess, spawn } from 'node:child_process';
import { mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { stringify } from 'yaml';
import type { Simulator } from '../../services/graph-simulator/service.ts';

export interface Said {
  readonly code: number | null;
  readonly out: string;
  readonly err: string;
}

/** A folder with a configuration that points at the simulator; its keys may be varied. */
export function configure(simulator: Simulator, changes: Readonly<Record<string, unknown>> = {}): string {
  const folder = mkdtempSync(join(tmpdir(), 'cardwire-cli-'));
  const config = {
    installation: 'test',
    poll: '300ms',
    log: 'warn',
    status: { listen: '127.0.0.1:0' },
    timing: { settle: '2s', grace: '300ms' },
    tenants: [{ key: 'contoso', id: simulator.tenantId, clientId: simulator.clientId, secret: { env: 'SECRET' } }],
    policies: [aRule()],
    ...changes,
  };
  writeFileSync(join(folder, 'cardwire.config.yaml'), stringify(config));
  return folder;
}

export const aRule = (changes: Readonly<Record<string, unknown>> = {}) => ({
  id: 'customers',
  tenant: 'contoso',
  mode: 'distribute',
  trigger: 'manual',
  sources: [{ mailbox: 'source@contoso.test', folder: 'Customers' }],
  targets: { mailboxes: ['ada@contoso.test', 'bob@contoso.test', 'cleo@contoso.test'] },
  targetFolder: 'Company',
  ...changes,
});

function launch(
  simulator: Simulator,
  folder: string,
  verb: readonly string[],
  env: Readonly<Record<string, string>> = {},
): ChildProcess {
  const main = join(process.cwd(), 'services/cli/main.ts');
  return spawn(process.execPath, [main, ...verb], {
    cwd: folder,
    env: {
      ...process.env,
      SECRET: simulator.clientSecret,
      CARDWIRE_GRAPH_URL: simulator.graphUrl,
      CARDWIRE_LOGIN_URL: simulator.loginUrl,
      ...env,
    },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
}

/** Runs a verb in a process of its own, as a person would, until it ends. */
export async function cardwire(
  simulator: Simulator,
  folder: string,
  verb: readonly string[],
  env: Readonly<Record<string, string>> = {},
): Promise<Said> {
  return said(launch(simulator, folder, verb, env));
}

/** Everything that a process says until it ends. */
export async function said(child: ChildProcess): Promise<Said> {
  let out = '';
  let err = '';
  child.stdout?.on('data', (chunk) => (out += String(chunk)));
  child.stderr?.on('data', (chunk) => (err += String(chunk)));
  const code = await new Promise<number | null>((resolve) => child.once('close', resolve));
  return { code, out, err };
}

export interface Service {
  /** Everything it has printed to standard output. */
  readonly said: () => string;
  readonly child: ChildProcess;
  stop(signal?: NodeJS.Signals): Promise<number | null>;
}

/** Starts `cardwire start` and waits until it says that it works. */
export async function startService(
  simulator: Simulator,
  folder: string,
  env: Readonly<Record<string, string>> = {},
): Promise<Service> {
  const child = launch(simulator, folder, ['start'], env);
  let out = '';
  let err = '';
  child.stderr?.on('data', (chunk) => (err += String(chunk)));
  await new Promise<void>((resolve, reject) => {
    child.stdout?.on('data', (chunk) => {
      out += String(chunk);
      if (out.includes('Status: ')) resolve();
    });
    child.once('close', (code) => reject(new Error(`cardwire start ended with ${code}: ${out}${err}`)));
  });
  return {
    said: () => out,
    child,
    async stop(signal = 'SIGTERM') {
      const ended = new Promise<number | null>((resolve) => child.once('close', resolve));
      if (child.exitCode === null && child.signalCode === null) child.kill(signal);
      else return child.exitCode;
      return ended;
    },
  };
}
