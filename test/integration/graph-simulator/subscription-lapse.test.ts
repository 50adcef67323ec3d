import { expect, test } from 'vitest';
import { until } from '../../support/until.ts';
import { at, client, simulate } from './raw-client.ts';
import { webhook } from './webhook.ts';

const start = Date.UTC(2026, 5, 1);
const minute = 60_000;

async function subscribed(life: boolean, lifetimeMinutes: number) {
  const simulator = await simulate({ allowHttpWebhooks: true, frozenAt: start, tokenLifetimeSeconds: 1_000_000 });
  const [send, hook] = [await client(simulator), await webhook()];
  const json = {
    ...{ changeType: 'created', notificationUrl: `${hook.url}/hook`, resource: 'users/ada@contoso.com/contacts' },
    expirationDateTime: new Date(start + lifetimeMinutes * minute).toISOString(),
    ...(life && { lifecycleNotificationUrl: `${hook.url}/life` }),
  };
  const { body } = await send('POST', '/subscriptions', { json });
  const events = () => hook.posts.filter(({ path }) => path === '/life').flatMap(({ value }) => value);
  const pass = (minutes: number) => simulator.clock.advance(minutes * minute);
  return { simulator, send, hook, id: String(at(body, 'id')), events, pass };
}

test('graph.md 3.7: reauthorizationRequired comes after a quarter of the time, then every 15 minutes in the last hour', async () => {
  const { simulator, events, pass } = await subscribed(true, 240);
  pass(239);
  await until('all reminders', () => simulator.delivery.records().length === 8 || undefined);
  const sent = simulator.delivery.records().map(({ changedAt }) => Math.floor((changedAt - start) / minute));
  // 240 minutes, then 180, 135, 101 and 76 are left; from 57 on it is every quarter of an hour.
  expect(sent.toSorted((one, other) => one - other)).toEqual([60, 105, 138, 164, 183, 198, 213, 228]);
  expect(events()[0]).toMatchObject({ lifecycleEvent: 'reauthorizationRequired' });
});

test('graph.md 3.7: reauthorize starts the schedule anew; without a lifecycle address nothing comes', async () => {
  const { simulator, send, id, events, pass } = await subscribed(true, 240);
  pass(59);
  expect((await send('POST', `/subscriptions/${id}/reauthorize`)).status).toBe(204);
  pass(2);
  expect(simulator.delivery.pending()).toBe(0);
  expect(events()).toEqual([]);
  pass(44);
  await until('the reminder', () => events().length === 1 || undefined);
  const silent = await subscribed(false, 240);
  silent.pass(230);
  expect(silent.simulator.delivery.records()).toEqual([]);
});

test.each([
  { name: 'slow: late by ten minutes', tookMs: 4000, arrivesAfter: 10 },
  { name: 'hardly any: dropped for ten minutes', tookMs: 11_000, arrivesAfter: undefined },
])('graph.md 3.6: a host whose answers are $name', async ({ tookMs, arrivesAfter }) => {
  const { simulator, send, hook, pass } = await subscribed(false, 1000);
  const create = async () => {
    await send('POST', '/users/ada@contoso.com/contacts', { json: { givenName: 'Ann' } });
    pass(0);
  };
  hook.onPost = () => {
    simulator.clock.advance(tookMs);
    return 202;
  };
  await create();
  await until('the slow answer', () => simulator.delivery.records().length === 1 || undefined);
  hook.onPost = () => 202;
  pass(10);
  await create();
  expect(simulator.delivery.pending()).toBe(arrivesAfter === undefined ? 0 : 1);
  pass(10);
  if (arrivesAfter !== undefined)
    await until('the late one', () => simulator.delivery.records().length === 2 || undefined);
  await create();
  // The ten minutes are over: a trial goes out at once.
  const expected = arrivesAfter === undefined ? 2 : 3;
  await until('the trial', () => simulator.delivery.records().length === expected || undefined);
});
