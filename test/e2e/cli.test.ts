import { mkdirSync, rmSync } from 'node:fs';
import { createServer } from 'node:net';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { lockFolder } from '#adapters/sqlite/lock';
import { type Simulator, startSimulator } from '../../services/graph-simulator/service.ts';
import { aRule, cardwire, configure, type Service, startService } from '../support/cli.ts';
import { Outlook, visible } from '../support/outlook.ts';
import { until } from '../support/until.ts';
import { contact, distributeWorld } from '../support/worlds.ts';

const people = ['ada@contoso.test', 'bob@contoso.test', 'cleo@contoso.test'];
const SOURCE = 'source@contoso.test';
let simulator: Simulator;
let outlook: Outlook;
let service: Service | undefined;
const folders: string[] = [];

beforeEach(async () => {
  const contacts = Array.from({ length: 20 }, (_, n) => contact(n));
  simulator = await startSimulator({
    scenario: distributeWorld({ contacts }),
    notificationDelayMs: [1, 5],
    allowHttpWebhooks: true,
  });
  outlook = new Outlook(simulator);
});

afterEach(async () => {
  await service?.stop('SIGKILL');
  service = undefined;
  await simulator.close();
  for (const folder of folders.splice(0)) rmSync(folder, { recursive: true, force: true });
});

const folderWith = (changes: Readonly<Record<string, unknown>> = {}): string => {
  const folder = configure(simulator, changes);
  folders.push(folder);
  return folder;
};
const copies = (who: string) => outlook.listNamed(who, 'Company');

test('check says what the configuration will do; plan writes nothing; a run of the plan does exactly that', async () => {
  const folder = folderWith();
  const checked = await cardwire(simulator, folder, ['check']);
  expect(checked).toMatchObject({ code: 0 });
  expect(checked.out).toContain(
    'customers: manual, from source@contoso.test / Customers into the folder Company of 3 mailboxes.',
  );
  const planned = await cardwire(simulator, folder, ['plan', 'customers', '--json']);
  expect(planned.code, planned.err).toBe(0);
  const plan = JSON.parse(planned.out) as { key: string; operations: { kind: string }[]; folders: string[] };
  expect(plan.operations).toHaveLength(60);
  expect(plan.folders.sort()).toEqual(people);
  expect(await outlook.folder('ada@contoso.test', 'Company')).toBeUndefined();
  const ran = await cardwire(simulator, folder, ['run', 'customers', '--plan', plan.key, '--json']);
  expect(ran.code, ran.out + ran.err).toBe(0);
  expect(JSON.parse(ran.out)).toMatchObject({ runs: [{ run: { counts: { created: 60, failed: 0 } } }] });
  for (const who of people) expect(await copies(who)).toHaveLength(20);
});

test('promise 8: what changed since a plan is left undone, and the run says so', async () => {
  const folder = folderWith();
  const { key } = JSON.parse((await cardwire(simulator, folder, ['plan', 'customers', '--json'])).out) as {
    key: string;
  };
  const [first] = await outlook.listNamed(SOURCE, 'Customers');
  await outlook.edit(SOURCE, first?.id ?? '', { jobTitle: 'Changed since' });
  const ran = await cardwire(simulator, folder, ['run', 'customers', '--plan', key]);
  expect(ran.code).toBe(1);
  expect(ran.out).toContain('it changed since the plan');
  for (const who of people) {
    const names = (await copies(who)).map((copy) => copy['jobTitle']);
    expect(names).toHaveLength(19);
    expect(names).not.toContain('Changed since');
  }
});

test('promise 6: a second run, and a run with an empty store, write nothing', async () => {
  const folder = folderWith();
  expect((await cardwire(simulator, folder, ['run', 'customers'])).code).toBe(0);
  const before = await Promise.all(people.map(copies));
  const again = await cardwire(simulator, folder, ['run', 'customers']);
  expect(again.out).toContain('created 0, updated 0, deleted 0');
  const stateless = await cardwire(simulator, folder, ['sync', '--once']);
  expect(stateless.code, stateless.out + stateless.err).toBe(0);
  expect(stateless.out).toContain('created 0, updated 0, deleted 0');
  expect(await Promise.all(people.map(copies))).toEqual(before);
});

