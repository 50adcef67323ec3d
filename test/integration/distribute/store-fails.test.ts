import { afterEach, expect, test } from 'vitest';
import { StoreUnavailable } from '#ports/errors';
import type { Store } from '#ports/store';
import type { Ports } from '#usecases/context';
import { SOURCE, Stage, usualPolicy } from '../../support/stage.ts';
import { until } from '../../support/until.ts';
import { contact } from '../../support/worlds.ts';

const BOB = 'bob@contoso.test';
let stage: Stage;

afterEach(async () => {
  expect(await stage.touched()).toEqual([]);
  await stage.close();
});

type Writes = Parameters<Store['write']>[0];

/** A store whose writes fail while `fails` says so, as on a full disk: reads go on. */
const failing =
  (fails: (writes: Writes) => boolean) =>
  (ports: Ports): Ports => ({
    ...ports,
    store: new Proxy(ports.store, {
      get(target, name) {
        if (name === 'write')
          return (writes: Writes) =>
            fails(writes) ? Promise.reject(new StoreUnavailable('The disk is full')) : target.write(writes);
        const value: unknown = Reflect.get(target, name);
        return typeof value === 'function' ? value.bind(target) : value;
      },
    }),
  });

const writesCopies = (writes: Writes): boolean => writes.some((group) => group.some(({ op }) => op === 'copies'));

test('a full disk is told, nothing is hammered meanwhile, and work goes on when there is room again', async () => {
  stage = await Stage.open({ contacts: [contact(1), contact(2)] });
  let full = false;
  let tried = 0;
  const system = await stage.system([usualPolicy()], {
    pollMs: 100,
    wrap: failing((writes) => {
      if (!full || !writesCopies(writes)) return false;
      tried++;
      return true;
    }),
  });
  await stage.have(2);
  full = true;
  const [first] = await stage.sources();
  await stage.outlook.edit(SOURCE, first?.id ?? '', { jobTitle: 'Captain' });
  await until('trouble is told', () =>
    system.events.some((event) => event.type === 'trouble' && event.message === 'The disk is full'),
  );
  await until('it was tried again', () => tried >= 3);
  expect(tried).toBeLessThan(20);
  full = false;
  await stage.have(1, [BOB], (copy) => copy['jobTitle'] === 'Captain');
  await stage.have(2);
});

/** Results of creates: the slots of copies that nobody has read back yet. */
const writesCreated = (writes: Writes): boolean =>
  writes.some((group) =>
    group.some((write) => write.op === 'copies' && [...write.slots.values()].some((copy) => copy?.extra?.unseen)),
  );

test('I7: a create without answer and a store that fails at once make no second copy', async () => {
  const contacts = Array.from({ length: 25 }, (_, n) => contact(n));
  stage = await Stage.open({ contacts });
  // The server is slow: one create takes effect long after it was given up, and what the others came to is not stored.
  stage.simulator.faults.add({
    method: 'POST',
    path: String.raw`//contacts(\?|$)/`,
    mailbox: BOB,
    app: stage.simulator.clientId,
    delayMs: 1500,
  });
  let failed = 0;
  const system = await stage.system([usualPolicy({ targets: { mailboxes: [BOB], except: [] } })], {
    timing: { call: 300, settle: 3000 },
    wrap: failing((writes) => failed === 0 && writesCreated(writes) && ++failed > 0),
  });
  const made = () =>
    stage.simulator.journal
      .entries({
        app: stage.simulator.clientId,
        mailbox: stage.simulator.mailboxIdOf(BOB),
        method: 'POST',
        status: 201,
      })
      .filter(({ path }) => path.endsWith('/contacts'));
  await until('the late create took effect', () => made().some(({ durationMs }) => (durationMs ?? 0) >= 1500), 10_000);
  await until(
    'nothing is in doubt any more',
    () =>
      system.worker.endpoints.ofPolicy('customers').every(({ record }) => record.state === 'active' && !record.inDoubt),
    10_000,
  );
  expect(failed).toBe(1);
  expect(made()).toHaveLength(25);
  expect(await stage.copies(BOB)).toHaveLength(25);
});
