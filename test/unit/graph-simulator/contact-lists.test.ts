import { expect, test } from 'vitest';
import { ann, immutable, person, refusal, round, rows, smallWorld } from './small-world.ts';

const contacts = `/users/${ann}/contacts`;
const generated = { flavour: 'people', seed: 1, count: 25 };
const stamp = 'String {66F5A359-4659-4830-9070-00047EC6AC6E} Name SyncKey';
const query = (text: string): string => encodeURIComponent(text);

test('graph 1.5: pages of 10, $top, the preference and $skip; links carry the options but not the headers', () => {
  const world = smallWorld({ generated });
  const first = world.ok('GET', `${contacts}?$select=displayName&$count=true`);
  expect(rows(first)).toHaveLength(10);
  expect(first['@odata.count']).toBe(25);
  expect(Object.keys(rows(first)[0] ?? {}).sort()).toEqual(['@odata.etag', 'displayName', 'id']);
  expect(String(first['@odata.nextLink'])).toContain('$skip=10');
  const all = round(world, `${contacts}?$top=7&$select=displayName`);
  expect([all.pages, new Set(all.rows.map((row) => row['id'])).size]).toEqual([4, 25]);
  expect(rows(world.ok('GET', contacts, { headers: { prefer: 'odata.maxpagesize=20' } }))).toHaveLength(20);
  expect(rows(world.ok('GET', `${contacts}?$skip=20&$top=999`))).toHaveLength(5);
  expect(world.call('GET', `${contacts}?$top=1001`).status).toBe(400);
  expect(refusal(world.call('GET', `${contacts}?$select=shoeSize`))).toEqual([400, 'BadRequest']);
});

test('graph 1.2: distribution lists are counted and never listed', () => {
  const { ok, call } = smallWorld({ generated: { ...generated, count: 2 }, distributionLists: 3 });
  const count = call('GET', `${contacts}/$count`);
  expect(new TextDecoder().decode(count.body as Uint8Array)).toBe('5');
  expect(count.headers['content-type']).toBe('text/plain');
  expect(rows(ok('GET', contacts))).toHaveLength(2);
});

test('graph 1.5: filters on scalars and on an e-mail address; what Exchange refuses is refused', () => {
  const { ok, call } = smallWorld({ generated });
  const found = (filter: string) => rows(ok('GET', `${contacts}?$filter=${query(filter)}&$top=100`)).length;
  expect(found("displayName eq 'given1003 sur1003'")).toBe(1);
  expect(found("startswith(surname,'Sur100') and givenName ne 'Given1000'")).toBe(9);
  expect(found("emailAddresses/any(a:a/address eq 'P1003@Fabrikam.com')")).toBe(1);
  expect(found('lastModifiedDateTime ge 2026-05-01T00:00:00Z')).toBe(25);
  expect(found('createdDateTime gt 2027-01-01T00:00:00Z')).toBe(0);
  for (const bad of [
    "emailAddresses/any(a:startswith(a/address,'p'))",
    "emailAddresses/any(a:a/name eq 'x')",
    "personalNotes eq 'x'",
    "businessPhones/any(p:p eq '1')",
  ]) {
    expect(refusal(call('GET', `${contacts}?$filter=${query(bad)}`))).toEqual([400, 'ErrorInvalidUrlQueryFilter']);
  }
  expect(refusal(call('GET', `${contacts}?$filter=${query("displayName eq 'x")}`))).toEqual([400, 'BadRequest']);
});

test('graph 1.5: sorting, blanks as plus, and the refusal of a sort that the filter does not cover', () => {
  const { ok, call } = smallWorld({ generated });
  const sorted = rows(ok('GET', `${contacts}?$orderby=displayName+desc&$top=2`));
  expect(sorted.map((row) => row['displayName'])).toEqual(['Given1024 Sur1024', 'Given1023 Sur1023']);
  const mixed = call('GET', `${contacts}?$filter=${query("surname eq 'x'")}&$orderby=displayName`);
  expect(refusal(mixed)).toEqual([400, 'InefficientFilter']);
});

test('graph 1.7: extended properties are written, shown only when named, and found by exact name and any case of value', () => {
  const { ok, call } = smallWorld({ generated });
  const singleValueExtendedProperties = [{ id: stamp, value: 'Abc' }];
  const made = ok('POST', contacts, { body: { ...person(1), singleValueExtendedProperties } });
  expect(made).not.toHaveProperty('singleValueExtendedProperties');
  const expand = `$expand=singleValueExtendedProperties($filter=id%20eq%20'${query(stamp)}'%20or%20id%20eq%20'Boolean%200x1234')`;
  const shown = [{ id: 'String {66f5a359-4659-4830-9070-00047ec6ac6e} Name SyncKey', value: 'Abc' }];
  expect(ok('GET', `${contacts}/${made['id']}?${expand}`)['singleValueExtendedProperties']).toEqual(shown);
  const finder = (name: string, operation: string) =>
    rows(
      ok(
        'GET',
        `${contacts}?$filter=${query(`singleValueExtendedProperties/any(ep: ep/id eq '${name}' and ${operation})`)}&${expand}`,
      ),
    );
  expect(finder(stamp, "ep/value eq 'aBC'")).toMatchObject([{ id: made['id'], singleValueExtendedProperties: shown }]);
  expect(finder(stamp.replace('SyncKey', 'synckey'), "ep/value eq 'Abc'")).toEqual([]);
  expect(finder(stamp, "startswith(ep/value,'a')")).toHaveLength(1);
  expect(finder(stamp, 'ep/value ne null')).toHaveLength(1);
  ok('PATCH', `${contacts}/${made['id']}`, { body: { jobTitle: 'x' } });
  expect(finder(stamp, "ep/value eq 'abc'")).toHaveLength(1);
  const bad = call('GET', `${contacts}?$expand=singleValueExtendedProperties($filter=id eq 'Strung 12')`);
  expect(refusal(bad)).toEqual([400, 'ErrorInvalidProperty']);
});

