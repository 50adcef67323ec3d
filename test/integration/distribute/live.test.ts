import { afterEach, expect, test } from 'vitest';
import { everyone, order, SOURCE, Stage, usualPolicy } from '../../support/stage.ts';
import { until } from '../../support/until.ts';
import { contact } from '../../support/worlds.ts';

let stage: Stage;
const contacts = Array.from({ length: 12 }, (_, n) => contact(n));
const captain = (copy: Record<string, unknown>): boolean => copy['jobTitle'] === 'Captain';

afterEach(async () => {
  // Two policies that read one folder have a cursor each: the second begins from nothing, and rightly.
  expect(stage.simulator.judge.breaches().filter(({ kind }) => kind !== 'delta-restart')).toEqual([]);
  expect(await stage.touched()).toEqual([]);
  await stage.close();
});

const editFirst = async (change: Record<string, unknown>): Promise<void> => {
  const [first] = await stage.sources();
  await stage.outlook.edit(SOURCE, first?.id ?? '', change);
};

test('W-01, W-02, W-04: an edit is notified, reaches everybody, and its lag is measured', async () => {
  stage = await Stage.open({ contacts });
  const system = await stage.system([usualPolicy()], { webhook: true });
  await stage.have(12);
  await until('the source is subscribed', () => system.worker.sources.subscribed.size === 1);
  const listed = await stage.outlook.json<{ value: { resource: string }[] }>('GET', '/subscriptions');
  expect(listed.value).toEqual([]); // Another app sees only its own.
  expect(stage.simulator.subscriptions.all()).toHaveLength(1);
  await editFirst({ jobTitle: 'Captain' });
  await stage.have(1, everyone, captain);
  const report = await until('the lag is told', () => system.events.find((event) => event.type === 'propagated'));
  expect(report).toMatchObject({ mailboxes: 3, missing: 0 });
  const [fact] = await system.ports.store.get('fact', ['lag/customers']);
  expect(fact?.value).toHaveLength(1);
  // Every queue has a consumer: signals that nobody takes would pile up for ever.
  await until('every signal is settled', async () =>
    (await system.ports.queue.depths()).every(({ ready, unacked }) => ready + unacked === 0),
  );
});

test('a notification that is doubled leads to one write; one that is lost is healed by the nightly pass', async () => {
  stage = await Stage.open({ contacts });
  const system = await stage.system([usualPolicy()], { webhook: true });
  await stage.have(12);
  await until('the source is subscribed', () => system.worker.sources.subscribed.size === 1);
  stage.simulator.faults.add({ kind: 'notificationsDoubled', times: 0 });
  const { total } = stage.simulator.journal;
  await editFirst({ jobTitle: 'Captain' });
  await stage.have(1, everyone, captain);
  const delivered = () => stage.simulator.delivery.records().filter(({ status }) => status === 202).length;
  await until('both notifications were delivered', () => delivered() >= 2);
  await until('both were looked at', async () =>
    (await system.ports.queue.depths()).every(({ ready, unacked }) => ready + unacked === 0),
  );
  expect(stage.writes(total)).toHaveLength(3);
  stage.simulator.faults.clear();
  stage.simulator.faults.add({ kind: 'notificationsLost', times: 0 });
  await editFirst({ jobTitle: 'Admiral' });
  await until('the notification is lost', () => stage.simulator.faults.list().some(({ struck }) => struck > 0));
  await order(system, 'reconcile');
  await stage.have(1, everyone, (copy) => copy['jobTitle'] === 'Admiral');
});

test('rationale 32, F34: what is notified before it can be seen is looked for again; a dummy leaves nothing', async () => {
  stage = await Stage.open({ contacts });
  const system = await stage.system([usualPolicy()], { webhook: true });
  await stage.have(12);
  await until('the source is subscribed', () => system.worker.sources.subscribed.size === 1);
  const [subscription] = stage.simulator.subscriptions.all();
  const owner = stage.simulator.mailboxIdOf(SOURCE);
  if (!subscription) throw new Error('there is a subscription');
  const item = { itemId: 'AAkDUMMY', immutableItemId: 'AAkDUMMY', etag: 'W/"1"' };
  const deltas = (): number => stage.simulator.journal.entries({ mailbox: owner, path: 'delta' }).length;
  const before = deltas();
  stage.simulator.publisher.announce(subscription, { kind: 'created', entity: 'contact', ownerId: owner, ...item }, 0);
  await until('it is looked for again and again', () => deltas() >= before + 3);
  expect(stage.simulator.journal.entries({ mailbox: owner, path: 'AAkDUMMY' })).toEqual([]);
  await stage.have(12);
  expect(await system.ports.store.find('retry.due', [], [], 100)).toEqual([]);
});