test('K-18: the brake holds a mass deletion; release names count, reason and approver', async () => {
  const folder = folderWith();
  await cardwire(simulator, folder, ['run', 'customers']);
  for (const { id } of (await outlook.listNamed(SOURCE, 'Customers')).slice(0, 12)) await outlook.remove(SOURCE, id);
  const held = await cardwire(simulator, folder, ['run', 'customers']);
  expect(held.code, held.out).toBe(3);
  for (const who of people) expect(await copies(who)).toHaveLength(20);
  const status = await cardwire(simulator, folder, ['status']);
  expect(status.code).toBe(3);
  expect(status.out).toContain('12 of 20 contacts would be deleted');
  const wrong = await cardwire(simulator, folder, ['release', 'customers', '--count', '11', '--reason', 'moved']);
  expect(wrong).toMatchObject({ code: 2 });
  expect(wrong.err).toContain('The hold has 12 of them now, not 11');
  const released = await cardwire(simulator, folder, [
    'release',
    'customers',
    '--count',
    '12',
    '--reason',
    'moved',
    '--by',
    'olga',
  ]);
  expect(released.code, released.err).toBe(0);
  expect(released.out).toContain('Released: 12 (deletions), by olga, because: moved');
  expect((await cardwire(simulator, folder, ['run', 'customers'])).code).toBe(0);
  for (const who of people) expect(await copies(who)).toHaveLength(8);
});

test('K-18: discard keeps the copies and asks nobody again', async () => {
  const folder = folderWith();
  await cardwire(simulator, folder, ['run', 'customers']);
  for (const { id } of await outlook.listNamed(SOURCE, 'Customers')) await outlook.remove(SOURCE, id);
  expect((await cardwire(simulator, folder, ['run', 'customers'])).code).toBe(3);
  const discarded = await cardwire(simulator, folder, [
    'discard',
    'customers',
    '--count',
    '20',
    '--reason',
    'a mistake',
  ]);
  expect(discarded.code, discarded.err).toBe(0);
  const after = await cardwire(simulator, folder, ['run', 'customers']);
  expect(after.code, after.out).toBe(0);
  for (const who of people) expect(await copies(who)).toHaveLength(20);
});

test('K-09: remove takes away exactly what was made, and the user keeps the rest', async () => {
  const folder = folderWith();
  await cardwire(simulator, folder, ['run', 'customers']);
  const target = (await outlook.folder('bob@contoso.test', 'Company')) ?? '';
  const own = await outlook.create('bob@contoso.test', target, { displayName: "Bob's own" });
  const asked = await cardwire(simulator, folder, ['remove', 'customers']);
  expect(asked.code).toBe(2);
  expect(asked.err).toContain('60 contacts that customers made in 3 mailboxes will be deleted');
  const removed = await cardwire(simulator, folder, ['remove', 'customers', '--yes']);
  expect(removed.code, removed.out + removed.err).toBe(0);
  expect(removed.out).toContain('deleted 60');
  expect((await copies('bob@contoso.test')).map(({ id }) => id)).toEqual([own.id]);
  expect(await outlook.folder('ada@contoso.test', 'Company')).toBeUndefined();
});

test('start works live, status and orders reach it from another process, SIGTERM ends it cleanly', async () => {
  const folder = folderWith({ policies: [aRule({ trigger: 'live' })] });
  service = await startService(simulator, folder);
  for (const who of people) await until(`${who} is filled`, async () => (await copies(who)).length === 20, 30_000);
  const second = await cardwire(simulator, folder, ['start']);
  expect(second.code).toBe(2);
  expect(second.err).toContain('is in use by another Cardwire process');
  const [first] = await outlook.listNamed(SOURCE, 'Customers');
  await outlook.edit(SOURCE, first?.id ?? '', { jobTitle: 'Captain' });
  for (const who of people)
    await until(`${who} has the edit`, async () => (await copies(who)).some((copy) => copy['jobTitle'] === 'Captain'));
  const reconciled = await cardwire(simulator, folder, ['reconcile', '--json']);
  expect(reconciled.code, reconciled.out + reconciled.err).toBe(0);
  const page = /Status: (\S+)/.exec(service.said())?.[1] ?? '';
  expect(await (await fetch(`${page}/`)).text()).toContain('Of 3 mailboxes 3 are current');
  expect(await (await fetch(`${page}/status.json`)).json()).toMatchObject({
    policies: [{ policy: 'customers', sources: [{ by: 'polling' }] }],
  });
  const mailbox = await cardwire(simulator, folder, ['mailbox', 'ADA@contoso.test']);
  expect(mailbox.out).toContain('active, 20 contacts');
  expect(await service.stop()).toBe(0);
});

