import { afterEach, expect, test } from 'vitest';
import { permissionNeeds } from '#core/permissions';
import { Stage, usualPolicy } from '../../support/stage.ts';
import { until } from '../../support/until.ts';
import { contact } from '../../support/worlds.ts';

let stage: Stage;
const contacts = Array.from({ length: 5 }, (_, n) => contact(n));
const all = permissionNeeds.map(({ anyOf }) => anyOf[0] as string);
const without = (role: string): string[] => all.filter((one) => one !== role);

afterEach(() => stage.close());

test('F-12: an app with exactly the permissions of the table can do everything', async () => {
  stage = await Stage.open({ contacts });
  const system = await stage.system([usualPolicy()], { app: stage.simulator.addApp(all), webhook: true });
  await stage.have(5);
  await until('the source is subscribed', () => system.worker.sources.subscribed.size === 1);
});

test('F-11, F-12: without Contacts.Read the policy polls, and says why', async () => {
  stage = await Stage.open({ contacts });
  const app = stage.simulator.addApp(without('Contacts.Read'));
  const system = await stage.system([usualPolicy()], { app, webhook: true, pollMs: 200 });
  await stage.have(5);
  const refused = await until('the refusal is stored', async () =>
    (await system.ports.store.find('subscription.expiry', [0], [], 10)).find(
      ({ record }) => record.state === 'refused',
    ),
  );
  expect(refused.record.reason).toContain('Contacts.Read');
  const [first] = await stage.sources();
  await stage.outlook.edit('source@contoso.test', first?.id ?? '', { jobTitle: 'Captain' });
  await stage.have(1, undefined, (copy) => copy['jobTitle'] === 'Captain');
});

test('F-12: without User.Read.All nobody is found, and the message names it', async () => {
  stage = await Stage.open({ contacts });
  const system = await stage.system([usualPolicy()], { app: stage.simulator.addApp(without('User.Read.All')) });
  const trouble = await until('the trouble is told', () =>
    system.events.find((event) => event.type === 'trouble' && event.where === 'membership/customers'),
  );
  expect(trouble).toMatchObject({ message: expect.stringContaining('User.Read.All') });
});

test('F-12: without Contacts.ReadWrite nothing is written, and each mailbox says so', async () => {
  stage = await Stage.open({ contacts });
  const system = await stage.system([usualPolicy()], { app: stage.simulator.addApp(without('Contacts.ReadWrite')) });
  await until(
    'targets are unreachable',
    () =>
      [...system.worker.endpoints.all()].filter(
        ({ record }) => record.role === 'target' && record.state === 'unreachable',
      ).length === 3,
  );
  await stage.have(0);
});
