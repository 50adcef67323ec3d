import { expect, test } from 'vitest';
import { until } from '../../support/until.ts';
import { at, client, control, simulate } from './raw-client.ts';
import { webhook } from './webhook.ts';

const ada = '/users/ada@contoso.com';

async function ready() {
  const simulator = await simulate({ allowHttpWebhooks: true });
  const act = async (method: string, path: string, json?: unknown) => {
    const reply = await control(simulator, method, `/world/${path}`, json);
    expect(reply).toMatchObject({ status: 200 });
    return reply.body;
  };
  return { simulator, act, send: await client(simulator) };
}

test('issue 6: the control address tells what there is to ask for', async () => {
  const { simulator } = await ready();
  const { body } = await control(simulator, 'GET', '');
  expect(body).toMatchObject({ tenantId: simulator.tenantId, domain: 'contoso.com', mailboxes: 5, faults: 0 });
  expect(at(body, 'operations')).toEqual(expect.arrayContaining(['POST faults', 'POST world/mailboxes/{key}/move']));
  for (const path of ['/nothing', '/world/nothing', '/subscriptions/none/lifecycle'])
    expect((await control(simulator, 'POST', path, {})).status).toBe(404);
  expect((await control(simulator, 'POST', '/clock', { advanceMs: 'soon' })).status).toBe(400);
});

test('graph.md 1.8: another client moves a contact; its ordinary id changes, the immutable one stays', async () => {
  const { act, send } = await ready();
  const immutable = { prefer: 'IdType="ImmutableId"' };
  const id = at((await send('POST', `${ada}/contacts`, { json: { givenName: 'Ann' } })).body, 'id');
  const kept = at((await send('GET', `${ada}/contacts/${id}`, { headers: immutable })).body, 'id');
  const folderId = at(await act('POST', 'mailboxes/ada@contoso.com/folders', { displayName: 'Friends' }), 'id');
  const moved = at(await act('POST', 'mailboxes/ada@contoso.com/move', { itemId: id, folderId }), 'id');
  expect(moved).not.toBe(id);
  const found = await send('GET', `${ada}/contacts/${moved}`, { headers: immutable });
  expect(at(found.body, 'id')).toBe(kept);
});

test('graph.md 1.6: a folder of the same name can exist by other means', async () => {
  const { act, send } = await ready();
  await act('POST', 'mailboxes/ada@contoso.com/folders', { displayName: 'Company' });
  await act('POST', 'mailboxes/ada@contoso.com/folders', { displayName: 'Company' });
  const list = await send('GET', `${ada}/contactFolders?$filter=displayName eq 'Company'`);
  expect(at(list.body, 'value')).toHaveLength(2);
});

test('graph.md 6 and 7: users come, change, lose their licence and go; groups change members', async () => {
  const { act, send, simulator } = await ready();
  const id = at(await act('POST', 'users', { upn: 'nova@contoso.com', displayName: 'Nova New' }), 'id');
  expect((await send('GET', '/users/nova@contoso.com/contacts')).status).toBe(200);
  await act('PATCH', 'users/nova@contoso.com', { userPrincipalName: 'nova.newer@contoso.com' });
  expect(at((await send('GET', '/users/nova.newer@contoso.com')).body, 'id')).toBe(id);
  await act('POST', 'users/nova.newer@contoso.com/licence', { licensed: false });
  const unlicensed = await send('GET', '/users/nova.newer@contoso.com/contacts');
  expect(at(unlicensed.body, 'error', 'code')).toBe('MailboxNotEnabledForRESTAPI');
  await act('POST', 'users/nova.newer@contoso.com/licence', { licensed: true, readyAfterMs: 900_000 });
  expect((await send('GET', '/users/nova.newer@contoso.com/contacts')).status).toBe(404);
  await control(simulator, 'POST', '/clock', { advanceMs: 900_001 });
  expect((await send('GET', '/users/nova.newer@contoso.com/contacts')).status).toBe(200);

  const group = at((await send('GET', '/groups')).body, 'value', 0, 'id');
  await act('POST', `groups/${group}/members`, { add: ['nova.newer@contoso.com'], remove: ['ada@contoso.com'] });
  const members = at((await send('GET', `/groups/${group}/members`)).body, 'value') as { id: string }[];
  expect(members.map((member) => member.id)).toContain(id);
  expect(members.map((member) => member.id)).not.toContain(simulator.mailboxIdOf('ada@contoso.com'));
  await act('POST', 'users/nova.newer@contoso.com/delete');
  expect((await send('GET', `/users/${id}`)).status).toBe(404);
});

test('F34: a notification can name an item that nobody will ever find', async () => {
  const { send, simulator } = await ready();
  const hook = await webhook();
  const expirationDateTime = new Date(Date.now() + 3_600_000).toISOString();
  const made = await send('POST', '/subscriptions', {
    json: {
      changeType: 'created',
      notificationUrl: `${hook.url}/x`,
      resource: 'users/ada@contoso.com/contacts',
      expirationDateTime,
    },
  });
  const announcement = { itemId: 'AAkDUMMY', changeType: 'created' };
  await control(simulator, 'POST', `/subscriptions/${at(made.body, 'id')}/announce`, announcement);
  await until('it is told', () => hook.posts.length === 1);
  expect(at(hook.posts[0]?.value, 0, 'resourceData', 'id')).toBe('AAkDUMMY');
  expect((await send('GET', `${ada}/contacts/AAkDUMMY`)).status).toBeGreaterThanOrEqual(400);
});

test('issue 6 Time: virtual time stands still until it is advanced', async () => {
  const simulator = await simulate({ frozenAt: Date.parse('2026-05-01T08:00:00Z') });
  const send = await client(simulator);
  const made = await send('POST', `${ada}/contacts`, { json: { givenName: 'Ann' } });
  expect(at(made.body, 'createdDateTime')).toBe('2026-05-01T08:00:00Z');
  await control(simulator, 'POST', '/clock', { advanceMs: 60_000 });
  const later = await send('POST', `${ada}/contacts`, { json: { givenName: 'Bea' } });
  expect(at(later.body, 'createdDateTime')).toBe('2026-05-01T08:01:00Z');
});
