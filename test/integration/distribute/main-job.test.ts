import { afterEach, expect, test } from 'vitest';
import { type Simulator, startSimulator } from '../../../services/graph-simulator/service.ts';
import { Outlook, visible } from '../../support/outlook.ts';
import { aPolicy, type System, startSystem } from '../../support/system.ts';
import { until } from '../../support/until.ts';
import { contact, distributeWorld } from '../../support/worlds.ts';

const people = ['ada@contoso.test', 'bob@contoso.test', 'cleo@contoso.test'];
const policy = aPolicy({
  sources: [{ mailbox: 'source@contoso.test', folder: ['Customers'] }],
  targets: { mailboxes: people, except: [] },
});
let simulator: Simulator;
let system: System | undefined;

afterEach(async () => {
  await system?.close();
  await simulator.close();
});

test('B-03: every contact of the source folder reaches the chosen folder of every target', async () => {
  simulator = await startSimulator({
    scenario: distributeWorld({ contacts: Array.from({ length: 30 }, (_, n) => contact(n)) }),
  });
  const outlook = new Outlook(simulator);
  system = await startSystem(simulator, [policy]);
  for (const who of people)
    await until(`${who} is filled`, async () => (await outlook.listNamed(who, 'Company')).length === 30, 20_000);
  const source = (await outlook.listNamed('source@contoso.test', 'Customers')).map(visible);
  for (const who of people) {
    const copies = (await outlook.listNamed(who, 'Company')).map(visible);
    expect(copies).toEqual(expect.arrayContaining(source));
  }
  const [one] = await outlook.listNamed('source@contoso.test', 'Customers');
  await outlook.edit('source@contoso.test', one?.id ?? '', { jobTitle: 'Captain' });
  for (const who of people)
    await until(`${who} has the edit`, async () =>
      (await outlook.listNamed(who, 'Company')).some((copy) => copy['jobTitle'] === 'Captain'),
    );
  await outlook.remove('source@contoso.test', one?.id ?? '');
  for (const who of people)
    await until(`${who} lost the card`, async () => (await outlook.listNamed(who, 'Company')).length === 29);
  expect(simulator.judge.breaches()).toEqual([]);
});
