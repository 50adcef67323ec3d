import { expect, test } from 'vitest';
import type { Company, UserSpec } from '../../../services/graph-simulator/engine/company.ts';
import { ann, bob, refusal, round, rows, type SmallWorld, smallWorld, userOf } from './small-world.ts';

const id = (number: number): string => `00000000-0000-4000-8000-${String(number).padStart(12, '0')}`;
const eventual = { consistencylevel: 'eventual' };
const guest: UserSpec = {
  id: id(1),
  upn: 'guest@contoso.com',
  displayName: 'Guest',
  licensed: false,
  userType: 'Guest',
};
const room: UserSpec = {
  id: id(2),
  upn: 'room@contoso.com',
  displayName: 'Room',
  licensed: false,
  mailbox: { kind: 'room' },
};

const company = (users: readonly UserSpec[] = []): Partial<Company> => ({
  users: [userOf(ann, 'ann', {}, { properties: { department: 'Sales' } }), userOf(bob, 'bob'), guest, room, ...users],
  groups: [
    { id: id(11), displayName: 'All', members: [id(12), ann, id(21)] },
    { id: id(12), displayName: 'Inner', members: [ann, bob, id(11)] },
  ],
  orgContacts: [
    { id: id(21), displayName: 'Bob Ext', mail: 'bob@fabrikam.com', properties: { companyName: 'Fabrikam' } },
  ],
});

const names = (world: SmallWorld, url: string, headers: Record<string, string> = {}): unknown[] =>
  rows(world.ok('GET', url, { headers })).map((row) => row['displayName']);

test('graph 7.1: users show the default set, others by $select, and are read by id or name of any case', () => {
  const { ok, call } = smallWorld({}, company());
  const user = ok('GET', '/users/ANN@contoso.com');
  expect(user).not.toHaveProperty('department');
  expect(user).toMatchObject({
    id: ann,
    userPrincipalName: 'ann@contoso.com',
    mail: 'ann@contoso.com',
    businessPhones: [],
  });
  expect(ok('GET', `/users/${ann}?$select=department,userType,accountEnabled`)).toMatchObject({
    department: 'Sales',
    userType: 'Member',
    accountEnabled: true,
  });
  expect(refusal(call('GET', '/users/nobody'))).toEqual([404, 'Request_ResourceNotFound']);
  expect(refusal(call('GET', '/users?$select=shoeSize'))).toEqual([400, 'BadRequest']);
  expect(refusal(call('POST', '/users', { body: {} }))).toEqual([405, 'Request_BadRequest']);
});

test('graph 7.1: pages of 100 or $top up to 999, no $skip, the count on the first page only', () => {
  const many = Array.from({ length: 150 }, (_, at) => userOf(id(1000 + at), `u${at}`));
  const world = smallWorld({}, company(many));
  expect(rows(world.ok('GET', '/users'))).toHaveLength(100);
  const all = round(world, '/users?$top=60&$select=id');
  expect([all.pages, new Set(all.rows.map((row) => row['id'])).size]).toEqual([3, 154]);
  expect(refusal(world.call('GET', '/users?$top=1000'))).toEqual([400, 'Request_UnsupportedQuery']);
  expect(refusal(world.call('GET', '/users?$skip=1'))).toEqual([400, 'Request_UnsupportedQuery']);
  const first = world.ok('GET', '/users?$count=true&$top=100', { headers: eventual });
  expect(first['@odata.count']).toBe(154);
  expect(world.ok('GET', String(first['@odata.nextLink']), { headers: eventual })).not.toHaveProperty('@odata.count');
  expect(new TextDecoder().decode(world.call('GET', '/users/$count', { headers: eventual }).body as Uint8Array)).toBe(
    '154',
  );
  expect(refusal(world.call('GET', '/users/$count'))).toEqual([400, 'Request_UnsupportedQuery']);
});

test('A-17: the licensed users come by the any-filter with the header alone', () => {
  const world = smallWorld({}, company());
  const url = '/users?$select=id,displayName&$filter=assignedLicenses/any(x:x/skuId ne null)&$top=999';
  expect(names(world, url, eventual)).toEqual(['ann', 'bob']);
  expect(refusal(world.call('GET', url))).toEqual([400, 'Request_UnsupportedQuery']);
});

test('A-19: with that filter refused, the count filter with $count=true gives the same', () => {
  const world = smallWorld({}, company());
  world.engine.world.quirks.licenceAnyFilterRefused = true;
  const any = '/users?$filter=assignedLicenses/any(x:x/skuId ne null)';
  expect(refusal(world.call('GET', any, { headers: eventual }))).toEqual([400, 'Request_UnsupportedQuery']);
  const count = '/users?$filter=assignedLicenses/$count ne 0';
  expect(names(world, `${count}&$count=true`, eventual)).toEqual(['ann', 'bob']);
  for (const [url, headers] of [
    [count, eventual],
    [`${count}&$count=true`, {}],
  ] as const) {
    expect(refusal(world.call('GET', url, { headers }))).toEqual([400, 'Request_UnsupportedQuery']);
  }
});

