import { spawn } from 'node:child_process';
import { rmSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { type Simulator, startSimulator } from '../../services/graph-simulator/service.ts';
import { aRule, cardwire, configure, type Service, startService } from '../support/cli.ts';
import { Outlook } from '../support/outlook.ts';
import { until } from '../support/until.ts';
import { contact, distributeWorld } from '../support/worlds.ts';

const people = ['ada@contoso.test', 'bob@contoso.test', 'cleo@contoso.test'];
const SOURCE = 'source@contoso.test';
let simulator: Simulator;
let outlook: Outlook;
let folder: string;
let service: Service;

beforeEach(async () => {
  const contacts = Array.from({ length: 20 }, (_, n) => contact(n));
  simulator = await startSimulator({ scenario: distributeWorld({ contacts }) });
  outlook = new Outlook(simulator);
  folder = configure(simulator, { policies: [aRule({ trigger: 'live' })] });
});

afterEach(async () => {
  await service.stop('SIGKILL');
  await simulator.close();
  rmSync(folder, { recursive: true, force: true });
});

const copies = (who: string) => outlook.listNamed(who, 'Company');
const filled = (count: number) =>
  until(
    `everybody has ${count}`,
    async () => {
      for (const who of people) if ((await copies(who)).length !== count) return false;
      return true;
    },
    30_000,
  );

test('K-18, K-09: a running service obeys release and remove of another process', async () => {
  service = await startService(simulator, folder);
  await filled(20);
  for (const { id } of (await outlook.listNamed(SOURCE, 'Customers')).slice(0, 12)) await outlook.remove(SOURCE, id);
  const held = await until(
    'the brake holds',
    async () => {
      const said = await cardwire(simulator, folder, ['status', '--json']);
      return said.code === 3 ? said : undefined;
    },
    30_000,
  );
  const { policies } = JSON.parse(held.out) as { policies: { holds: { key: string; count: number }[] }[] };
  const [hold] = policies[0]?.holds ?? [];
  expect(hold?.count).toBe(12);
  for (const who of people) expect(await copies(who)).toHaveLength(20);
  const words = [
    'release',
    'customers',
    '--hold',
    hold?.key ?? '',
    '--count',
    '12',
    '--reason',
    'moved',
    '--by',
    'olga',
  ];
  const released = await cardwire(simulator, folder, [...words, '--json']);
  expect(released.code, released.err).toBe(0);
  expect(JSON.parse(released.out)).toMatchObject({ kind: 'deletions', count: 12, by: 'olga', reason: 'moved' });
  await filled(8);
  const again = await cardwire(simulator, folder, words);
  expect(again.code).toBe(2);
  expect(again.err).toContain('The brake holds nothing');
  const removed = await cardwire(simulator, folder, ['remove', 'customers', '--yes', '--json']);
  expect(removed.code, removed.out + removed.err).toBe(0);
  expect(JSON.parse(removed.out)).toMatchObject({ runs: [{ run: { counts: { deleted: 24 } } }], exit: 0 });
  for (const who of people) expect(await outlook.folder(who, 'Company')).toBeUndefined();
  expect(await service.stop()).toBe(0);
});

test('a plan beside a running service finds nothing to do, and disturbs nothing', async () => {
  service = await startService(simulator, folder);
  await filled(20);
  const planned = await cardwire(simulator, folder, ['plan', 'customers', '--json']);
  expect(planned.code, planned.err).toBe(0);
  expect(JSON.parse(planned.out)).toMatchObject({ operations: [], folders: [], problems: [] });
  const [first] = await outlook.listNamed(SOURCE, 'Customers');
  await outlook.edit(SOURCE, first?.id ?? '', { jobTitle: 'Captain' });
  await until('the edit arrives', async () =>
    (await copies('ada@contoso.test')).some((copy) => copy['jobTitle'] === 'Captain'),
  );
});

test('a refused contact is listed with mailbox and reason, and retry brings it', async () => {
  const path = String.raw`//contacts(\?|$)/`;
  simulator.faults.add({ status: 400, code: 'ErrorInvalidRequest', method: 'POST', path, mailbox: 'bob@contoso.test' });
  service = await startService(simulator, folder);
  await until(
    'it is parked',
    async () => (await cardwire(simulator, folder, ['parked']).catch(() => undefined))?.code === 1,
    30_000,
  );
  const parked = await cardwire(simulator, folder, ['parked']);
  expect(parked.out).toMatch(/customers {2}bob@contoso.test +\d+ {2}create refused {2}ErrorInvalidRequest/);
  const retried = await cardwire(simulator, folder, ['retry', 'customers']);
  expect(retried.code, retried.out + retried.err).toBe(0);
  await filled(20);
  expect((await cardwire(simulator, folder, ['parked'])).code).toBe(0);
  const stranger = await cardwire(simulator, folder, ['mailbox', 'nobody@contoso.test']);
  expect(stranger.code).toBe(1);
  expect(stranger.err).toContain('No policy has to do with nobody@contoso.test.');
});

test('a reader that goes away, as head does, is no error', async () => {
  service = await startService(simulator, folder);
  await filled(20);
  const main = join(process.cwd(), 'services/cli/main.ts');
  const env = { ...process.env, SECRET: simulator.clientSecret };
  const child = spawn(process.execPath, [main, 'status', '--json'], { cwd: folder, env });
  child.stdout.destroy();
  let err = '';
  child.stderr.on('data', (chunk) => (err += String(chunk)));
  expect(await new Promise((resolve) => child.once('close', resolve))).toBe(0);
  expect(err).toBe('');
});
