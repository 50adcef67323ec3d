import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import http from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, expect, test } from 'vitest';
import { until } from '../../support/until.ts';
import { makeRsaCertificate } from './rsa-certificate.ts';

const running: ChildProcess[] = [];

afterEach(async () => {
  for (const child of running.splice(0)) if (child.exitCode === null && child.kill()) await once(child, 'exit');
});

/** Runs the command; output grows while it runs. */
function run(...args: string[]): { child: ChildProcess; out: { text: string }; err: { text: string } } {
  const child = spawn(process.execPath, ['services/graph-simulator/main.ts', ...args]);
  running.push(child);
  const [out, err] = [{ text: '' }, { text: '' }];
  child.stdout.on('data', (chunk) => (out.text += chunk));
  child.stderr.on('data', (chunk) => (err.text += chunk));
  return { child, out, err };
}

async function ended(child: ChildProcess): Promise<number | null> {
  if (child.exitCode === null) await once(child, 'exit');
  return child.exitCode;
}

async function line(output: { readonly text: string }): Promise<string> {
  await until('a line', () => output.text.endsWith('\n'), 15_000);
  return output.text;
}

test('issue 5, item 3: --json prints one line with exactly the documented keys, and the addresses work', async () => {
  const { pem } = await makeRsaCertificate();
  const folder = await mkdtemp(join(tmpdir(), 'simulator-'));
  await writeFile(join(folder, 'app.pem'), pem);
  const { child, out } = run('--port', '0', '--json', '--scenario', 'small', '--certificate', join(folder, 'app.pem'));
  const text = await line(out);
  expect(text.trim().split('\n')).toHaveLength(1);
  const said = JSON.parse(text);
  expect(Object.keys(said).sort()).toEqual([
    'clientId',
    'clientSecret',
    'controlUrl',
    'graphUrl',
    'limitedClientId',
    'limitedClientSecret',
    'loginUrl',
    'tenantId',
  ]);
  for (const url of [said.graphUrl, said.loginUrl, said.controlUrl]) expect(url).not.toMatch(/\/$/);
  expect(said.graphUrl).not.toContain('v1.0');
  expect((await fetch(`${said.graphUrl}/v1.0/users`)).status).toBe(401);
  expect((await fetch(said.controlUrl)).status).toBe(200);
  child.kill('SIGTERM');
  expect(await ended(child)).toBe(0);
  await rm(folder, { recursive: true });
});

test('issue 5: a taken port is one clear sentence and exit code 2', async () => {
  const other = http.createServer().listen(0, '127.0.0.1');
  await once(other, 'listening');
  const { port } = other.address() as AddressInfo;
  const { child, err } = run('--port', String(port));
  expect(await ended(child)).toBe(2);
  expect(err.text.trim().split('\n')).toHaveLength(1);
  expect(err.text).toContain(`Port ${port} on 127.0.0.1 is taken`);
  other.close();
});

test.each([
  ['an unknown scenario', ['--scenario', 'nowhere'], /no scenario named nowhere/],
  ['a missing certificate', ['--certificate', '/no/such.pem'], /cannot be read/],
  ['a file without certificate', ['--certificate', 'package.json'], /BEGIN CERTIFICATE/],
  ['a port that is none', ['--port', 'x'], /whole number/],
])('issue 5: %s is a sentence and exit code 2', async (_, args, message) => {
  const { child, err } = run('--port', '0', ...args);
  expect(await ended(child)).toBe(2);
  expect(err.text).toMatch(message);
  expect(err.text).not.toMatch(/\n\s+at /);
});

test('issue 5, item 3: without --json it says how to reach it', async () => {
  const { out } = run('--port', '0', '--scenario', 'small');
  const text = await line(out);
  expect(text).toMatch(/Graph +http:\/\/127\.0\.0\.1:\d+\/v1\.0\n/);
  expect(text).toMatch(/secret \S{40}/);
});
