import { afterEach, expect, test } from 'vitest';
import { makePlan, type Plan } from '#usecases/plan';
import { closingChecks, quiet } from '../../support/closing-checks.ts';
import { visible } from '../../support/outlook.ts';
import { everyone, order, SOURCE, Stage, usualPolicy } from '../../support/stage.ts';
import type { System } from '../../support/system.ts';
import { contact } from '../../support/worlds.ts';

let stage: Stage;
let system: System;
const [ADA, BOB, CLEO] = everyone as [string, string, string];
const policy = usualPolicy({ trigger: 'manual' });
const verbs: Record<string, string> = { create: 'POST', update: 'PATCH', delete: 'DELETE' };

afterEach(async () => {
  await closingChecks(stage);
  await stage.close();
});

async function filled(count: number): Promise<void> {
  stage = await Stage.open({ contacts: Array.from({ length: count }, (_, n) => contact(n)) });
  system = await stage.system([policy]);
  await order(system, 'run');
  await stage.have(count);
}

/** A plan, which itself writes nothing to any mailbox. */
async function plan(): Promise<Plan> {
  const { total } = stage.simulator.journal;
  const made = await makePlan(system.worker.context, policy, 'tester');
  expect(stage.writes(total)).toEqual([]);
  return made;
}

/** The journal tells mailboxes by the ids of their users. */
const addressOf = (id: string | undefined): string =>
  everyone.find(
    (who) => stage.simulator.engine.world.mailbox(who) === stage.simulator.engine.world.mailbox(id ?? ''),
  ) ?? '';

const tasks = (made: Plan): string[] => made.operations.map(({ kind, address }) => `${verbs[kind]} ${address}`).sort();

/** Runs exactly a plan; answers what was written, by mailbox, and what the report says of problems. */
async function run({ key }: Plan): Promise<{ written: string[]; problems: string[] }> {
  const { total } = stage.simulator.journal;
  const before = (await system.ports.store.range('run', '', '~', 1000)).map((one) => one.key);
  await order(system, 'run', { scope: [key] });
  const written = stage.simulator.journal
    .entries({ app: stage.simulator.clientId, after: total })
    .filter(({ method, path }) => method !== 'GET' && /contact/i.test(path))
    .map(({ method, mailbox }) => `${method} ${addressOf(mailbox)}`)
    .sort();
  const runs = await system.ports.store.range('run', '', '~', 1000);
  const problems = runs.filter((one) => !before.includes(one.key)).flatMap(({ record }) => record.problems);
  return { written, problems };
}

const sourceId = async (name: string): Promise<string> =>
  (await stage.sources()).find((one) => one['displayName'] === name)?.id ?? '';
const copyId = async (who: string, name: string): Promise<string> =>
  (await stage.copies(who)).find((one) => one['displayName'] === name)?.id ?? '';
const home = async (): Promise<string> => (await stage.outlook.folder(SOURCE, 'Customers')) ?? '';

test('promise 8: what a plan shows is what its run does, for every kind of write, and then nothing is left to plan', async () => {
  await filled(6);
  await stage.outlook.edit(SOURCE, await sourceId('Person 1'), { jobTitle: 'Captain' });
  await stage.outlook.remove(SOURCE, await sourceId('Person 2'));
  await stage.outlook.create(SOURCE, await home(), contact(700));
  await stage.outlook.remove(BOB, await copyId(BOB, 'Person 3'));
  await stage.outlook.edit(CLEO, await copyId(CLEO, 'Person 4'), { jobTitle: 'changed by Cleo' });
  const made = await plan();
  const everywhere = everyone.flatMap((who) => [`DELETE ${who}`, `PATCH ${who}`, `POST ${who}`]);
  expect(tasks(made)).toEqual([...everywhere, `POST ${BOB}`, `PATCH ${CLEO}`].sort());
  const { written, problems } = await run(made);
  expect(written).toEqual(tasks(made));
  expect(problems).toEqual([]);
  const wanted = (await stage.sources()).map((one) => JSON.stringify(visible(one))).sort();
  for (const who of everyone)
    expect((await stage.copies(who)).map((one) => JSON.stringify(visible(one))).sort()).toEqual(wanted);
  expect((await plan()).operations).toEqual([]);
  await quiet(stage, system);
});

test('promise 8, I18: what changed since the plan is left undone and said, the rest is done, nothing else is', async () => {
  await filled(4);
  await stage.outlook.edit(SOURCE, await sourceId('Person 0'), { jobTitle: 'Captain' });
  await stage.outlook.edit(SOURCE, await sourceId('Person 1'), { jobTitle: 'Captain' });
  const made = await plan();
  expect(tasks(made)).toEqual(everyone.flatMap((who) => [`PATCH ${who}`, `PATCH ${who}`]).sort());
  // Another value than was shown, a contact that was never shown, and a copy that is no longer what it was.
  await stage.outlook.edit(SOURCE, await sourceId('Person 1'), { jobTitle: 'Admiral' });
  await stage.outlook.create(SOURCE, await home(), contact(700));
  await stage.outlook.edit(BOB, await copyId(BOB, 'Person 0'), { nickName: 'Nil' });
  const { problems } = await run(made);
  expect(problems.length).toBeGreaterThan(0);
  for (const problem of problems) expect(problem).toContain('it changed since the plan');
  const titles = async (who: string): Promise<unknown[]> =>
    (await stage.copies(who)).map((copy) => [copy['displayName'], copy['jobTitle']]).sort();
  const [done, undone] = [
    ['Person 0', 'Captain'],
    ['Person 0', null],
  ];
  const rest = [1, 2, 3].map((n) => [`Person ${n}`, null]);
  for (const who of [ADA, CLEO]) expect(await titles(who)).toEqual([done, ...rest]);
  expect(await titles(BOB)).toEqual([undone, ...rest]);
  // What was left is what the next plan shows, and does.
  const next = await plan();
  const left = everyone.flatMap((who) => [`PATCH ${who}`, `POST ${who}`]);
  expect(tasks(next)).toEqual([...left, `PATCH ${BOB}`].sort());
  expect((await run(next)).written).toEqual(tasks(next));
  await quiet(stage, system);
});

test('promise 8, K-06: deletions that the brake would hold are no part of a plan, which says so', async () => {
  await filled(20);
  for (const { id } of (await stage.sources()).slice(0, 12)) await stage.outlook.remove(SOURCE, id);
  const made = await plan();
  expect(made.operations).toEqual([]);
  expect(made.held).toEqual([expect.stringContaining('12')]);
  expect((await run(made)).written).toEqual([]);
  await stage.have(20);
});

test('B-07, K-07: a copy that its user deleted, and one that was edited, are right again after the next run by hand', async () => {
  await filled(3);
  const sources = await stage.sources();
  await stage.outlook.remove(BOB, await copyId(BOB, 'Person 1'));
  await stage.outlook.edit(CLEO, await copyId(CLEO, 'Person 2'), { jobTitle: 'changed by Cleo' });
  await order(system, 'run');
  await stage.have(3);
  await stage.have(0, [CLEO], (copy) => copy['jobTitle'] !== null);
  expect(await stage.sources()).toEqual(sources);
  await quiet(stage, system);
});
