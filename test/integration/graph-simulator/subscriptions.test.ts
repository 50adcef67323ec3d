import { expect, test } from 'vitest';
import { until } from '../../support/until.ts';
import { at, client, control, type Send, simulate } from './raw-client.ts';
import { type Webhook, webhook } from './webhook.ts';

const minutes = (count: number, from = Date.now()): string => new Date(from + count * 60_000).toISOString();

const wish = (hook: Webhook, more: object = {}) => ({
  changeType: 'created,updated,deleted',
  notificationUrl: `${hook.url}/hook?tenant=t1`,
  resource: 'users/ada@contoso.com/contacts',
  expirationDateTime: minutes(1000),
  clientState: 'secret-state',
  ...more,
});

const allowed = { allowHttpWebhooks: true } as const;

async function ready(options: Parameters<typeof simulate>[0] = allowed): Promise<{
  simulator: Awaited<ReturnType<typeof simulate>>;
  send: Send;
  hook: Webhook;
}> {
  const simulator = await simulate(options);
  return { simulator, send: await client(simulator), hook: await webhook() };
}

const subscribe = (send: Send, json: object, headers = {}) => send('POST', '/subscriptions', { json, headers });

const notices = (hook: Webhook) => hook.posts.flatMap(({ value }) => value);

test('H-06, graph.md 3.2 and 3.4: creation validates both URLs and answers 201 with every property', async () => {
  const { send, hook, simulator } = await ready();
  const json = wish(hook, { lifecycleNotificationUrl: `${hook.url}/life` });
  const reply = await subscribe(send, json);
  expect(reply.status).toBe(201);
  expect(reply.body).toMatchObject({
    ...json,
    applicationId: simulator.clientId,
    latestSupportedTlsVersion: 'v1_2',
    notificationQueryOptions: null,
    includeResourceData: null,
    encryptionCertificate: null,
    encryptionCertificateId: null,
    notificationUrlAppId: null,
  });
  expect(reply.headers.get('location')).toContain('/subscriptions');
  expect(hook.validations).toHaveLength(2);
  expect(hook.validations).toContainEqual(
    expect.stringMatching(/^\?tenant=t1&validationToken=Validation%3a\+Testing\+/),
  );
});

test('F32, graph.md 12.2: a token with percent, plus and markup must come back decoded once', async () => {
  const { send, hook, simulator } = await ready();
  await control(simulator, 'PATCH', '/settings', { validationText: 'Validation: 100% sure+ok <b> ü' });
  expect((await subscribe(send, wish(hook))).status).toBe(201);
  expect(hook.validations[0]).toContain('100%25+sure%2bok+');
  hook.onValidation = (token) => ({ status: 200, type: 'text/plain', body: encodeURIComponent(token) });
  expect((await subscribe(send, wish(hook))).status).toBe(400);
});

test.each([
  ['another status', { status: 403, type: 'text/plain' }, /must respond with 200 OK.*'Forbidden'/],
  ['202', { status: 202, type: 'text/plain' }, /must respond with 200 OK.*'Accepted'/],
  ['HTML', { status: 200, type: 'text/html' }, /text\/plain/],
])('H-06, graph.md 3.2: a webhook that answers the handshake with %s is refused', async (_, answer, message) => {
  const { send, hook } = await ready();
  hook.onValidation = (token) => ({ ...answer, body: token });
  const reply = await subscribe(send, wish(hook));
  expect([reply.status, at(reply.body, 'error', 'code')]).toEqual([400, 'ValidationError']);
  expect(at(reply.body, 'error', 'message')).toMatch(message);
  expect(at((await send('GET', '/subscriptions')).body, 'value')).toEqual([]);
});

test('graph.md 3.2: a webhook that nobody serves is refused', async () => {
  const { send, hook } = await ready();
  const reply = await subscribe(send, wish(hook, { notificationUrl: 'http://127.0.0.1:9/nothing' }));
  expect([reply.status, at(reply.body, 'error', 'code')]).toEqual([400, 'ValidationError']);
});

test('graph.md 12.20: http is refused unless the simulator is told to allow it', async () => {
  const { send, hook } = await ready({});
  const reply = await subscribe(send, wish(hook));
  expect(reply.status).toBe(400);
  expect(reply.body).toMatchObject({
    error: { code: 'InvalidRequest', message: "NotificationUrl scheme='http' is not supported." },
  });
  expect(hook.validations).toEqual([]);
});