test('W-07: the nightly pass runs once, repairs what a user did to copies, and stores what it found', async () => {
  stage = await Stage.open({ contacts });
  let night = 1000;
  const system = await stage.system([usualPolicy()], { lastNightly: () => night });
  await stage.have(12);
  const [edited, deleted] = await stage.copies('bob@contoso.test');
  await stage.outlook.edit('bob@contoso.test', edited?.id ?? '', { jobTitle: 'Changed by Bob' });
  await stage.outlook.remove('bob@contoso.test', deleted?.id ?? '');
  night = 2000;
  const runs = () => system.ports.store.range('run', 'nightly-', 'nightly-~', 100);
  await until('the night is over', async () => {
    const found = await runs();
    return found.length > 0 && found.every(({ record }) => record.phase === 'done');
  });
  const drift = (await runs()).map(({ record }) => record.drift).find((found) => Object.keys(found).length > 0);
  expect(drift).toEqual({ changed: 1, deleted: 1 });
  await stage.have(12);
  const copies = await stage.copies('bob@contoso.test');
  expect(copies.some((copy) => copy['jobTitle'] === 'Changed by Bob')).toBe(false);
  const orders = await system.ports.store.range('order', 'nightly-', 'nightly-~', 100);
  expect(orders).toHaveLength(1);
});

test('H-06: a manual policy writes nothing until it is run, while a live one beside it acts', async () => {
  stage = await Stage.open({ contacts });
  const beside = usualPolicy({
    id: 'beside',
    targetFolder: ['Beside'],
    targets: { mailboxes: everyone.slice(0, 1), except: [] },
  });
  const system = await stage.system([usualPolicy({ trigger: 'manual' }), beside]);
  const besideHas = (jobTitle: string) =>
    until(`the live one has ${jobTitle}`, async () =>
      (await stage.copies(everyone[0] ?? '', 'Beside')).some((copy) => copy['jobTitle'] === jobTitle),
    );
  await editFirst({ jobTitle: 'Captain' });
  await besideHas('Captain');
  for (const who of everyone) expect(await stage.outlook.folder(who, 'Company')).toBeUndefined();
  await order(system, 'run');
  await stage.have(12);
  await editFirst({ jobTitle: 'Admiral' });
  await besideHas('Admiral');
  await stage.have(1, everyone, captain);
  await order(system, 'run');
  await stage.have(1, everyone, (copy) => copy['jobTitle'] === 'Admiral');
});

test('K-13: in a run never more mailboxes are busy than the policy says', async () => {
  stage = await Stage.open({ contacts, people: ['ada', 'bob', 'cleo', 'dora', 'emil', 'fay'] }, { latencyMs: 5 });
  const targets = {
    mailboxes: ['ada', 'bob', 'cleo', 'dora', 'emil', 'fay'].map((name) => `${name}@contoso.test`),
    except: [],
  };
  let most = 0;
  const open = new Map<string, number>();
  const two = Promise.withResolvers<void>();
  const system = await stage.system([usualPolicy({ trigger: 'manual', targets, parallelMailboxes: 2 })], {
    wrap: (ports) => ({
      ...ports,
      mailboxes: {
        ...ports.mailboxes,
        async create(place, ...rest) {
          open.set(place.user, (open.get(place.user) ?? 0) + 1);
          const busy = [...open.values()].filter((n) => n > 0).length;
          most = Math.max(most, busy);
          if (busy === 2) two.resolve();
          try {
            // The first one waits for company: a policy that worked one by one would never end.
            await two.promise;
            return await ports.mailboxes.create(place, ...rest);
          } finally {
            open.set(place.user, (open.get(place.user) ?? 1) - 1);
          }
        },
      },
    }),
  });
  await order(system, 'run');
  await stage.have(12, targets.mailboxes);
  expect(most).toBe(2);
});