test('L-06: nothing but Node is needed: no shell, no PowerShell, nothing on the path', async () => {
  const folder = folderWith();
  const ran = await cardwire(simulator, folder, ['sync', '--once'], { PATH: '/nowhere', Path: '/nowhere', SHELL: '' });
  expect(ran.code, ran.err).toBe(0);
  for (const who of people) expect(await copies(who)).toHaveLength(20);
});

test('bad credentials, a missing permission and an unknown policy are one clear sentence', async () => {
  const folder = folderWith();
  const wrong = await cardwire(simulator, folder, ['run', 'customers'], { SECRET: 'not-the-secret' });
  expect(wrong.code).toBe(1);
  expect(wrong.err).toContain('secret');
  expect(wrong.err).not.toContain('not-the-secret');
  expect(wrong.err.trim().split('\n')).toHaveLength(1);
  const unknown = await cardwire(simulator, folder, ['run', 'suppliers']);
  expect(unknown).toMatchObject({ code: 2, err: 'There is no policy suppliers. The configuration has: customers.\n' });
  const app = simulator.addApp(['Contacts.ReadWrite']);
  const poor = folderWith({
    tenants: [{ key: 'contoso', id: simulator.tenantId, clientId: app.clientId, secret: { env: 'SECRET' } }],
  });
  const denied = await cardwire(simulator, poor, ['run', 'customers'], { SECRET: app.clientSecret });
  expect(denied.code).toBe(1);
  expect(denied.err).toContain('User.Read.All');
});

test('a taken port, a locked folder and a missing configuration are told with their fix', async () => {
  const taken = createServer();
  await new Promise<void>((resolve) => taken.listen(0, '127.0.0.1', resolve));
  const address = taken.address();
  const port = typeof address === 'object' && address ? address.port : 0;
  const folder = folderWith({ status: { listen: `127.0.0.1:${port}` } });
  const failed = await cardwire(simulator, folder, ['start']);
  expect(failed.code).toBe(2);
  expect(failed.err).toContain(`Port ${port} on 127.0.0.1 is taken by another program`);
  await new Promise((resolve) => taken.close(resolve));
  mkdirSync(join(folder, 'cardwire-data'), { recursive: true });
  const lock = lockFolder(join(folder, 'cardwire-data'));
  expect(await cardwire(simulator, folder, ['sync', '--once'])).toMatchObject({
    code: 2,
    err: expect.stringContaining('in use by another'),
  });
  lock.release();
  const missing = await cardwire(simulator, folder, ['check', '--config', 'nowhere.yaml']);
  expect(missing).toMatchObject({ code: 2, err: expect.stringContaining('There is no configuration at') });
});

test('J-02: one mailbox that cannot be reached is named, the others are done, exit 1', async () => {
  simulator.faults.add({ status: 404, code: 'MailboxNotEnabledForRESTAPI', mailbox: 'bob@contoso.test', times: 0 });
  const folder = folderWith();
  const ran = await cardwire(simulator, folder, ['run', 'customers']);
  expect(ran.code, ran.err).toBe(1);
  expect(ran.out).toContain('bob@contoso.test: not reached (MailboxNotEnabledForRESTAPI)');
  const source = (await outlook.listNamed(SOURCE, 'Customers')).map(visible);
  for (const who of ['ada@contoso.test', 'cleo@contoso.test'])
    expect((await copies(who)).map(visible)).toEqual(expect.arrayContaining(source));
});