test.each([
  ['no resource', { resource: undefined }, 'InvalidRequest', /'resource'/],
  ['no expiry', { expirationDateTime: undefined }, 'InvalidRequest', /'expirationDateTime'/],
  [
    'a misspelt property',
    { expiration: minutes(60) },
    'InvalidRequest',
    /Could not process subscription creation payload/,
  ],
  ['an expiry in the past', { expirationDateTime: minutes(-1) }, 'InvalidRequest', /future/],
  ['a word as expiry', { expirationDateTime: 'tomorrow' }, 'InvalidRequest', /date/],
  ['more than 10,070 minutes', { expirationDateTime: minutes(10_075) }, 'ExtensionError', /only be 10070 minutes/],
  ['a resource without notifications', { resource: 'contacts' }, 'ExtensionError', /not supported/],
  ['a change type that does not exist', { changeType: 'created,moved' }, 'InvalidRequest', /moved/],
  ['created of a user', { resource: 'users', changeType: 'created' }, 'InvalidRequest', /created/],
  ['a client state of 129 characters', { clientState: 'x'.repeat(129) }, 'InvalidRequest', /128/],
  ['a lifecycle host of its own', { lifecycleNotificationUrl: 'http://localhost:1/x' }, 'InvalidRequest', /host name/],
])('graph.md 3.1 to 3.3: %s is 400', async (_, change, code, message) => {
  const { send, hook } = await ready();
  const reply = await subscribe(send, wish(hook, change));
  expect([reply.status, at(reply.body, 'error', 'code')]).toEqual([400, code]);
  expect(at(reply.body, 'error', 'message')).toMatch(message);
});

test('graph.md 3.1: an expiry sooner than 45 minutes is raised to 45', async () => {
  const { send, hook, simulator } = await ready();
  const reply = await subscribe(send, wish(hook, { expirationDateTime: minutes(5) }));
  const expiry = Date.parse(String(at(reply.body, 'expirationDateTime')));
  expect(Math.round((expiry - simulator.clock.now()) / 60_000)).toBe(45);
});

test('F-12, graph.md 3.3: Contacts.ReadWrite alone may not subscribe, Contacts.Read may', async () => {
  const { simulator, hook } = await ready();
  const writer = await client(simulator, simulator.addApp(['Contacts.ReadWrite']));
  const refused = await subscribe(writer, wish(hook));
  expect([refused.status, at(refused.body, 'error', 'code')]).toEqual([403, 'ExtensionError']);
  const reader = await client(simulator, simulator.addApp(['Contacts.Read']));
  expect((await subscribe(reader, wish(hook))).status).toBe(201);
});

