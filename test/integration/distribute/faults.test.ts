import { afterEach, expect, test } from 'vitest';
import type { Clock } from '#ports/clock';
import { everyone, order, SOURCE, Stage, usualPolicy } from '../../support/stage.ts';
import { until } from '../../support/until.ts';
import { contact } from '../../support/worlds.ts';

let stage: Stage;
const contacts = Array.from({ length: 12 }, (_, n) => contact(n));
const others = everyone.filter((who) => who !== 'bob@contoso.test');
const BOB = 'bob@contoso.test';
const captain = (copy: Record<string, unknown>): boolean => copy['jobTitle'] === 'Captain';

afterEach(async () => {
  // An inventory after an outage starts a delta anew, and rightly.
  const breaches = stage.simulator.judge.breaches().filter(({ kind }) => kind !== 'delta-restart');
  expect(breaches).toEqual([]);
  expect(await stage.touched()).toEqual([]);
  await stage.close();
});

const editFirst = async (change: Record<string, unknown>): Promise<void> => {
  const [first] = await stage.sources();
  await stage.outlook.edit(SOURCE, first?.id ?? '', change);
};

test('ten edits of one card while its mailbox is throttled become one write; nobody else waits', async () => {
  stage = await Stage.open({ contacts });
  await stage.system([usualPolicy()], { pollMs: 100 });
  await stage.have(12);
  stage.simulator.faults.add({ status: 429, retryAfter: 1, mailbox: BOB, app: stage.simulator.clientId, times: 0 });
  for (let n = 1; n <= 10; n++) {
    await editFirst({ jobTitle: `Rank ${n}` });
    await stage.have(1, others, (copy) => copy['jobTitle'] === `Rank ${n}`);
  }
  stage.simulator.faults.clear();
  await stage.have(1, [BOB], (copy) => copy['jobTitle'] === 'Rank 10');
  const bob = stage.simulator.mailboxIdOf(BOB);
  const written = stage.simulator.journal.entries({
    mailbox: bob,
    method: 'PATCH',
    app: stage.simulator.clientId,
    status: 200,
  });
  expect(written).toHaveLength(1);
});

test('a mailbox that answers 503 for a while slows nobody, and catches up', async () => {
  stage = await Stage.open({ contacts });
  await stage.system([usualPolicy()], { pollMs: 100 });
  await stage.have(12);
  stage.simulator.faults.add({ status: 503, mailbox: BOB, app: stage.simulator.clientId, forMs: 1500 });
  await editFirst({ jobTitle: 'Captain' });
  await stage.have(1, others, captain);
  await stage.have(1, [BOB], captain);
});

test('F37: a mailbox that answers with changing codes is unreachable, keeps folder and copies, and comes back', async () => {
  stage = await Stage.open({ contacts });
  const system = await stage.system([usualPolicy()], { pollMs: 100 });
  await stage.have(12);
  const folder = await stage.outlook.folder(BOB, 'Company');
  const ids = (await stage.copies(BOB)).map(({ id }) => id).sort();
  const turns = [
    { status: 404, code: 'MailboxNotEnabledForRESTAPI' },
    { status: 503, code: 'MailboxInfoStale' },
    { status: 404, code: 'ResourceNotFound' },
    { status: 401, code: 'MailboxNotSupportedForRESTAPI' },
  ];
  stage.simulator.faults.add({ turns, mailbox: BOB, app: stage.simulator.clientId, times: 0 });
  const [first, second] = await stage.sources();
  await stage.outlook.edit(SOURCE, first?.id ?? '', { jobTitle: 'Captain' });
  await stage.outlook.remove(SOURCE, second?.id ?? '');
  await stage.have(11, others);
  await stage.have(1, others, captain);
  await until('bob is unreachable', () =>
    [...system.worker.endpoints.all()].some(({ record }) => record.state === 'unreachable'),
  );
  const { total } = stage.simulator.journal;
  stage.simulator.faults.clear();
  await stage.have(11, [BOB]);
  await stage.have(1, [BOB], captain);
  expect(await stage.outlook.folder(BOB, 'Company')).toBe(folder);
  expect((await stage.copies(BOB)).every(({ id }) => ids.includes(id))).toBe(true);
  expect(stage.writes(total).filter((line) => line.startsWith('POST'))).toEqual([]);
  await until('bob is active', () =>
    [...system.worker.endpoints.all()].every(({ record }) => record.state === 'active'),
  );
});

