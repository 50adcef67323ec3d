import { expect, test } from 'vitest';
import { ann, immutable, person, refusal, root, rows, smallWorld } from './small-world.ts';

const contacts = `/users/${ann}/contacts`;

test('graph 1.1: a new contact has the full shape: null, [] and {} for what is unset', () => {
  const { ok, call } = smallWorld();
  const answer = call('POST', contacts, {
    body: { givenName: 'Ann', surname: 'Doe', businessAddress: { city: 'Redmond' } },
  });
  expect(answer.status).toBe(201);
  const body = answer.body as Record<string, unknown>;
  expect(body).toEqual({
    '@odata.context': `${root}/$metadata#users('${ann}')/contacts/$entity`,
    '@odata.etag': `W/"${body['changeKey']}"`,
    id: body['id'],
    createdDateTime: '2026-05-01T10:00:00Z',
    lastModifiedDateTime: '2026-05-01T10:00:00Z',
    changeKey: body['changeKey'],
    categories: [],
    parentFolderId: body['parentFolderId'],
    birthday: null,
    fileAs: 'Doe, Ann',
    displayName: 'Ann Doe',
    givenName: 'Ann',
    initials: null,
    middleName: null,
    nickName: null,
    surname: 'Doe',
    title: null,
    yomiGivenName: null,
    yomiSurname: null,
    yomiCompanyName: null,
    generation: null,
    imAddresses: [],
    jobTitle: null,
    companyName: null,
    department: null,
    officeLocation: null,
    profession: null,
    businessHomePage: null,
    assistantName: null,
    manager: null,
    homePhones: [],
    mobilePhone: null,
    businessPhones: [],
    spouseName: null,
    personalNotes: '',
    children: [],
    emailAddresses: [],
    homeAddress: {},
    businessAddress: { city: 'Redmond' },
    otherAddress: {},
  });
  expect(String(body['id'])).toMatch(/^AAMk[\w-]{147}=$/);
  expect(String(body['changeKey'])).toMatch(/^EQAAABYAAA[\w+/]{30}$/);
  expect(answer.headers['location']).toBe(`${root}/users('${ann}')/contacts('${body['id']}')`);
  expect(ok('GET', String(answer.headers['location']))).toEqual(body);
});

test('graph 1.2: caps of 3, 2 and 2 refuse the write with their message', () => {
  const { call } = smallWorld();
  const phones = call('POST', contacts, { body: { businessPhones: ['1', '2', '3'] } });
  expect(phones).toMatchObject({
    status: 400,
    body: {
      error: {
        code: 'ErrorInvalidProperty',
        message: 'The multi value property BusinessPhones has 3 entries, that exceeds the max allowed value of 2.',
      },
    },
  });
  const mails = [1, 2, 3, 4].map((n) => ({ address: `a${n}@x.y` }));
  expect(refusal(call('POST', contacts, { body: { emailAddresses: mails } }))).toEqual([400, 'ErrorInvalidProperty']);
  expect(refusal(call('POST', contacts, { body: { homePhones: ['1', '2', '3'] } }))).toEqual([
    400,
    'ErrorInvalidProperty',
  ]);
  expect(call('POST', contacts, { body: { emailAddresses: mails.slice(1), homePhones: ['1', '2'] } }).status).toBe(201);
});

test('graph 1.2, 12.5, 12.10: unknown names and wrong types are refused, the case of names is not minded, server fields are passed over', () => {
  const { call, ok } = smallWorld();
  for (const body of [{ nonsense: 1 }, { surname: 5 }, { businessPhones: null }, { homeAddress: null }, 'text', null]) {
    expect(refusal(call('POST', contacts, { body }))).toEqual([400, 'UnableToDeserializePostBody']);
  }
  expect(refusal(call('POST', contacts, { body: { homeAddress: { planet: 'x' } } }))).toEqual([400, 'RequestBodyRead']);
  const made = ok('POST', contacts, { body: { SurName: 'Doe', id: 'mine', changeKey: 'k', '@odata.etag': 'e' } });
  expect(made['surname']).toBe('Doe');
  expect(made['id']).not.toBe('mine');
});

