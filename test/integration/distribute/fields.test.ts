import { afterEach, expect, test } from 'vitest';
import { fieldNames } from '#core/fields';
import { type RawContact, visible } from '../../support/outlook.ts';
import { everyone, order, SOURCE, Stage, usualPolicy } from '../../support/stage.ts';
import type { System } from '../../support/system.ts';
import { until } from '../../support/until.ts';

let stage: Stage;
let system: System;
const [ADA, BOB] = everyone as [string, string, string];

afterEach(async () => {
  // An inventory after a refused create starts a delta anew, and rightly.
  expect(stage.simulator.judge.breaches().filter(({ kind }) => kind !== 'delta-restart')).toEqual([]);
  expect(await stage.touched()).toEqual([]);
  await stage.close();
});

async function open(
  contacts: readonly Record<string, unknown>[],
  changes: Parameters<typeof usualPolicy>[0] = {},
): Promise<void> {
  stage = await Stage.open({ contacts });
  system = await stage.system([usualPolicy(changes)]);
  await stage.have(contacts.length);
}

/** One more full pass writes nothing. */
async function quiet(): Promise<void> {
  const { total } = stage.simulator.journal;
  await order(system, 'reconcile');
  expect(stage.writes(total)).toEqual([]);
}

const one = async (who: string): Promise<RawContact> => (await stage.copies(who))[0] as RawContact;
const source = async (): Promise<RawContact> => (await stage.sources())[0] as RawContact;
const editSource = async (change: Record<string, unknown>): Promise<void> => {
  await stage.outlook.edit(SOURCE, (await source()).id, change);
};
const full = {
  displayName: 'Fay Müller-Østby 🎈',
  givenName: 'Fay',
  surname: 'Müller-Østby',
  middleName: 'M',
  initials: 'F.M.',
  nickName: 'Fee',
  title: 'Dr.',
  generation: 'Jr.',
  yomiGivenName: 'フェイ',
  yomiSurname: 'ミュラー',
  yomiCompanyName: 'レイ',
  fileAs: 'Müller-Østby, Fay',
  companyName: 'Example AG',
  department: 'Vertrieb',
  jobTitle: 'Leiterin',
  officeLocation: '4.12',
  profession: 'Ingenieurin',
  manager: 'Ida Muster',
  assistantName: 'Jon Muster',
  spouseName: 'Kim Müller',
  mobilePhone: '\u202a+41 79 555 01 01\u202c',
  businessPhones: ['+41\u00a044\u2011555\u201101\u201102', '+41 44 555 01 03'],
  homePhones: ['+41 44 555 02 02'],
  imAddresses: ['sip:fay@example.test'],
  businessHomePage: 'https://example.test/fay',
  birthday: '1604-06-20T00:00:00Z',
  personalNotes: 'Met at the fair\r\n\r\nLikes tea',
  children: ['Ben', 'Mia'],
  categories: ['Kunden, Nord', 'VIP;A'],
  emailAddresses: [
    { name: 'Fay', address: 'fay@example.test' },
    { name: 'Fay private', address: 'fay@home.test' },
  ],
  businessAddress: {
    street: 'Bahnhofstrasse 1\r\n3. Stock',
    city: 'Zürich',
    state: 'ZH',
    countryOrRegion: 'Schweiz',
    postalCode: '8001',
  },
  homeAddress: { city: 'Bern' },
  otherAddress: { countryOrRegion: 'Österreich' },
};

test('B-06, A-64, F02, F07, F09: every writable field travels, code point by code point', async () => {
  await open([full]);
  const shown = visible(await source());
  for (const name of fieldNames) expect(shown[name], `the source shows ${name}`).toEqual(full[name]);
  for (const who of everyone) expect(visible(await one(who))).toEqual(shown);
  await quiet();
});

test.each(['1604-02-29T11:59:00Z', '1899-12-31T00:00:00Z', '1980-02-29T22:00:00Z', '2001-10-28T23:30:00Z'])(
  'F07, F08: a birthday of %s is the same instant in every copy, for good',
  async (birthday) => {
    await open([{ displayName: 'Born', birthday }]);
    for (const who of everyone) expect((await one(who))['birthday']).toBe(birthday);
    await quiet();
  },
);

test('F10: a company without a person gets no invented names', async () => {
  await open([
    { displayName: 'Example Freight GmbH', companyName: 'Example Freight GmbH', fileAs: 'Example Freight GmbH' },
  ]);
  const copy = await one(ADA);
  expect([copy['givenName'], copy['surname']]).toEqual([null, null]);
  expect(copy).toMatchObject({ displayName: 'Example Freight GmbH', fileAs: 'Example Freight GmbH' });
  await quiet();
});

test('A-62: e-mail names that Exchange rewrites are no difference', async () => {
  await open([{ displayName: 'Fay', emailAddresses: [{ name: 'Fay', address: 'fay@example.test' }] }]);
  await stage.outlook.edit(BOB, (await one(BOB)).id, {
    emailAddresses: [{ name: 'fay@example.test', address: 'fay@example.test' }],
  });
  await quiet();
});

test('K-05, B-07: a cleared field is cleared, an edit in a copy is taken back and never travels', async () => {
  await open([{ displayName: 'Fay', mobilePhone: '1', jobTitle: 'A' }]);
  await editSource({ mobilePhone: null });
  await stage.have(1, everyone, (copy) => copy['mobilePhone'] === null);
  const before = visible(await source());
  await stage.outlook.edit(BOB, (await one(BOB)).id, { jobTitle: 'Changed by Bob', mobilePhone: '2' });
  await order(system, 'reconcile');
  expect(visible(await one(BOB))).toEqual(before);
  expect(visible(await source())).toEqual(before);
  await quiet();
});

