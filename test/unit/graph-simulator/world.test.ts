import { expect, test } from 'vitest';
import { readContactBody } from '../../../services/graph-simulator/engine/contact-body.ts';
import type { GraphChange } from '../../../services/graph-simulator/engine/wire.ts';
import { ann, bob, immutable, person, rows, smallWorld, userOf } from './small-world.ts';

const contacts = `/users/${ann}/contacts`;

test('equal contacts of many mailboxes share one frozen record, for as long as somebody has it', () => {
  const { ok, engine } = smallWorld();
  const made = [ann, bob].map((owner) => ok('POST', `/users/${owner}/contacts`, { body: person(1) }));
  expect(engine.world.pool.size).toBe(1);
  ok('PATCH', `${contacts}/${made[0]?.['id']}`, { body: { jobTitle: 'Boss' } });
  expect(engine.world.pool.size).toBe(2);
  ok('PATCH', `${contacts}/${made[0]?.['id']}`, { body: { jobTitle: null } });
  expect(engine.world.pool.size).toBe(1);
  expect(Object.isFrozen(made[0]?.['emailAddresses'])).toBe(true);
  for (const [at, owner] of [ann, bob].entries()) {
    ok('DELETE', `/users/${owner}/contacts/${made[at]?.['id']}`, { status: 204 });
    engine.world.mailbox(owner)?.emptyDeletedItems();
  }
  expect(engine.world.pool.size).toBe(0);
});

test('a generated contact costs no record until it is written, and then keeps its ids', () => {
  const { ok, engine } = smallWorld({ generated: { flavour: 'people', seed: 1, count: 1000 } });
  const [first] = rows(ok('GET', `${contacts}?$top=1`));
  expect(engine.world.pool.size).toBe(0);
  const patched = ok('PATCH', `${contacts}/${first?.['id']}`, { body: { jobTitle: 'Boss' } });
  expect(engine.world.pool.size).toBe(1);
  expect(rows(ok('GET', `${contacts}?$top=1`))).toMatchObject([
    { id: first?.['id'], jobTitle: 'Boss', surname: 'Sur1000' },
  ]);
  expect(patched['@odata.etag']).not.toBe(first?.['@odata.etag']);
  ok('DELETE', `${contacts}/${first?.['id']}`, { status: 204 });
  engine.world.mailbox(ann)?.emptyDeletedItems();
  expect(rows(ok('GET', `${contacts}?$top=1`))).toMatchObject([{ surname: 'Sur1001' }]);
});

test('graph 3.3: each change of a contact is published with both ids; a move is a deletion and a creation', () => {
  const { ok, engine } = smallWorld({ folders: [{ displayName: 'Team' }] });
  const heard: GraphChange[] = [];
  const stop = engine.onChange((change) => heard.push(change));
  const made = ok('POST', contacts, { body: person(1) });
  const kept = ok('GET', `${contacts}/${made['id']}`, { headers: immutable })['id'];
  const about = {
    entity: 'contact',
    ownerId: ann,
    folderId: made['parentFolderId'],
    itemId: made['id'],
    immutableItemId: kept,
  };
  expect(heard).toEqual([{ kind: 'created', ...about, etag: made['@odata.etag'] }]);
  const patched = ok('PATCH', `${contacts}/${made['id']}`, { body: { title: 'Dr' } });
  expect(heard[1]).toEqual({ kind: 'updated', ...about, etag: patched['@odata.etag'] });
  const mailbox = engine.world.mailbox(ann);
  const team = mailbox?.folders.find(({ displayName }) => displayName === 'Team');
  const item = mailbox?.itemById(String(made['id']));
  if (!mailbox || !team || !item) throw new Error('no item');
  mailbox.moveContact(item, team);
  expect(heard.slice(2)).toMatchObject([
    { kind: 'deleted', ...about },
    { kind: 'created', folderId: team.id, itemId: mailbox.idOf(item, false), immutableItemId: kept },
  ]);
  mailbox.deleteContact(item);
  expect(heard.slice(4)).toMatchObject([{ kind: 'deleted', folderId: team.id, immutableItemId: kept }]);
  stop();
  ok('POST', contacts, { body: person(2) });
  expect(heard).toHaveLength(5);
});

test('another client and an administrator act on the world, and Graph shows it', () => {
  const { ok, call, engine } = smallWorld();
  const { world } = engine;
  const heard: GraphChange[] = [];
  engine.onChange((change) => heard.push(change));
  const carol = '00000000-0000-4000-8000-0000000000c0';
  world.addUser(userOf(carol, 'carol', { explicit: [person(1)] }));
  expect(rows(ok('GET', '/users/carol@contoso.com/contacts'))).toHaveLength(1);
  const mailbox = world.mailbox(carol);
  mailbox?.createContact(mailbox.contacts, readContactBody(person(2), true));
  expect(rows(ok('GET', `/users/${carol}/contacts`))).toHaveLength(2);
  const user = world.directory.user(carol);
  if (!user) throw new Error('no user');
  world.changeObject(user, { userPrincipalName: 'new@contoso.com', displayName: 'New' });
  expect(ok('GET', '/users/new@contoso.com')).toMatchObject({ id: carol, displayName: 'New' });
  expect(call('GET', '/users/new@contoso.com/contacts').status).toBe(200);
  expect(call('GET', '/users/carol@contoso.com').status).toBe(404);
  expect(heard.map(({ kind, entity }) => `${entity} ${kind}`)).toEqual([
    'user created',
    'contact created',
    'user updated',
  ]);
});

test('A-56: with the quirk on, POST loses the notes and PATCH does not', () => {
  const { ok, engine } = smallWorld();
  engine.world.quirks.notesDroppedOnCreate = true;
  const made = ok('POST', contacts, { body: { surname: 'Doe', personalNotes: 'lost' } });
  expect(made['personalNotes']).toBe('');
  expect(ok('PATCH', `${contacts}/${made['id']}`, { body: { personalNotes: 'kept' } })['personalNotes']).toBe('kept');
});

test('graph 1.2: with the quirk on, a written e-mail address takes the name of who has it in the directory', () => {
  const { ok, engine } = smallWorld();
  const body = { emailAddresses: [{ name: 'Bobby', address: 'BOB@contoso.com' }] };
  expect(ok('POST', contacts, { body })['emailAddresses']).toEqual(body.emailAddresses);
  engine.world.quirks.emailNamesFromDirectory = true;
  expect(ok('POST', contacts, { body })['emailAddresses']).toEqual([{ name: 'bob', address: 'BOB@contoso.com' }]);
});

test('graph 1.1: the e-mail slots by name are known to the global cloud only', () => {
  const { ok } = smallWorld();
  const made = ok('POST', contacts, { body: { primaryEmailAddress: { name: 'A', address: 'a@b.c' } } });
  expect(made['emailAddresses']).toEqual([{ name: 'A', address: 'a@b.c' }]);
  expect(ok('GET', `${contacts}/${made['id']}?$select=primaryEmailAddress,secondaryEmailAddress`)).toMatchObject({
    primaryEmailAddress: { name: 'A', address: 'a@b.c' },
    secondaryEmailAddress: null,
  });
  const government = smallWorld({}, { cloud: 'usGov' });
  expect(government.call('POST', contacts, { body: { primaryEmailAddress: {} } }).status).toBe(400);
});
