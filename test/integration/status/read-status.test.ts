import { afterEach, expect, test } from 'vitest';
import { readStatus } from '#usecases/status';
import { order, Stage, usualPolicy } from '../../support/stage.ts';
import { until } from '../../support/until.ts';
import { contact } from '../../support/worlds.ts';

const BOB = 'bob@contoso.test';
let stage: Stage;

afterEach(async () => {
  expect(await stage.touched()).toEqual([]);
  await stage.close();
});

const policy = usualPolicy();
const policies = new Map([[policy.id, policy]]);

test('F-11: a source that is polled says so, and parked work names mailbox and code', async () => {
  stage = await Stage.open({ contacts: [contact(1), contact(2)] });
  const path = String.raw`//contacts(\?|$)/`;
  stage.simulator.faults.add({ status: 400, code: 'ErrorInvalidRequest', method: 'POST', path, mailbox: BOB });
  const system = await stage.system([policy], { pollMs: 200 });
  const status = await until(
    'one contact is parked',
    async () => (await readStatus(system.ports.store, policies)).find(({ parked }) => parked === 1),
    15_000,
  );
  expect(status.parkedWork).toEqual([
    { address: BOB, card: expect.any(Number), code: 'create refused', since: expect.any(Number) },
  ]);
  expect(status.sources).toMatchObject([{ by: 'polling', expires: null }]);
  await until('the edit travelled', async () => (await stage.copies('ada@contoso.test')).length === 2, 15_000);
});

test('W-07: the last nightly pass is told apart from the last run by hand', async () => {
  stage = await Stage.open({ contacts: [contact(1)] });
  let night = Date.now() - 60_000;
  const system = await stage.system([policy], { pollMs: 200, lastNightly: () => night });
  await stage.have(1);
  night = Date.now();
  const read = async () => (await readStatus(system.ports.store, policies))[0];
  await until('the night is over', async () => (await read())?.lastNightly?.phase === 'done', 15_000);
  await order(system, 'run');
  const status = await read();
  expect(status?.lastRun?.kind).toBe('run');
  expect(status?.lastNightly?.kind).toBe('reconcile');
  expect(status?.lastNightly?.order).toMatch(/^nightly-.*-customers$/);
});

test('a source with a live subscription says until when', async () => {
  stage = await Stage.open({ contacts: [contact(1)] });
  const system = await stage.system([policy], { webhook: true });
  await stage.have(1);
  const source = await until('it is subscribed', async () => {
    const [one] = await readStatus(system.ports.store, policies);
    return one?.sources.find(({ by }) => by === 'notification');
  });
  expect(source.expires).toBeGreaterThan(Date.now());
});
