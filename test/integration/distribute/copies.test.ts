import { afterEach, expect, test } from 'vitest';
import { stampGuid, stampName } from '#core/stamp';
import type { RawContact } from '../../support/outlook.ts';
import { everyone, order, SOURCE, Stage, usualPolicy } from '../../support/stage.ts';
import type { System } from '../../support/system.ts';
import { until } from '../../support/until.ts';
import { contact } from '../../support/worlds.ts';

let stage: Stage;
let system: System;
const [ADA, BOB] = everyone as [string, string, string];
const contacts = [contact(1), contact(2), contact(3)];

afterEach(async () => {
  expect(stage.simulator.judge.breaches().filter(({ kind }) => kind !== 'delta-restart')).toEqual([]);
  expect(await stage.touched()).toEqual([]);
  await stage.close();
});

async function open(changes: Parameters<typeof usualPolicy>[0] = {}, timing = {}): Promise<void> {
  stage = await Stage.open({ contacts });
  system = await stage.system([usualPolicy(changes)], { timing });
  await stage.have(3);
}

const ids = async (who: string): Promise<string[]> => (await stage.copies(who)).map(({ id }) => id).sort();

test('K-04: an update changes the existing item', async () => {
  await open();
  const before = await ids(BOB);
  const [first] = await stage.sources();
  await stage.outlook.edit(SOURCE, first?.id ?? '', { jobTitle: 'Captain' });
  await stage.have(1, everyone, (copy) => copy['jobTitle'] === 'Captain');
  expect(await ids(BOB)).toEqual(before);
});

test('K-07: a copy that its user deleted is back after the next pass, or kept away by policy', async () => {
  await open();
  const [first] = await stage.copies(BOB);
  await stage.outlook.remove(BOB, first?.id ?? '');
  await order(system, 'reconcile');
  await stage.have(3);
  await stage.close();
  await open({ deletedCopies: 'keep away' });
  const [other] = await stage.copies(BOB);
  await stage.outlook.remove(BOB, other?.id ?? '');
  await order(system, 'reconcile');
  await stage.outlook.edit(SOURCE, (await stage.sources())[0]?.id ?? '', { jobTitle: 'Captain' });
  await stage.have(1, [ADA], (copy) => copy['jobTitle'] === 'Captain');
  await order(system, 'reconcile');
  await stage.have(2, [BOB]);
  await stage.have(3, [ADA]);
});

test("K-10: two source contacts with one address are two copies; a user's own contact with it is left alone", async () => {
  const twin = { ...contact(7), displayName: 'Info' };
  stage = await Stage.open({ contacts: [twin, twin] });
  const target = await stage.outlook.json<{ id: string }>('POST', `/users/${BOB}/contactFolders`, {
    displayName: 'Company',
  });
  const own = await stage.outlook.create(BOB, target.id, twin);
  system = await stage.system([usualPolicy()]);
  await stage.have(2, [ADA]);
  await stage.have(3, [BOB]);
  await order(system, 'reconcile');
  const kept = (await stage.copies(BOB)).find(({ id }) => id === own.id);
  expect(kept?.['@odata.etag']).toBe(own['@odata.etag']);
  await stage.have(3, [BOB]);
});

test('F13: no write holds what only the server may set', async () => {
  await open();
  const [first] = await stage.sources();
  await stage.outlook.edit(SOURCE, first?.id ?? '', { jobTitle: 'Captain' });
  await stage.have(1, everyone, (copy) => copy['jobTitle'] === 'Captain');
  const bodies = stage.simulator.journal
    .entries({ app: stage.simulator.clientId })
    .filter(({ method, path }) => method !== 'GET' && path.includes('/contacts'))
    .map(({ body }) => Object.keys((body ?? {}) as object));
  expect(bodies.length).toBeGreaterThan(9);
  for (const name of [
    'id',
    'changeKey',
    'createdDateTime',
    'lastModifiedDateTime',
    'parentFolderId',
    '@odata.etag',
    '@odata.type',
  ])
    expect(bodies.filter((keys) => keys.includes(name))).toEqual([]);
});

/** A copy that a user makes of our copy in Outlook carries our stamp, too. */
async function copyOf(original: RawContact): Promise<RawContact> {
  const folder = (await stage.outlook.folder(BOB, 'Company')) ?? '';
  const [property] = original['singleValueExtendedProperties'] as { value: string }[];
  const made = await stage.outlook.create(BOB, folder, {
    displayName: original['displayName'],
    singleValueExtendedProperties: [{ id: `String {${stampGuid}} Name ${stampName}`, value: property?.value }],
  });
  return stage.outlook.edit(BOB, made.id, { personalNotes: 'my own' });
}

