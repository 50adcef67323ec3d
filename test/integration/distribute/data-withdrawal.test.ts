import { afterEach, expect, test } from 'vitest';
import { closingChecks, expectInventories, quiet, quietWithEmptyStore } from '../../support/closing-checks.ts';
import { everyone, SOURCE, Stage, usualPolicy } from '../../support/stage.ts';
import type { System } from '../../support/system.ts';
import { until } from '../../support/until.ts';
import { contact } from '../../support/worlds.ts';

let stage: Stage;
let system: System;
const policy = usualPolicy({ exclude: { categories: ['Internal, strictly'] } });
const [ADA] = everyone as [string, string, string];

afterEach(async () => {
  await closingChecks(stage);
  await stage.close();
});

async function open(count: number, changes: Partial<typeof policy> = {}, timing = {}): Promise<void> {
  stage = await Stage.open({ contacts: Array.from({ length: count }, (_, n) => contact(n)) });
  system = await stage.system([{ ...policy, ...changes }], { timing });
  await stage.have(count);
}

const sourceId = async (name: string): Promise<string> =>
  (await stage.sources()).find((one) => one['displayName'] === name)?.id ?? '';
const names = async (who: string): Promise<unknown[]> =>
  (await stage.copies(who)).map((copy) => copy['displayName']).sort();

async function hide(name: string, value: boolean): Promise<void> {
  const { world } = stage.simulator.engine;
  const mailbox = world.mailbox(SOURCE);
  const item = mailbox?.itemById(await sourceId(name));
  if (!mailbox || !item) throw new Error('the world has the item');
  world.setPrivate(mailbox, item, value);
}

/** Bodies of all writes of ours since a moment, as text. */
const sent = (after: number): string =>
  JSON.stringify(
    stage.simulator.journal
      .entries({ app: stage.simulator.clientId, after })
      .filter(({ method }) => method !== 'GET')
      .map(({ body }) => body),
  );

test('promise 7: a contact that gets an excluded category is withdrawn, and comes back without it', async () => {
  await open(3);
  const { total } = stage.simulator.journal;
  await stage.outlook.edit(SOURCE, await sourceId('Person 1'), {
    categories: ['VIP', 'internal, STRICTLY'],
    personalNotes: 'what nobody may read',
  });
  await stage.have(2);
  for (const who of everyone) expect(await names(who)).toEqual(['Person 0', 'Person 2']);
  expect(sent(total)).not.toContain('what nobody may read');
  await quiet(stage, system);
  await stage.outlook.edit(SOURCE, await sourceId('Person 1'), { categories: ['VIP'], personalNotes: 'open to all' });
  await stage.have(1, everyone, (copy) => copy['personalNotes'] === 'open to all');
  await quiet(stage, system);
  await quietWithEmptyStore(stage, system, policy);
});

test('promise 7, I13: what is private is withdrawn without grace, and what it becomes meanwhile goes nowhere', async () => {
  // A grace that no test outlasts: only what waits for none can be withdrawn.
  await open(3, {}, { grace: 600_000 });
  const { total } = stage.simulator.journal;
  await hide('Person 1', true);
  await stage.have(2);
  await stage.outlook.edit(SOURCE, await sourceId('Person 1'), { jobTitle: 'what nobody may read' });
  await stage.outlook.edit(SOURCE, await sourceId('Person 0'), { jobTitle: 'Captain' });
  await stage.have(1, everyone, (copy) => copy['jobTitle'] === 'Captain');
  for (const who of everyone) expect(await names(who)).toEqual(['Person 0', 'Person 2']);
  expect(sent(total)).not.toContain('what nobody may read');
  const kept = JSON.stringify(await system.ports.store.range('version', '', '~', 1000));
  expect(kept).toContain('Captain');
  expect(kept).not.toContain('what nobody may read');
  await hide('Person 1', false);
  await stage.have(3);
});

test('promise 7: whoever is private from the start leaves no trace in the store, and none with an empty one', async () => {
  stage = await Stage.open({ contacts: [contact(1), { ...contact(2), displayName: 'Hidden Henry' }] });
  await hide('Hidden Henry', true);
  system = await stage.system([policy]);
  await stage.have(1);
  const stored = [
    await system.ports.store.range('version', '', '~', 1000),
    await system.ports.store.range('commit', '', '~', 1000),
  ];
  expect(JSON.stringify(stored)).toContain('Person 1');
  expect(JSON.stringify(stored)).not.toContain('Henry');
  await quiet(stage, system);
  await quietWithEmptyStore(stage, system, policy);
  expect(await names(ADA)).toEqual(['Person 1']);
});

test('A-65: a version that is refused everywhere is marked once, and each mailbox is asked once', async () => {
  stage = await Stage.open({ contacts: [contact(1), { ...contact(2), displayName: 'Bad' }] });
  const bad = { method: 'POST', path: '/[/]contacts$/', app: stage.simulator.clientId };
  expectInventories(stage);
  stage.simulator.faults.add({ ...bad, status: 400, code: 'ErrorInvalidProperty', times: 0 });
  system = await stage.system([policy]);
  const marked = async (): Promise<string[]> =>
    (await system.ports.store.range('commit', '', '~', 1000)).flatMap(({ record }) =>
      record.versions.flatMap(({ refused, number }) => (refused ? [`${number} ${refused}`] : [])),
    );
  await until('both are marked', async () => (await marked()).length >= 2);
  await quiet(stage, system);
  expect((await marked()).sort()).toEqual(['1 ErrorInvalidProperty', '2 ErrorInvalidProperty']);
  expect(stage.writes().filter((line) => line.startsWith('POST') && line.endsWith('/contacts'))).toHaveLength(6);
  stage.simulator.faults.clear();
  // A newer version is another one: it is tried.
  await stage.outlook.edit(SOURCE, await sourceId('Bad'), { jobTitle: 'Good now' });
  await stage.have(1);
});
