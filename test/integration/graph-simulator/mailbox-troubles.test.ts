import { expect, test } from 'vitest';
import { at, client, control, simulate } from './raw-client.ts';

const ada = '/users/ada@contoso.com';

test('graph.md 6: a full mailbox refuses what would grow it and shows and deletes the rest', async () => {
  const simulator = await simulate();
  const send = await client(simulator);
  const first = String(at((await send('GET', `${ada}/contacts`)).body, 'value', 0, 'id'));
  await control(simulator, 'POST', '/faults', { kind: 'mailboxFull', mailbox: 'ada@contoso.com' });
  const refused = await send('POST', `${ada}/contacts`, { json: { givenName: 'Ann' } });
  expect([refused.status, at(refused.body, 'error', 'code')]).toEqual([507, 'ErrorQuotaExceeded']);
  expect((await send('PATCH', `${ada}/contacts/${first}`, { json: { givenName: 'Ann' } })).status).toBe(507);
  expect((await send('GET', `${ada}/contacts`)).status).toBe(200);
  expect((await send('DELETE', `${ada}/contacts/${first}`)).status).toBe(204);
  expect((await send('POST', '/users/bob@contoso.com/contacts', { json: { givenName: 'Ann' } })).status).toBe(201);
});

test('F37, graph.md 6: a mailbox on the move answers with changing codes until the fault is taken back', async () => {
  const simulator = await simulate();
  const send = await client(simulator);
  simulator.faults.add({ kind: 'mailboxMoved', mailbox: 'ada@contoso.com' });
  const codes: unknown[] = [];
  for (let call = 0; call < 5; call++) {
    const { status, body } = await send('GET', `${ada}/contacts`);
    codes.push(`${status} ${at(body, 'error', 'code')}`);
  }
  const moving = ['503 MailboxInfoStale', '404 ResourceNotFound', '404 MailboxNotEnabledForRESTAPI'];
  expect(codes).toEqual([...moving, '401 MailboxNotSupportedForRESTAPI', '503 MailboxInfoStale']);
  expect((await send('GET', '/users')).status).toBe(200);
  await control(simulator, 'DELETE', '/faults');
  expect((await send('GET', `${ada}/contacts`)).status).toBe(200);
});

test('graph.md 6: a soft-deleted mailbox says so', async () => {
  const simulator = await simulate();
  const send = await client(simulator);
  simulator.faults.add({ kind: 'mailboxSoftDeleted', mailbox: 'ada@contoso.com' });
  const { status, body } = await send('GET', `${ada}/contactFolders`);
  expect(status).toBe(404);
  expect(at(body, 'error')).toMatchObject({
    code: 'MailboxNotEnabledForRESTAPI',
    message: 'The mailbox is either inactive, soft-deleted, or is hosted on-premise.',
  });
});