test('graph 1.7: numbers compare as numbers under a cast, the two names of the private flag go together', () => {
  const { ok, engine } = smallWorld();
  const flag = 'Boolean {00062008-0000-0000-C000-000000000046} Id 0x8506';
  const id = 'Integer {66f5a359-4659-4830-9070-00047ec6ac6e} Name Rank';
  const made = ok('POST', contacts, { body: { singleValueExtendedProperties: [{ id, value: '10' }] } });
  const filter = (bound: number) =>
    query(`singleValueExtendedProperties/any(ep: ep/id eq '${id}' and cast(ep/value, Edm.Int32) gt ${bound})`);
  expect(rows(ok('GET', `${contacts}?$filter=${filter(9)}`))).toHaveLength(1);
  expect(rows(ok('GET', `${contacts}?$filter=${filter(10)}`))).toHaveLength(0);
  const mailbox = engine.world.mailbox(ann);
  const item = mailbox?.itemById(String(made['id']));
  if (mailbox && item) engine.world.setPrivate(mailbox, item, true);
  const both = `$expand=singleValueExtendedProperties($filter=id eq '${flag}' or id eq 'Integer 0x36')`;
  expect(ok('GET', `${contacts}/${made['id']}?${both}`)['singleValueExtendedProperties']).toEqual([
    { id: 'Boolean {00062008-0000-0000-c000-000000000046} Id 0x8506', value: 'true' },
    { id: 'Integer 0x0036', value: '2' },
  ]);
});

test('graph 1.8: ids are immutable when asked for, and translated both ways', () => {
  const { call, ok } = smallWorld({ generated });
  const answer = call('GET', contacts, { headers: immutable });
  expect(answer.headers['preference-applied']).toBe('IdType=ImmutableId');
  const kept = rows(answer.body as Record<string, unknown>).map((row) => String(row['id']));
  const ordinary = rows(ok('GET', contacts)).map((row) => String(row['id']));
  const body = { inputIds: [...kept, 'x'], sourceIdType: 'restImmutableEntryId', targetIdType: 'restId' };
  const translated = rows(ok('POST', `/users/${ann}/translateExchangeIds`, { body, status: 200 }));
  expect(translated.map((row) => row['targetId'])).toEqual([...ordinary, null]);
  expect(translated.at(-1)).toMatchObject({ sourceId: 'x', errorDetails: { code: 'ErrorInvalidIdMalformed' } });
  expect(ok('GET', `${contacts}/${kept[2]}`)['id']).toBe(ordinary[2]);
  const many = { ...body, inputIds: Array.from({ length: 1001 }, () => 'x') };
  expect(call('POST', `/users/${ann}/translateExchangeIds`, { body: many }).status).toBe(400);
});

test('graph 1.9: a photo is absent, set, read, replaced, never removed, and changes the contact', () => {
  const { call, ok } = smallWorld();
  const made = ok('POST', contacts, { body: person(1) });
  const photo = `${contacts}/${made['id']}/photo`;
  expect(call('GET', photo).status).toBe(404);
  expect(call('GET', `${photo}/$value`).status).toBe(404);
  const bytes = new Uint8Array([0xff, 0xd8, 1, 2, 3]);
  const jpeg = { 'content-type': 'image/jpeg' };
  expect(call('PUT', `${photo}/$value`, { body: bytes, headers: jpeg })).toEqual({ status: 200, headers: {} });
  expect(call('GET', `${photo}/$value`)).toEqual({ status: 200, headers: jpeg, body: bytes });
  const before = ok('GET', photo);
  expect(before).toMatchObject({ '@odata.mediaContentType': 'image/jpeg', id: '240X240', width: 240 });
  call('PATCH', `${photo}/$value`, { body: new Uint8Array([9]), headers: jpeg });
  expect(ok('GET', photo)['@odata.mediaEtag']).not.toBe(before['@odata.mediaEtag']);
  expect(ok('GET', `${contacts}/${made['id']}`)['@odata.etag']).not.toBe(made['@odata.etag']);
  expect(call('DELETE', photo).status).toBe(405);
  expect(call('PUT', `${photo}/$value`, { body: new Uint8Array(4 * 1024 * 1024), headers: jpeg }).status).toBe(413);
});

test('the same seed and the same requests give the same ids and tokens', () => {
  const play = () => {
    const world = smallWorld({ generated });
    world.ok('POST', contacts, { body: person(1) });
    return round(world, `${contacts}/delta`);
  };
  expect(play()).toEqual(play());
});