test('K-05: fields that the policy never writes survive, whatever else changes', async () => {
  await open([{ displayName: 'Fay', jobTitle: 'A', nickName: 'source' }], {
    rules: { ...usualPolicy().rules, nickName: 'never', spouseName: 'never' },
  });
  expect((await one(BOB))['nickName']).toBeNull();
  await stage.outlook.edit(BOB, (await one(BOB)).id, { nickName: "Bob's name for her", spouseName: 'Kim' });
  await editSource({ jobTitle: 'B', nickName: 'other' });
  await stage.have(1, everyone, (copy) => copy['jobTitle'] === 'B');
  expect(await one(BOB)).toMatchObject({ nickName: "Bob's name for her", spouseName: 'Kim' });
  expect((await one(ADA))['nickName']).toBeNull();
  await quiet();
});

test('a filled field is written only while the user has no value there', async () => {
  await open([{ displayName: 'Fay', mobilePhone: '1' }], { rules: { ...usualPolicy().rules, mobilePhone: 'filled' } });
  expect((await one(BOB))['mobilePhone']).toBe('1');
  await stage.outlook.edit(BOB, (await one(BOB)).id, { mobilePhone: '9' });
  await editSource({ mobilePhone: '2' });
  await stage.have(1, [ADA], (copy) => copy['mobilePhone'] === '2');
  await order(system, 'reconcile');
  expect((await one(BOB))['mobilePhone']).toBe('9');
  await stage.outlook.edit(BOB, (await one(BOB)).id, { mobilePhone: null });
  await order(system, 'reconcile');
  expect((await one(BOB))['mobilePhone']).toBe('2');
});

test("K-11, F09: categories travel as names, the policy adds one, and the user's own stay", async () => {
  await open([{ displayName: 'Fay', categories: ['Kunden, Nord', 'VIP;A', 'vip'] }], { categories: ['Company'] });
  expect(new Set((await one(ADA))['categories'] as string[])).toEqual(
    new Set(['Kunden, Nord', 'VIP;A', 'vip', 'Company']),
  );
  await stage.outlook.edit(BOB, (await one(BOB)).id, {
    categories: ['Kunden, Nord', 'VIP;A', 'vip', 'Company', 'Golf, Sunday'],
  });
  await editSource({ categories: ['Kunden, Nord', 'company'] });
  await order(system, 'reconcile');
  const folded = (copy: RawContact): Set<string> =>
    new Set((copy['categories'] as string[]).map((name) => name.toLowerCase()));
  expect(folded(await one(BOB))).toEqual(new Set(['kunden, nord', 'company', 'golf, sunday']));
  expect((await one(BOB))['categories']).toHaveLength(3);
  expect(folded(await one(ADA))).toEqual(new Set(['kunden, nord', 'company']));
  await quiet();
});

test('K-12, A-55: notes follow the source until a user edits them; from then on the text is the user’s', async () => {
  const long = `\r\n${'Long text that lists cut. '.repeat(40)}`;
  await open([{ displayName: 'Fay', personalNotes: long }]);
  expect((await stage.outlook.json('GET', `/users/${ADA}/contacts/${(await one(ADA)).id}`))['personalNotes']).toBe(
    long,
  );
  await quiet();
  await stage.outlook.edit(BOB, (await one(BOB)).id, { personalNotes: "Bob's own text" });
  await editSource({ personalNotes: 'New text', jobTitle: 'B' });
  await stage.have(1, everyone, (copy) => copy['jobTitle'] === 'B');
  expect((await one(ADA))['personalNotes']).toBe('New text');
  expect((await one(BOB))['personalNotes']).toBe("Bob's own text");
  await editSource({ personalNotes: 'Newer text', jobTitle: 'C' });
  await stage.have(1, everyone, (copy) => copy['jobTitle'] === 'C');
  expect((await one(BOB))['personalNotes']).toBe("Bob's own text");
  await quiet();
});

test('A-65: what the server refuses parks one card with its reason, the others arrive; a retry finds or makes it', async () => {
  stage = await Stage.open({ contacts: [{ displayName: 'Good' }, { displayName: 'Bad' }] });
  const message = 'The multi value property BusinessPhones has 3 entries, that exceeds the max allowed value of 2.';
  const refusal = { status: 400, code: 'ErrorInvalidProperty', message, times: 1 };
  stage.simulator.faults.add({ method: 'POST', path: '/[/]contacts$/', mailbox: ADA, ...refusal });
  system = await stage.system([usualPolicy()]);
  await stage.have(2, everyone.slice(1));
  await stage.have(1, [ADA]);
  const parked = () => system.ports.store.find('retry.parked', ['customers'], ['customers'], 10);
  await until('it is parked', async () => (await parked()).length === 1);
  expect((await parked())[0]?.record.reason).toContain(message);
  await order(system, 'retry');
  await stage.have(2);
});

test('rationale 26: a version that three mailboxes refuse is refused for all, and nobody is asked again', async () => {
  stage = await Stage.open({ contacts: [{ displayName: 'Bad' }] });
  const app = stage.simulator.clientId;
  stage.simulator.faults.add({
    method: 'POST',
    path: '/[/]contacts$/',
    app,
    status: 400,
    code: 'ErrorInvalidProperty',
    times: 0,
  });
  system = await stage.system([usualPolicy()]);
  const card = () => [...system.worker.books.get('customers').state.cards.values()][0];
  await until('the version is refused', () => card()?.refused === 'ErrorInvalidProperty');
  const { total } = stage.simulator.journal;
  await order(system, 'reconcile');
  expect(stage.writes(total)).toEqual([]);
  stage.simulator.faults.clear();
  await editSource({ jobTitle: 'Good now' });
  await stage.have(1);
});