test('K-08: whoever leaves the policy loses its copies and the folder that was made for them', async () => {
  stage = await Stage.open({ contacts });
  const folder = stage.folder();
  const first = await stage.system([usualPolicy()], { folder });
  await stage.have(12);
  await stage.stop(first);
  const targets = { mailboxes: everyone.slice(0, 2), except: [] };
  await stage.system([usualPolicy({ targets })], { folder });
  const cleo = 'cleo@contoso.test';
  await until('the folder is gone', async () => (await stage.outlook.folder(cleo, 'Company')) === undefined);
  await stage.have(12, everyone.slice(0, 2));
});

test('K-08, K-18: many mailboxes that leave at once are held until a person releases them', async () => {
  stage = await Stage.open({ contacts });
  const folder = stage.folder();
  const first = await stage.system([usualPolicy()], { folder });
  await stage.have(12);
  await stage.stop(first);
  const brake = { cards: 10, percent: 10, mailboxes: 1 };
  const targets = { mailboxes: everyone.slice(0, 1), except: [] };
  const system = await stage.system([usualPolicy({ targets, brake })], { folder });
  const held = () => system.ports.store.find('hold.state', ['held'], ['held'], 10);
  await until('it is held', async () => (await held()).length === 1);
  await stage.have(12);
  const [hold] = await held();
  expect(hold?.record.reason).toContain('2 of 3 mailboxes would leave');
  await order(system, 'release', { scope: [hold?.key ?? ''], count: 2 });
  await stage.have(0, everyone.slice(1));
  await stage.have(12, everyone.slice(0, 1));
});

test('F-11: where a cloud has no contact delta, listing and comparing gives the same result', async () => {
  stage = await Stage.open({ contacts });
  const system = await stage.system([usualPolicy()], {
    pollMs: 200,
    wrap: (ports) => ({
      ...ports,
      mailboxes: {
        ...ports.mailboxes,
        capabilities: (tenant) => ({ ...ports.mailboxes.capabilities(tenant), delta: false }),
        delta: () => Promise.reject(new Error('this cloud has no delta')),
      },
    }),
  });
  await stage.have(12);
  const [first, second] = await stage.sources();
  await stage.outlook.edit(SOURCE, first?.id ?? '', { jobTitle: 'Captain' });
  await stage.outlook.remove(SOURCE, second?.id ?? '');
  await stage.have(11);
  await stage.have(1, everyone, captain);
  const [copy] = await stage.copies('bob@contoso.test');
  await stage.outlook.remove('bob@contoso.test', copy?.id ?? '');
  await order(system, 'reconcile');
  await stage.have(11);
  const { total } = stage.simulator.journal;
  await order(system, 'reconcile');
  expect(stage.writes(total)).toEqual([]);
});

test('a notification that comes late leads to the same end', async () => {
  stage = await Stage.open({ contacts });
  const system = await stage.system([usualPolicy()], { webhook: true });
  await stage.have(12);
  await until('the source is subscribed', () => system.worker.sources.subscribed.size === 1);
  stage.simulator.faults.add({ kind: 'notificationsLate', lagMs: 700, times: 2 });
  await editFirst({ jobTitle: 'Sailor' });
  await editFirst({ jobTitle: 'Captain' });
  const { total } = stage.simulator.journal;
  await stage.have(1, everyone, captain);
  expect(stage.writes(total)).toHaveLength(3);
});

test.each(['old', 'new'])(
  'W-02: another webhook address (and with it the %s secret) makes the subscriptions anew',
  async (secret) => {
    stage = await Stage.open({ contacts });
    const folder = stage.folder();
    const before = await stage.system([usualPolicy()], { webhook: true, folder, secret: 'old' });
    await stage.have(12);
    await until('the source is subscribed', () => before.worker.sources.subscribed.size === 1);
    const [old] = stage.simulator.subscriptions.all();
    await stage.stop(before);
    await stage.system([usualPolicy()], { webhook: true, folder, secret });
    await until('it is another one', () => {
      const all = stage.simulator.subscriptions.all();
      return all.length === 1 && all[0]?.id !== old?.id;
    });
    await editFirst({ jobTitle: 'Captain' });
    await stage.have(1, everyone, captain);
  },
);