test('graph.md 3.2: an unknown mailbox or folder is passed on as ExtensionError', async () => {
  const { send, hook } = await ready();
  for (const resource of [
    'users/nobody@contoso.com/contacts',
    'users/ada@contoso.com/contactFolders/AAMkNo/contacts',
  ]) {
    const reply = await subscribe(send, wish(hook, { resource }));
    expect(at(reply.body, 'error', 'code')).toBe('ExtensionError');
    expect(at(reply.body, 'error', 'message')).toMatch(/^Operation: Create; Exception: \[Status Code: \w+; Reason: /);
  }
});

test('graph.md 3.2: list, get, renew, reauthorize and delete; other apps see nothing; the list hides clientState', async () => {
  const { send, hook, simulator } = await ready();
  const path = `/subscriptions/${at((await subscribe(send, wish(hook))).body, 'id')}`;
  const list = await send('GET', '/subscriptions');
  expect(at(list.body, 'value', 0, 'clientState')).toBeNull();
  expect(at((await send('GET', path)).body, 'clientState')).toBe('secret-state');
  const stranger = await client(simulator, simulator.addApp(['Contacts.Read']));
  expect((await stranger('GET', path)).status).toBe(404);
  expect(at((await stranger('GET', '/subscriptions')).body, 'value')).toEqual([]);

  const later = minutes(2000);
  const renewed = await send('PATCH', path, { json: { expirationDateTime: later } });
  expect([renewed.status, at(renewed.body, 'expirationDateTime')]).toEqual([200, later]);
  const empty = await send('PATCH', path, { json: {} });
  expect(at(empty.body, 'error', 'message')).toMatch(/^Subscription must contain either/);
  expect((await send('POST', `${path}/reauthorize`)).status).toBe(204);
  const moved = await send('PATCH', path, { json: { notificationUrl: `${hook.url}/new` } });
  expect([moved.status, hook.validations.length]).toEqual([200, 2]);

  expect((await send('DELETE', path)).status).toBe(204);
  const gone = await send('DELETE', path);
  expect([gone.status, at(gone.body, 'error', 'message')]).toEqual([404, 'The object was not found.']);
});

test('graph.md 3.2: an expired subscription is gone', async () => {
  const { send, hook, simulator } = await ready();
  const id = at((await subscribe(send, wish(hook, { expirationDateTime: minutes(46) }))).body, 'id');
  simulator.clock.advance(47 * 60_000);
  expect((await (await client(simulator))('GET', `/subscriptions/${id}`)).status).toBe(404);
});

test('H-06, graph.md 3.5: create, edit and delete are told with clientState, capitalised resource and etag', async () => {
  const { send, hook, simulator } = await ready();
  const subscriptionId = at((await subscribe(send, wish(hook))).body, 'id');
  const contacts = '/users/ada@contoso.com/contacts';
  const made = await send('POST', contacts, { json: { givenName: 'Ann' } });
  const id = String(at(made.body, 'id'));
  await until('the creation is told', () => hook.posts.length === 1);
  const owner = simulator.mailboxIdOf('ada@contoso.com');
  const resource = `Users/${owner}/Contacts/${id}`;
  expect(notices(hook)[0]).toMatchObject({
    subscriptionId,
    clientState: 'secret-state',
    changeType: 'created',
    tenantId: simulator.tenantId,
    resource,
    resourceData: {
      '@odata.type': '#Microsoft.Graph.Contact',
      '@odata.id': resource,
      '@odata.etag': at(made.body, '@odata.etag'),
      id,
    },
  });
  await send('PATCH', `${contacts}/${id}`, { json: { jobTitle: 'CTO' } });
  await send('DELETE', `${contacts}/${id}`);
  await until('all is told', () => notices(hook).length === 3);
  expect(notices(hook).map(({ changeType }) => changeType)).toEqual(['created', 'updated', 'deleted']);
});

test('graph.md 1.8: a subscription made with immutable ids tells immutable ids', async () => {
  const { send, hook } = await ready();
  const prefer = { prefer: 'IdType="ImmutableId"' };
  await subscribe(send, wish(hook), prefer);
  const made = await send('POST', '/users/ada@contoso.com/contacts', { json: { givenName: 'Ann' }, headers: prefer });
  await until('it is told', () => notices(hook).length === 1);
  expect(at(notices(hook)[0], 'resourceData', 'id')).toBe(at(made.body, 'id'));
});

test('B-03, graph.md 3.3: a folder subscription hears its folder only; a mailbox subscription hears all folders', async () => {
  const { send, hook } = await ready();
  const user = '/users/shared.contacts@contoso.com';
  const folder = String(at((await send('GET', `${user}/contactFolders`)).body, 'value', 0, 'id'));
  const resource = `${user}/contactFolders/${folder}/contacts`;
  await subscribe(send, wish(hook, { resource, clientState: 'folder' }));
  await subscribe(send, wish(hook, { resource: `${user}/contacts`, clientState: 'mailbox' }));
  await send('POST', `${user}/contacts`, { json: { givenName: 'Default' } });
  await send('POST', `${user}/contactFolders/${folder}/contacts`, { json: { givenName: 'Customers' } });
  await send('POST', '/users/ada@contoso.com/contacts', { json: { givenName: 'Elsewhere' } });
  await until('three are told', () => notices(hook).length === 3);
  expect(
    notices(hook)
      .map(({ clientState }) => clientState)
      .sort(),
  ).toEqual(['folder', 'mailbox', 'mailbox']);
});

test('graph.md 3.6: several changes at once share a POST; a receiver that fails gets it again', async () => {
  const { send, hook } = await ready({ ...allowed, notificationRetryMs: 20 });
  await subscribe(send, wish(hook));
  await subscribe(send, wish(hook, { clientState: 'second' }));
  let failures = 2;
  hook.onPost = () => (failures-- > 0 ? 503 : 202);
  await send('POST', '/users/ada@contoso.com/contacts', { json: { givenName: 'Ann' } });
  await until('the third try', () => hook.posts.length === 3);
  for (const { value } of hook.posts)
    expect(value.map(({ clientState }) => clientState)).toEqual(['secret-state', 'second']);
});

test('graph.md 3.6: after four hours a notification is given up and `missed` is sent to the lifecycle URL', async () => {
  const { send, hook, simulator } = await ready({ ...allowed, frozenAt: Date.parse('2026-05-01T08:00:00Z') });
  await subscribe(
    send,
    wish(hook, {
      expirationDateTime: minutes(9000, simulator.clock.now()),
      lifecycleNotificationUrl: `${hook.url}/life`,
    }),
  );
  hook.onPost = () => (hook.posts.at(-1)?.path === '/hook' ? 500 : 202);
  await send('POST', '/users/ada@contoso.com/contacts', { json: { givenName: 'Ann' } });
  await until('missed', () => {
    simulator.clock.advance(60_000);
    return hook.posts.some(({ path }) => path === '/life');
  });
  const event = hook.posts.find(({ path }) => path === '/life')?.value[0];
  expect(event).toMatchObject({ lifecycleEvent: 'missed', clientState: 'secret-state' });
  expect(event).not.toHaveProperty('changeType');
  const tries = hook.posts.filter(({ path }) => path === '/hook').length;
  expect(tries).toBeGreaterThan(5);
});

test.each(['missed', 'subscriptionRemoved', 'reauthorizationRequired'])(
  'graph.md 3.7: %s is sent on command',
  async (event) => {
    const { send, hook, simulator } = await ready();
    const id = at((await subscribe(send, wish(hook, { lifecycleNotificationUrl: `${hook.url}/life` }))).body, 'id');
    expect((await control(simulator, 'POST', `/subscriptions/${id}/lifecycle`, { event })).body).toEqual({
      sent: true,
    });
    await until('the event', () => hook.posts.length === 1);
    expect(hook.posts[0]).toMatchObject({ path: '/life', value: [{ subscriptionId: id, lifecycleEvent: event }] });
    const status = event === 'subscriptionRemoved' ? 404 : 200;
    expect((await send('GET', `/subscriptions/${id}`)).status).toBe(status);
  },
);

test('graph.md 10, 1 and 4, F33: notifications can be lost, doubled, late and out of order', async () => {
  const { send, hook, simulator } = await ready();
  await subscribe(send, wish(hook));
  const make = (givenName: string) => send('POST', '/users/ada@contoso.com/contacts', { json: { givenName } });
  simulator.faults.add({ kind: 'notificationsLost', mailbox: 'ada@contoso.com' });
  await make('Lost');
  simulator.faults.add({ kind: 'notificationsDoubled' });
  const doubled = at((await make('Doubled')).body, 'id');
  await until('the doubled one', () => notices(hook).length === 2);
  expect(notices(hook).map((notice) => at(notice, 'resourceData', 'id'))).toEqual([doubled, doubled]);
  simulator.faults.add({ kind: 'notificationsReordered' });
  const first = at((await make('First')).body, 'id');
  const second = at((await make('Second')).body, 'id');
  await until('both', () => notices(hook).length === 4);
  expect(
    notices(hook)
      .slice(2)
      .map((notice) => at(notice, 'resourceData', 'id')),
  ).toEqual([second, first]);
  simulator.faults.add({ kind: 'notificationsLate', lagMs: 400 });
  const started = performance.now();
  await make('Late');
  await until('the late one', () => notices(hook).length === 5);
  expect(performance.now() - started).toBeGreaterThan(380);
});

test('graph.md 3.6: the time between change and notification keeps within its range', async () => {
  const { send, hook, simulator } = await ready({ ...allowed, notificationDelayMs: [150, 300] });
  await subscribe(send, wish(hook));
  await send('POST', '/users/ada@contoso.com/contacts', { json: { givenName: 'Ann' } });
  await until('a delivery', () => simulator.delivery.records().length > 0);
  const [record] = simulator.delivery.records();
  const delay = (record?.sentAt ?? 0) - (record?.changedAt ?? 0);
  expect(delay).toBeGreaterThanOrEqual(149);
  expect(record).toMatchObject({ status: 202, attempt: 1, ownerId: simulator.mailboxIdOf('ada@contoso.com') });
});

test('graph.md 3.3: directory subscriptions hear of users; creation is told as updated', async () => {
  const { send, hook, simulator } = await ready();
  await subscribe(send, wish(hook, { resource: '/users', changeType: 'updated,deleted' }));
  const user = simulator.engine.world.directory.user('ada@contoso.com');
  if (!user) throw new Error('no ada');
  simulator.engine.world.changeObject(user, { jobTitle: 'Pilot' });
  await until('it is told', () => notices(hook).length === 1);
  expect(notices(hook)[0]).toMatchObject({
    changeType: 'updated',
    resource: `Users/${user.id}`,
    resourceData: { '@odata.type': '#Microsoft.Graph.User', id: user.id, organizationId: simulator.tenantId },
  });
});