test('graph 7.1: plain filters need nothing, ne and endswith are advanced', () => {
  const world = smallWorld({}, company());
  expect(names(world, "/users?$filter=userType eq 'Guest'")).toEqual(['Guest']);
  expect(names(world, "/users?$filter=accountEnabled eq true and startswith(displayName,'a')")).toEqual(['ann']);
  expect(
    names(world, '/users?$filter=assignedLicenses/any(x:x/skuId eq 05e9a617-0261-4cee-bb44-138d3ef5d965)'),
  ).toEqual(['ann', 'bob']);
  const ne = "/users?$filter=userType ne 'Guest'";
  expect(refusal(world.call('GET', ne))).toEqual([400, 'Request_UnsupportedQuery']);
  expect(names(world, `${ne}&$count=true`, eventual)).toEqual(['ann', 'bob', 'Room']);
  expect(refusal(world.call('GET', "/users?$filter=endswith(mail,'com')"))).toEqual([400, 'Request_UnsupportedQuery']);
});

test('graph 7.4: mailbox kinds are told one by one; guests and the unlicensed have no mailbox in service', () => {
  const world = smallWorld({}, company());
  expect(world.ok('GET', `/users/${ann}/mailboxSettings/userPurpose`)['value']).toBe('user');
  expect(world.ok('GET', '/users/room@contoso.com/mailboxSettings/userPurpose')['value']).toBe('room');
  expect(world.call('GET', '/users/room@contoso.com/contacts').status).toBe(200);
  const refused = [404, 'MailboxNotEnabledForRESTAPI'];
  expect(refusal(world.call('GET', '/users/guest@contoso.com/contacts'))).toEqual(refused);
  const user = world.engine.world.directory.user('guest@contoso.com');
  if (!user) throw new Error('no user');
  world.engine.world.setLicensed(user, true, 900_000);
  expect(refusal(world.call('GET', '/users/guest@contoso.com/contacts'))).toEqual(refused);
  world.time.now += 900_000;
  expect(world.call('GET', '/users/guest@contoso.com/contacts').status).toBe(200);
  world.engine.world.setLicensed(user, false);
  expect(refusal(world.call('GET', '/users/guest@contoso.com/contacts'))).toEqual(refused);
});

test('graph 7.2: members are direct, transitive ones flattened without repeats, casts choose a kind', () => {
  const world = smallWorld({}, company());
  const members = `/groups/${id(11)}/members`;
  const all = rows(world.ok('GET', members));
  expect(all.map((row) => row['@odata.type'])).toEqual([
    '#microsoft.graph.group',
    '#microsoft.graph.user',
    '#microsoft.graph.orgContact',
  ]);
  expect(names(world, `/groups/${id(11)}/transitiveMembers`)).toEqual(['Inner', 'ann', 'bob', 'Bob Ext']);
  expect(names(world, `/groups/${id(11)}/transitiveMembers/microsoft.graph.user`, eventual)).toEqual(['ann', 'bob']);
  expect(names(world, `${members}/microsoft.graph.orgContact`, eventual)).toEqual(['Bob Ext']);
  expect(refusal(world.call('GET', `${members}/microsoft.graph.user`))).toEqual([400, 'Request_UnsupportedQuery']);
  expect(refusal(world.call('GET', `/groups/${id(99)}/members`))).toEqual([404, 'Request_ResourceNotFound']);
});

test('graph 7.3: organisational contacts are listed apart from personal ones', () => {
  const world = smallWorld({}, company());
  expect(rows(world.ok('GET', '/contacts'))).toEqual([
    expect.objectContaining({
      id: id(21),
      companyName: 'Fabrikam',
      proxyAddresses: ['SMTP:bob@fabrikam.com'],
      phones: [],
      department: null,
    }),
  ]);
});

test('graph 6: a soft-deleted user is unknown until restored, and then has the same mailbox', () => {
  const world = smallWorld({ explicit: [{ givenName: 'Kept' }] });
  const user = world.engine.world.directory.user(ann);
  if (!user) throw new Error('no user');
  world.engine.world.setDeleted(user, 'soft');
  expect(refusal(world.call('GET', `/users/${ann}`))).toEqual([404, 'Request_ResourceNotFound']);
  expect(refusal(world.call('GET', `/users/${ann}/contacts`))).toEqual([404, 'ErrorInvalidUser']);
  world.engine.world.setDeleted(user, 'no');
  expect(names(world, `/users/${ann}/contacts`)).toEqual(['Kept']);
});
