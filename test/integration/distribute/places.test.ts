import sharp from 'sharp';
import { afterEach, expect, test } from 'vitest';
import { sharpPictures } from '#adapters/pictures/sharp';
import { everyone, order, SOURCE, Stage, usualPolicy } from '../../support/stage.ts';
import { until } from '../../support/until.ts';
import { contact } from '../../support/worlds.ts';

let stage: Stage;
const [ADA, BOB] = everyone as [string, string, string];

afterEach(async () => {
  expect(stage.simulator.judge.breaches().filter(({ kind }) => kind !== 'delta-restart')).toEqual([]);
  await stage.close();
});

const folderBelow = async (user: string, parent: string, name: string): Promise<string> =>
  (
    await stage.outlook.json<{ id: string }>('POST', `/users/${user}/contactFolders/${parent}/childFolders`, {
      displayName: name,
    })
  ).id;

test('B-05: default, nested and non-ASCII folders are sources; their sub-folders are not read', async () => {
  stage = await Stage.open({ contacts: [] });
  const customers = (await stage.outlook.folder(SOURCE, 'Customers')) ?? '';
  const nordic = await folderBelow(SOURCE, customers, 'Nørdisk Küste');
  const deeper = await folderBelow(SOURCE, nordic, 'Deeper');
  await stage.outlook.create(SOURCE, 'contacts', { displayName: 'In default' });
  await stage.outlook.create(SOURCE, nordic, { displayName: 'In nested' });
  await stage.outlook.create(SOURCE, deeper, { displayName: 'Too deep' });
  await stage.outlook.create(SOURCE, customers, { displayName: 'Between' });
  const sources = [
    { mailbox: SOURCE, folder: 'default' },
    { mailbox: SOURCE, folder: ['Customers', 'nørdisk küste'] },
  ] as const;
  await stage.system([usualPolicy({ sources })]);
  await stage.have(2);
  expect((await stage.copies(ADA)).map((copy) => copy['displayName']).sort()).toEqual(['In default', 'In nested']);
});

test('B-08: the source mailbox may be a target, without a loop; its source folder is left out', async () => {
  stage = await Stage.open({ contacts: [contact(1), contact(2)] });
  const targets = { mailboxes: [SOURCE, ADA], except: [] };
  const system = await stage.system([usualPolicy({ targets })]);
  await stage.have(2, [SOURCE, ADA]);
  await order(system, 'reconcile');
  expect(await stage.sources()).toHaveLength(2);
  await stage.have(2, [SOURCE, ADA]);
  await stage.close();
  stage = await Stage.open({ contacts: [contact(1)] });
  const other = await stage.system([usualPolicy({ targets, targetFolder: ['Customers'] })]);
  await until('ada has it', async () => (await stage.copies(ADA, 'Customers')).length === 1);
  const fact = await until(
    'membership says so',
    async () => (await other.ports.store.get('fact', ['membership/customers']))[0],
  );
  expect(JSON.stringify(fact.value)).toContain('is a source of the policy and cannot be a target');
  expect(await stage.sources()).toHaveLength(1);
});

test('K-01: an existing folder of that name is used, whatever its case; what lies in it stays the user’s', async () => {
  stage = await Stage.open({ contacts: [contact(1)] });
  const { id } = await stage.outlook.json<{ id: string }>('POST', `/users/${BOB}/contactFolders`, {
    displayName: 'COMPANY',
  });
  const own = await stage.outlook.create(BOB, id, { displayName: "Bob's own" });
  await stage.system([usualPolicy()]);
  await until('bob has it', async () => (await stage.outlook.list(BOB, id)).length === 2);
  expect((await stage.outlook.list(BOB, id)).find((copy) => copy.id === own.id)?.['@odata.etag']).toBe(
    own['@odata.etag'],
  );
  const { value } = await stage.outlook.json<{ value: unknown[] }>('GET', `/users/${BOB}/contactFolders`);
  expect(value).toHaveLength(1);
});

test('K-02: the default folder is the target by its alias, whatever its name in the mailbox’s language', async () => {
  stage = await Stage.open({ contacts: [contact(1)] });
  stage.simulator.engine.world.mailbox(BOB)?.setLanguage('de-DE');
  await stage.system([usualPolicy({ targetFolder: 'default' })]);
  await until('bob has it', async () => (await stage.outlook.list(BOB)).length === 3);
  const { value } = await stage.outlook.json<{ value: unknown[] }>('GET', `/users/${BOB}/contactFolders`);
  expect(value).toEqual([]);
});

test('K-03: a renamed target folder is followed, a deleted one made anew, or left by policy', async () => {
  stage = await Stage.open({ contacts: [contact(1), contact(2)] });
  const system = await stage.system([usualPolicy()]);
  await stage.have(2);
  const folder = await stage.outlook.folder(BOB, 'Company');
  await stage.outlook.json('PATCH', `/users/${BOB}/contactFolders/${folder}`, { displayName: 'My people' });
  const [first] = await stage.sources();
  await stage.outlook.edit(SOURCE, first?.id ?? '', { jobTitle: 'Captain' });
  await until('it follows', async () =>
    (await stage.copies(BOB, 'My people')).some((copy) => copy['jobTitle'] === 'Captain'),
  );
  await stage.outlook.json('DELETE', `/users/${BOB}/contactFolders/${folder}`);
  await order(system, 'reconcile');
  await stage.have(2, [BOB]);
  await stage.close();
  stage = await Stage.open({ contacts: [contact(1)] });
  const leaving = await stage.system([usualPolicy({ deletedFolder: 'leave' })]);
  await stage.have(1);
  await stage.outlook.json('DELETE', `/users/${BOB}/contactFolders/${await stage.outlook.folder(BOB, 'Company')}`);
  await order(leaving, 'reconcile');
  expect(await stage.outlook.folder(BOB, 'Company')).toBeUndefined();
  expect([...leaving.worker.endpoints.all()].some(({ record }) => record.code === 'FolderDeleted')).toBe(true);
});