test.each(['copy', 'original', 'nothing'] as const)(
  'F19: a user’s copy of our item is the user’s for ever; deleted then: %s',
  async (deleted) => {
    await open({}, { settle: 1000 });
    const original = (await stage.copies(BOB)).find((copy) => copy['displayName'] === 'Person 1') as RawContact;
    // Graph tells times in whole seconds: only after settle and a second can the two be told apart.
    const made = Date.parse(String(original['createdDateTime']));
    await until('our item is older than settle', () => Date.now() > made + 2200);
    const own = await copyOf(original);
    if (deleted !== 'nothing') await stage.outlook.remove(BOB, deleted === 'copy' ? own.id : original.id);
    else
      await stage.outlook.edit(
        SOURCE,
        (await stage.sources()).find((one) => one['displayName'] === 'Person 1')?.id ?? '',
        { jobTitle: 'Captain' },
      );
    await order(system, 'reconcile');
    await order(system, 'reconcile');
    const after = await stage.copies(BOB);
    const kept = after.find(({ id }) => id === own.id);
    if (deleted === 'copy')
      expect(after.find(({ id }) => id === original.id)?.['@odata.etag']).toBe(original['@odata.etag']);
    else expect(kept?.['@odata.etag']).toBe(own['@odata.etag']);
    expect(after.filter((copy) => copy['displayName'] === 'Person 1')).toHaveLength(deleted === 'copy' ? 1 : 2);
    expect(after.filter((copy) => copy['jobTitle'] === 'Captain')).toHaveLength(deleted === 'nothing' ? 1 : 0);
    await order(system, 'remove');
    const left = await stage.copies(BOB);
    expect(left.map(({ id }) => id)).toEqual(deleted === 'copy' ? [] : [own.id]);
  },
);

test('rationale 16: a contact moved between two source folders of one policy keeps its copies', async () => {
  stage = await Stage.open({ contacts });
  const second = await stage.outlook.json<{ id: string }>('POST', `/users/${SOURCE}/contactFolders`, {
    displayName: 'Suppliers',
  });
  const sources = [
    { mailbox: SOURCE, folder: ['Customers'] },
    { mailbox: SOURCE, folder: ['Suppliers'] },
  ] as const;
  system = await stage.system([usualPolicy({ sources })], { timing: { grace: 1500 } });
  await stage.have(3);
  const before = await ids(BOB);
  const { world } = stage.simulator.engine;
  const mailbox = world.mailbox(SOURCE);
  const [moved] = await stage.sources();
  const item = mailbox?.itemById(moved?.id ?? '');
  const target = mailbox?.folderById(second.id);
  if (!mailbox || !item || !target) throw new Error('the world has the item and the folder');
  mailbox.moveContact(item, target);
  await until('it is read in its new folder', () =>
    [...system.worker.books.get('customers').state.cards.values()].some(
      ({ revision, state }) => revision > 1 && state === 'live',
    ),
  );
  await order(system, 'reconcile');
  expect(await ids(BOB)).toEqual(before);
  expect(stage.writes().filter((line) => line.startsWith('DELETE'))).toEqual([]);
});

test('rationale 17: deleted and made anew within the grace is the same card', async () => {
  await open({}, { grace: 1500 });
  const before = await ids(BOB);
  const [first] = await stage.sources();
  const folder = (await stage.outlook.folder(SOURCE, 'Customers')) ?? '';
  await stage.outlook.remove(SOURCE, first?.id ?? '');
  await until('it is leaving', () =>
    [...system.worker.books.get('customers').state.cards.values()].some(({ state }) => state === 'leaving'),
  );
  const [address] = (first?.['emailAddresses'] ?? []) as unknown[];
  await stage.outlook.create(SOURCE, folder, { displayName: 'Back again', emailAddresses: [address] });
  await stage.have(1, everyone, (copy) => copy['displayName'] === 'Back again');
  await order(system, 'reconcile');
  expect(await ids(BOB)).toEqual(before);
});

test('a copy that its user moves to another folder is made anew in ours; the moved one is the user’s', async () => {
  await open();
  const mailbox = stage.simulator.engine.world.mailbox(BOB);
  const [first] = await stage.copies(BOB);
  const item = mailbox?.itemById(first?.id ?? '');
  if (!mailbox || !item) throw new Error('the world has the copy');
  mailbox.moveContact(item, mailbox.contacts);
  const moved = (await stage.outlook.list(BOB)).find(({ id }) => id === first?.id);
  await order(system, 'reconcile');
  await stage.have(3);
  await order(system, 'reconcile');
  await stage.have(3);
  const after = (await stage.outlook.list(BOB)).find(({ id }) => id === first?.id);
  expect(after?.['@odata.etag']).toBe(moved?.['@odata.etag']);
  await stage.outlook.remove(BOB, first?.id ?? '');
});