test('graph 1.4: PATCH keeps what it omits, replaces addresses whole and makes displayName anew unless it is stated', () => {
  const { ok, time } = smallWorld();
  const made = ok('POST', contacts, {
    body: {
      givenName: 'Ann',
      surname: 'Doe',
      displayName: 'Chosen',
      homeAddress: { city: 'Oslo', street: 'S 1' },
      jobTitle: 'Boss',
    },
  });
  const url = `${contacts}/${made['id']}`;
  time.now += 5000;
  const patched = ok('PATCH', url, { body: { surname: 'Roe', homeAddress: { city: 'Bergen' } } });
  expect(patched).toMatchObject({
    id: made['id'],
    displayName: 'Ann Roe',
    fileAs: 'Roe, Ann',
    jobTitle: 'Boss',
    homeAddress: { city: 'Bergen' },
    lastModifiedDateTime: '2026-05-01T10:00:05Z',
    createdDateTime: made['createdDateTime'],
  });
  expect(patched['homeAddress']).not.toHaveProperty('street');
  expect(patched['changeKey']).not.toBe(made['changeKey']);
  expect(ok('PATCH', url, { body: { surname: 'Poe', displayName: 'Kept' } })['displayName']).toBe('Kept');
  const cleared = ok('PATCH', url, { body: { homeAddress: {}, jobTitle: null, birthday: null } });
  expect(cleared).toMatchObject({ homeAddress: {}, jobTitle: null, displayName: 'Kept' });
  expect(ok('PATCH', url, { body: {} })['changeKey']).not.toBe(cleared['changeKey']);
});

test('graph 1.4: a stale If-Match is 412 and changes nothing, the present one and none pass', () => {
  const { ok, call } = smallWorld();
  const made = ok('POST', contacts, { body: person(1) });
  const url = `${contacts}/${made['id']}`;
  const patched = ok('PATCH', url, { body: { title: 'Dr' }, headers: { 'if-match': String(made['@odata.etag']) } });
  const stale = { 'if-match': String(made['@odata.etag']) };
  expect(refusal(call('PATCH', url, { body: { title: 'Sir' }, headers: stale }))).toEqual([
    412,
    'ErrorIrresolvableConflict',
  ]);
  expect(refusal(call('DELETE', url, { headers: stale }))).toEqual([412, 'ErrorIrresolvableConflict']);
  expect(ok('GET', url)['@odata.etag']).toBe(patched['@odata.etag']);
  expect(call('DELETE', url, { headers: { 'if-match': String(patched['@odata.etag']) } }).status).toBe(204);
});

test('graph 1.4: DELETE takes a contact out of every contact route, a second one is 404', () => {
  const { ok, call } = smallWorld();
  const made = ok('POST', contacts, { body: person(1), headers: immutable });
  const url = `${contacts}/${made['id']}`;
  expect(call('DELETE', url)).toMatchObject({ status: 204 });
  for (const method of ['GET', 'PATCH', 'DELETE'] as const) {
    expect(refusal(call(method, url, { body: {} }))).toEqual([404, 'ErrorItemNotFound']);
  }
  expect(rows(ok('GET', contacts))).toEqual([]);
});

test('graph 1.2, 12.1: birthdays, bad addresses and notes come back as Exchange keeps them', () => {
  const { ok } = smallWorld();
  const notes = `\r\n${'line\r\n'.repeat(100)}`;
  const made = ok('POST', contacts, {
    body: {
      birthday: '1986-05-30',
      emailAddresses: [{ name: 'Odd', address: 'no address' }, { address: 'a@b.c' }],
      personalNotes: notes,
    },
  });
  expect(made).toMatchObject({
    birthday: '1986-05-30T11:59:00Z',
    emailAddresses: [{ name: 'Odd' }, { name: 'a@b.c', address: 'a@b.c' }],
    personalNotes: notes,
  });
  expect(rows(ok('GET', contacts))[0]?.['personalNotes']).toBe('line'.repeat(64));
  const stamped = ok('PATCH', `${contacts}/${made['id']}`, {
    body: { birthday: '1974-07-22T00:00:00Z', personalNotes: 'a\nb' },
  });
  expect(stamped['birthday']).toBe('1974-07-22T00:00:00Z');
  expect(rows(ok('GET', contacts))[0]?.['personalNotes']).toBe('a\nb');
});

test('graph 6: malformed ids, foreign ids, unknown users and users without mailbox each have their refusal', () => {
  const { call, ok } = smallWorld();
  const made = ok('POST', contacts, { body: person(1) });
  expect(refusal(call('GET', `${contacts}/x`))).toEqual([400, 'ErrorInvalidIdMalformed']);
  expect(refusal(call('GET', `/users/bob@contoso.com/contacts/${made['id']}`))).toEqual([404, 'ErrorItemNotFound']);
  const otherCase = String(made['id']).toUpperCase();
  expect(refusal(call('GET', `${contacts}/${otherCase}`))).toEqual([404, 'ErrorItemNotFound']);
  expect(refusal(call('GET', '/users/nobody@contoso.com/contacts'))).toEqual([404, 'ErrorInvalidUser']);
  expect(refusal(call('GET', '/users/nobody@elsewhere.com/contacts'))).toEqual([404, 'ResourceNotFound']);
  expect(refusal(call('PATCH', contacts, { body: {} }))).toEqual([405, 'ErrorInvalidRequest']);
  expect(ok('GET', `/users/ANN%40contoso.com/contacts/${made['id']}`)['id']).toBe(made['id']);
});
