import { afterEach, expect, test } from 'vitest';
import type { Policy } from '#core/policy';
import { stampGuid, stampName } from '#core/stamp';
import { closingChecks, quiet, quietWithEmptyStore, withEmptyStore } from '../../support/closing-checks.ts';
import type { RawContact } from '../../support/outlook.ts';
import { everyone, order, SOURCE, Stage, usualPolicy } from '../../support/stage.ts';
import type { System } from '../../support/system.ts';
import { until } from '../../support/until.ts';
import { contact } from '../../support/worlds.ts';

let stage: Stage;
let system: System;
const [, BOB] = everyone as [string, string, string];

afterEach(async () => {
  await closingChecks(stage);
  await stage.close();
});

async function open(policy: Policy, timing = {}): Promise<void> {
  stage = await Stage.open({ contacts: [contact(1), contact(2), contact(3)] });
  if (policy.sources.length > 1)
    await stage.outlook.json('POST', `/users/${SOURCE}/contactFolders`, { displayName: 'Suppliers' });
  system = await stage.system([policy], { timing });
  await stage.have(3);
}

const ids = async (who: string): Promise<string[]> => (await stage.copies(who)).map(({ id }) => id).sort();
const cards = () => [...system.worker.books.get('customers').state.cards.values()];
const person1 = (all: readonly RawContact[]): RawContact =>
  all.find((one) => one['displayName'] === 'Person 1') as RawContact;

test('rationale 16, I20: a contact that moved between two sources keeps its copies, also when the store is lost', async () => {
  const sources = [
    { mailbox: SOURCE, folder: ['Customers'] },
    { mailbox: SOURCE, folder: ['Suppliers'] },
  ] as const;
  const policy = usualPolicy({ sources });
  await open(policy, { grace: 1500 });
  const before = await stage.copies(BOB);
  const mailbox = stage.simulator.engine.world.mailbox(SOURCE);
  const moved = person1(await stage.sources());
  const item = mailbox?.itemById(moved.id);
  const target = mailbox?.folderById((await stage.outlook.folder(SOURCE, 'Suppliers')) ?? '');
  if (!mailbox || !item || !target) throw new Error('the world has the item and the folder');
  mailbox.moveContact(item, target);
  await until('it is read in its new folder', () => cards().some((c) => c.revision > 1 && c.state === 'live'));
  await quiet(stage, system);
  const anew = await quietWithEmptyStore(stage, system, policy);
  expect(await stage.copies(BOB)).toEqual(before);
  await stage.outlook.edit(SOURCE, moved.id, { jobTitle: 'Captain' });
  await stage.have(1, everyone, (copy) => copy['jobTitle'] === 'Captain');
  expect(await ids(BOB)).toEqual(before.map(({ id }) => id).sort());
  await quiet(stage, anew);
});

test('rationale 17: a card that a new contact revived keeps its copies; a new store makes them anew, and once', async () => {
  const policy = usualPolicy();
  await open(policy, { grace: 1500 });
  const before = await ids(BOB);
  const folder = (await stage.outlook.folder(SOURCE, 'Customers')) ?? '';
  const first = person1(await stage.sources());
  await stage.outlook.remove(SOURCE, first.id);
  await until('it is leaving', () => cards().some(({ state }) => state === 'leaving'));
  await stage.outlook.create(SOURCE, folder, { ...contact(1), jobTitle: 'Back again' });
  await stage.have(1, everyone, (copy) => copy['jobTitle'] === 'Back again');
  expect(await ids(BOB)).toEqual(before);
  await quiet(stage, system);
  // Stamps name the contact that is gone, and only the lost store knew that another one took its place.
  const anew = await withEmptyStore(stage, system, policy);
  await stage.have(3);
  await stage.have(1, everyone, (copy) => copy['jobTitle'] === 'Back again');
  const after = await ids(BOB);
  expect(after.filter((id) => before.includes(id))).toHaveLength(2);
  await quiet(stage, anew);
  await quietWithEmptyStore(stage, anew, policy);
  expect(await ids(BOB)).toEqual(after);
});

test('F19, I20: a user’s copy of our item is the user’s also for a new store, though ours is gone', async () => {
  const policy = usualPolicy();
  await open(policy, { settle: 1000 });
  const original = person1(await stage.copies(BOB));
  const made = Date.parse(String(original['createdDateTime']));
  // Graph tells times in whole seconds: only after settle and a second can the two be told apart.
  await until('our item is older than settle', () => Date.now() > made + 2200);
  const folder = (await stage.outlook.folder(BOB, 'Company')) ?? '';
  const [property] = original['singleValueExtendedProperties'] as { value: string }[];
  const { id } = await stage.outlook.create(BOB, folder, {
    ...contact(1),
    personalNotes: 'my own',
    singleValueExtendedProperties: [{ id: `String {${stampGuid}} Name ${stampName}`, value: property?.value }],
  });
  const own = async (): Promise<RawContact | undefined> => (await stage.copies(BOB)).find((copy) => copy.id === id);
  const before = await own();
  await quiet(stage, system);
  const second = await quietWithEmptyStore(stage, system, policy, { timing: { settle: 1000 } });
  await stage.outlook.remove(BOB, original.id);
  const third = await withEmptyStore(stage, second, policy, { timing: { settle: 1000 } });
  await stage.have(4, [BOB]);
  expect(await own()).toEqual(before);
  await order(third, 'remove');
  expect((await stage.copies(BOB)).map((copy) => copy.id)).toEqual([id]);
});