test('J-02: a mailbox that is gone for good stops nobody, and nothing is concluded from it', async () => {
  stage = await Stage.open({ contacts });
  stage.simulator.faults.add({
    status: 404,
    code: 'MailboxNotEnabledForRESTAPI',
    mailbox: BOB,
    app: stage.simulator.clientId,
    times: 0,
  });
  const system = await stage.system([usualPolicy({ trigger: 'manual' })]);
  await order(system, 'run');
  await stage.have(12, others);
  const runs = await system.ports.store.range('run', 'order', 'order~', 100);
  const problems = runs.flatMap(({ record }) => record.problems);
  expect(problems).toEqual([expect.stringContaining('bob@contoso.test: not reached (MailboxNotEnabledForRESTAPI)')]);
});

test('a create whose answer is lost is not made twice', async () => {
  stage = await Stage.open({ contacts });
  stage.simulator.faults.add({
    method: 'POST',
    path: '/[/]contacts$/',
    mailbox: BOB,
    status: 504,
    afterEffect: true,
    times: 3,
  });
  stage.simulator.faults.add({
    method: 'POST',
    path: '/[/]contacts$/',
    mailbox: 'ada@contoso.test',
    drop: 'after',
    times: 2,
  });
  const system = await stage.system([usualPolicy()], { timing: { settle: 1500 } });
  await stage.have(12);
  await until(
    'nothing is in doubt',
    () => [...system.worker.endpoints.all()].every(({ record }) => !record.inDoubt),
    20_000,
  );
  await stage.have(12);
});

test('F18: a create answered with a refusal, though it was made, is found and not repeated', async () => {
  stage = await Stage.open({ contacts: contacts.slice(0, 1) });
  stage.simulator.faults.add({
    method: 'POST',
    path: '/[/]contacts$/',
    mailbox: BOB,
    status: 400,
    code: 'ErrorInvalidRequest',
    afterEffect: true,
    times: 2,
  });
  const system = await stage.system([usualPolicy()], { timing: { settle: 1500 } });
  await stage.have(1);
  await until(
    'it is parked',
    async () => (await system.ports.store.find('retry.parked', ['customers'], ['customers'], 10)).length === 1,
  );
  await order(system, 'retry');
  await editFirst({ jobTitle: 'Captain' });
  await stage.have(1, everyone, captain);
  await stage.have(1);
  expect(await system.ports.store.find('retry.parked', ['customers'], ['customers'], 10)).toEqual([]);
});

test('F39: a folder whose making was answered with 503 is found, not made again', async () => {
  stage = await Stage.open({ contacts });
  stage.simulator.faults.add({
    method: 'POST',
    path: '/childFolders',
    mailbox: BOB,
    status: 503,
    afterEffect: true,
    times: 1,
  });
  stage.simulator.faults.add({
    method: 'POST',
    path: '/contactFolders',
    mailbox: BOB,
    status: 503,
    afterEffect: true,
    times: 1,
  });
  await stage.system([usualPolicy()]);
  await stage.have(12);
  const { value } = await stage.outlook.json<{ value: { displayName: string }[] }>(
    'GET',
    `/users/${BOB}/contactFolders`,
  );
  expect(value.filter(({ displayName }) => displayName.startsWith('Company'))).toHaveLength(1);
});

test('an expired delta link is answered by an inventory without a needless write', async () => {
  stage = await Stage.open({ contacts });
  const system = await stage.system([usualPolicy()], { pollMs: 100 });
  await stage.have(12);
  const { total } = stage.simulator.journal;
  stage.simulator.faults.add({ kind: 'deltaExpired', mailbox: SOURCE, times: 1 });
  await until('it was taken anew', () => system.events.filter(({ type }) => type === 'inventory').length >= 5);
  expect(stage.writes(total)).toEqual([]);
  await editFirst({ jobTitle: 'Captain' });
  await stage.have(1, everyone, captain);
});

test.each([5 * 60_000, -5 * 60_000])("a worker's clock that is %i ms off changes nothing", async (skew) => {
  stage = await Stage.open({ contacts });
  const wrong = (clock: Clock): Clock => ({ ...clock, now: () => clock.now() + skew });
  const system = await stage.system([usualPolicy()], {
    wrap: (ports) => ({ ...ports, clock: wrong(ports.clock) }),
    timing: { settle: 2000 },
  });
  await stage.have(12);
  await editFirst({ jobTitle: 'Captain' });
  await stage.have(1, everyone, captain);
  const [first] = await stage.copies(BOB);
  await stage.outlook.remove(BOB, first?.id ?? '');
  await order(system, 'reconcile');
  await stage.have(12);
});
