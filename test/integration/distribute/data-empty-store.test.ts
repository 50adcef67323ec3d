import { afterEach, expect, test } from 'vitest';
import type { Policy } from '#core/policy';
import { closingChecks, quiet, quietWithEmptyStore } from '../../support/closing-checks.ts';
import type { RawContact } from '../../support/outlook.ts';
import { everyone, SOURCE, Stage, usualPolicy } from '../../support/stage.ts';
import type { System } from '../../support/system.ts';

let stage: Stage;
let system: System;
const [ADA, BOB, CLEO] = everyone as [string, string, string];

afterEach(async () => {
  await closingChecks(stage);
  await stage.close();
});

const policy: Policy = usualPolicy({
  categories: ['Company'],
  rules: { ...usualPolicy().rules, nickName: 'never', mobilePhone: 'filled' },
});
const one = async (who: string): Promise<RawContact> => (await stage.copies(who))[0] as RawContact;
const edit = async (who: string, change: Record<string, unknown>): Promise<void> => {
  await stage.outlook.edit(who, (await one(who)).id, change);
};
const editSource = async (change: Record<string, unknown>): Promise<void> => {
  await stage.outlook.edit(SOURCE, (await stage.sources())[0]?.id ?? '', change);
};
const categories = (copy: RawContact): string[] => [...(copy['categories'] as string[])].sort();

async function open(contacts: readonly Record<string, unknown>[]): Promise<void> {
  stage = await Stage.open({ contacts });
  system = await stage.system([policy]);
  await stage.have(contacts.length);
}

test.each<[string, Record<string, unknown>]>([
  ['F02: phones with direction marks', { mobilePhone: '\u202a+41 79 555 01 01\u202c' }],
  ['F02: phones with narrow spaces', { businessPhones: ['+41\u00a044\u2011555\u201101\u201102', ' intern 4711 '] }],
  ['F07, F08: a birthday without a year', { birthday: '1604-02-29T11:59:00Z' }],
  ['F08: a birthday in the evening', { birthday: '1980-02-29T22:00:00Z' }],
  ['F09: categories with commas and semicolons', { categories: ['Kunden, Nord', 'VIP;A', 'vip'] }],
  ['F10: a company without a display name', { displayName: '', companyName: 'Fabrikam Hotline', homePhones: ['1'] }],
  ['F10: a person without a name to file by', { givenName: 'Fay', surname: 'Example', fileAs: null }],
  ['A-55: notes that lists cut', { personalNotes: `\r\n${'Long text that lists cut. '.repeat(40)}` }],
  ['A-64: letters outside of the basic plane', { displayName: 'Ünal 🎈 Øst', personalNotes: 'zwölf Boxkämpfer 🥊' }],
  ['notes with line breaks of all kinds', { personalNotes: 'one\ntwo\r\nthree\n' }],
  ['an address with two lines', { businessAddress: { street: 'Bahnhofstrasse 1\r\n3. Stock', city: 'Zürich' } }],
])('promise 6, %s: written once, even with an empty store', async (_, fields) => {
  await open([{ displayName: 'Fay', ...fields }]);
  const shown = (await stage.sources())[0] as RawContact;
  for (const who of everyone)
    for (const [name, value] of Object.entries(fields)) {
      const copy = await one(who);
      if (name === 'categories') expect(categories(copy)).toEqual([...(value as string[]), 'Company'].sort());
      else expect(copy[name], name).toEqual(shown[name]);
    }
  await quiet(stage, system);
  await quietWithEmptyStore(stage, system, policy);
});

test('K-05, K-11, K-12: what users wrote on their copies outlives the store, and is still theirs afterwards', async () => {
  await open([
    { displayName: 'Fay', mobilePhone: '1', categories: ['Client'], personalNotes: 'From the source', jobTitle: 'A' },
  ]);
  await edit(BOB, { personalNotes: "Bob's own text", nickName: 'Fee' });
  await edit(BOB, { mobilePhone: '9', categories: ['Client', 'Company', 'Golf, Sunday'] });
  await quiet(stage, system);
  const before = await one(BOB);
  const anew = await quietWithEmptyStore(stage, system, policy);
  expect(await one(BOB)).toEqual(before);
  await editSource({ jobTitle: 'B', personalNotes: 'New', mobilePhone: '2', categories: ['Customer'], nickName: 'no' });
  await stage.have(1, everyone, (copy) => copy['jobTitle'] === 'B');
  await quiet(stage, anew);
  expect(await one(ADA)).toMatchObject({ personalNotes: 'New', mobilePhone: '2', nickName: null });
  expect(categories(await one(ADA))).toEqual(['Company', 'Customer']);
  expect(await one(BOB)).toMatchObject({ personalNotes: "Bob's own text", mobilePhone: '9', nickName: 'Fee' });
  expect(categories(await one(BOB))).toEqual(['Company', 'Customer', 'Golf, Sunday']);
});

test('K-05, K-10: what users keep in the same folder is not touched by fill, edit, deletion and a lost store', async () => {
  const twin = { displayName: 'Info', emailAddresses: [{ name: 'Info', address: 'info@fabrikam.test' }] };
  await open([twin, { displayName: 'Fay', jobTitle: 'A' }]);
  const folder = (await stage.outlook.folder(BOB, 'Company')) ?? '';
  const { id } = await stage.outlook.create(BOB, folder, { ...twin, personalNotes: 'mine' });
  const own = async (): Promise<RawContact | undefined> => (await stage.copies(BOB)).find((copy) => copy.id === id);
  const before = await own();
  const fay = (await stage.sources()).find((contact) => contact['displayName'] === 'Fay');
  const info = (await stage.sources()).find((contact) => contact['displayName'] === 'Info');
  await stage.outlook.edit(SOURCE, fay?.id ?? '', { jobTitle: 'B' });
  await stage.have(1, everyone, (copy) => copy['jobTitle'] === 'B');
  const anew = await quietWithEmptyStore(stage, system, policy);
  await stage.outlook.remove(SOURCE, info?.id ?? '');
  await stage.have(1, [ADA, CLEO]);
  await stage.have(2, [BOB]);
  await quiet(stage, anew);
  expect(await own()).toEqual(before);
});