const picture = (side: number, noise: boolean): Promise<Buffer> =>
  sharp({
    create: {
      width: side,
      height: side,
      channels: 3,
      background: '#336699',
      ...(noise && { noise: { type: 'gaussian', mean: 128, sigma: 60 } }),
    },
  })
    .jpeg({ quality: 95 })
    .toBuffer();

test('B-06, F49: photos travel by hash, small enough for phones; a second pass sends none', async () => {
  stage = await Stage.open({ contacts: [contact(1), contact(2)] });
  const [large, small] = [await picture(648, true), await picture(64, false)];
  expect(large.length).toBeGreaterThan(36_864);
  const [first, second] = await stage.sources();
  for (const [item, bytes] of [
    [first, large],
    [second, small],
  ] as const)
    await stage.outlook.call('PUT', `/users/${SOURCE}/contacts/${item?.id}/photo/$value`, bytes, {
      'Content-Type': 'image/jpeg',
    });
  const system = await stage.system([usualPolicy({ photos: true })], { pictures: sharpPictures });
  await stage.have(2);
  const photo = async (who: string, name: unknown): Promise<Buffer | undefined> => {
    const copy = (await stage.copies(who)).find((one) => one['displayName'] === name);
    const answer = await stage.outlook.call('GET', `/users/${who}/contacts/${copy?.id}/photo/$value`);
    return answer.ok ? Buffer.from(await answer.arrayBuffer()) : undefined;
  };
  const fitted = await until('bob has the large one', () => photo(BOB, first?.['displayName']));
  expect(fitted.length).toBeLessThanOrEqual(36_864);
  expect(fitted.subarray(0, 3).toString('hex')).toBe('ffd8ff');
  expect(await until('ada has the small one', () => photo(ADA, second?.['displayName']))).toEqual(small);
  const { total } = stage.simulator.journal;
  await order(system, 'reconcile');
  expect(stage.writes(total)).toEqual([]);
});

test('promise 7, I13: private and excluded contacts never leave, and are withdrawn when they become so', async () => {
  stage = await Stage.open({
    contacts: [contact(1), contact(2), { ...contact(3), categories: ['Internal'] }, contact(4)],
  });
  const mark = async (name: string): Promise<void> => {
    const mailbox = stage.simulator.engine.world.mailbox(SOURCE);
    const item = mailbox?.itemById((await stage.sources()).find((one) => one['displayName'] === name)?.id ?? '');
    if (!mailbox || !item) throw new Error('the world has the item');
    stage.simulator.engine.world.setPrivate(mailbox, item, true);
  };
  await mark('Person 2');
  await stage.system([usualPolicy({ exclude: { categories: ['internal'] } })]);
  await stage.have(2);
  const names = async (): Promise<unknown[]> => (await stage.copies(BOB)).map((copy) => copy['displayName']).sort();
  expect(await names()).toEqual(['Person 1', 'Person 4']);
  await mark('Person 4');
  await stage.have(1);
  expect(await names()).toEqual(['Person 1']);
  const stored = JSON.stringify(stage.simulator.journal.entries({ method: 'POST' }).map(({ body }) => body));
  expect(stored).not.toContain('Person 2');
  expect(stored).not.toContain('Person 3');
});

test('B-09: distribution lists in a source folder are counted and reported as skipped', async () => {
  stage = await Stage.open({ contacts: [contact(1)], lists: 2 });
  const system = await stage.system([usualPolicy({ trigger: 'manual' })]);
  await order(system, 'run');
  await stage.have(1);
  const runs = await system.ports.store.range('run', 'order', 'order~', 100);
  expect(runs.reduce((sum, { record }) => sum + record.counts.skipped, 0)).toBe(2);
});

test('K-14: live work has its own limit: a policy that fills one mailbox at a time still tells news to all at once', async () => {
  stage = await Stage.open({ contacts: [contact(1), contact(2)] });
  let most = 0;
  let open = 0;
  const all = Promise.withResolvers<void>();
  const system = await stage.system([usualPolicy({ parallelMailboxes: 1 })], {
    wrap: (ports) => ({
      ...ports,
      mailboxes: {
        ...ports.mailboxes,
        async update(...args) {
          most = Math.max(most, ++open);
          if (open === 3) all.resolve();
          try {
            await all.promise;
            return await ports.mailboxes.update(...args);
          } finally {
            open--;
          }
        },
      },
    }),
  });
  await stage.have(2);
  await until('all are active', () =>
    [...system.worker.endpoints.all()].every(({ record }) => record.state === 'active'),
  );
  const [first] = await stage.sources();
  await stage.outlook.edit(SOURCE, first?.id ?? '', { jobTitle: 'Captain' });
  await stage.have(1, everyone, (copy) => copy['jobTitle'] === 'Captain');
  expect(most).toBe(3);
});
