import { type ChildProcess, execFile, spawn } from 'node:child_process';
import { chmodSync, mkdirSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { delimiter, join } from 'node:path';
import { promisify } from 'node:util';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { until } from '../support/until.ts';

let place: string;
let child: ChildProcess | undefined;

beforeEach(() => {
  place = mkdtempSync(join(tmpdir(), 'cardwire-demo-test-'));
});

afterEach(() => {
  child?.kill('SIGKILL');
  child = undefined;
  rmSync(place, { recursive: true, force: true });
});

interface Running {
  readonly out: () => string;
  readonly err: () => string;
  stop(signal: NodeJS.Signals): Promise<number | null>;
}

function demo(...more: readonly string[]): Running {
  const started = spawn(process.execPath, [join(process.cwd(), 'services/cli/main.ts'), 'demo', ...more], {
    env: { ...process.env, TMPDIR: place },
  });
  child = started;
  let out = '';
  let err = '';
  started.stdout.on('data', (chunk) => (out += String(chunk)));
  started.stderr.on('data', (chunk) => (err += String(chunk)));
  const ended = new Promise<number | null>((resolve) => started.once('close', resolve));
  return {
    out: () => out,
    err: () => err,
    stop(signal) {
      started.kill(signal);
      return ended;
    },
  };
}

const leftBehind = (): string[] => readdirSync(place).filter((name) => name.startsWith('cardwire'));

/** Some machines with Node have no curl: this understands what the demo prints. The real one wins where there is one. */
const standIn = `#!${process.execPath}
const words = process.argv.slice(2);
const after = (flag) => words.flatMap((word, i) => (words[i - 1] === flag ? [word] : []));
const headers = Object.fromEntries(after('-H').map((line) => line.split(/: (.*)/s).slice(0, 2)));
if (!headers['Content-Type']) headers['Content-Type'] = 'application/x-www-form-urlencoded';
const url = words.find((word, i) => word.startsWith('http') && words[i - 1] !== '-d');
fetch(url, { method: 'POST', headers, body: after('-d').join('&') }).then(async (answer) => process.stdout.write(await answer.text()));
`;

async function asPrinted(line: string): Promise<string> {
  const bin = join(place, 'bin');
  mkdirSync(bin);
  writeFileSync(join(bin, 'curl'), standIn);
  chmodSync(join(bin, 'curl'), 0o755);
  const env = { ...process.env, PATH: [process.env['PATH'], bin].join(delimiter) };
  return (await promisify(execFile)('sh', ['-c', line], { env })).stdout;
}

interface Shown {
  readonly policies: readonly { cards: number; targets: { current: number }; lag: readonly { mailboxes: number }[] }[];
}

test('the demo stays: its curl line works as printed, the edit reaches everybody, Ctrl+C leaves nothing', async () => {
  const running = demo('--mailboxes', '4', '--contacts', '6');
  await until('it explains itself', () => running.out().includes('Ctrl+C'), 60_000);
  const page = /Status page: (\S+)/.exec(running.out())?.[1] ?? '';
  const line = running
    .out()
    .split('\n')
    .find((text) => text.startsWith('curl '));
  const status = async (): Promise<Shown> => (await (await fetch(`${page}/status.json`)).json()) as Shown;
  const before = (await status()).policies[0]?.lag.length ?? 0;
  expect(JSON.parse(await asPrinted(line ?? ''))).toMatchObject({ displayName: 'Curl Example' });
  const policy = await until(
    'everybody has it',
    async () => {
      const [one] = (await status()).policies;
      return one && one.lag.length > before && one.targets.current === 4 ? one : undefined;
    },
    20_000,
  );
  expect(policy.lag[0]?.mailboxes).toBe(4);
  expect(await running.stop('SIGINT'), running.err()).toBe(0);
  expect(leftBehind()).toEqual([]);
});

test('a demo that is stopped while it fills ends at once and leaves nothing', async () => {
  const running = demo('--mailboxes', '30', '--contacts', '300', '--latency', '20');
  await until('it fills', () => running.err().includes('Filling'), 60_000);
  expect(leftBehind()).toHaveLength(1);
  expect(await running.stop('SIGTERM')).toBe(1);
  expect(running.err()).toContain('The demo was stopped before its end. Nothing is left behind.');
  expect(running.err()).not.toContain('    at ');
  expect(leftBehind()).toEqual([]);
});
