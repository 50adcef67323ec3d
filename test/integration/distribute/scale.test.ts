import { afterEach, expect, test } from 'vitest';
import { order, Stage, usualPolicy } from '../../support/stage.ts';
import type { System } from '../../support/system.ts';
import { until } from '../../support/until.ts';
import { contact } from '../../support/worlds.ts';

let stage: Stage;
const contacts = (count: number) => Array.from({ length: count }, (_, n) => contact(n));

afterEach(async () => {
  expect(stage.simulator.judge.breaches().filter(({ kind }) => kind !== 'delta-restart')).toEqual([]);
  await stage.close();
});

/** Asks the worker, not the mailboxes: reading ten thousand contacts over and over would be most of the work. */
const current = (system: System, mailboxes: number) =>
  until(
    'all mailboxes are current',
    () => {
      const targets = [...system.worker.endpoints.all()].filter(({ record }) => record.role === 'target');
      const { head } = system.worker.books.get('customers').state;
      const done = targets.filter(
        ({ record }) => record.state === 'active' && !record.inDoubt && record.applied === head,
      );
      return head > 0 && done.length === mailboxes;
    },
    100_000,
  );

test('K-17: 3,500 contacts arrive complete, and a second pass writes nothing', { timeout: 120_000 }, async () => {
  stage = await Stage.open({ contacts: contacts(3500) });
  const targets = { mailboxes: ['ada@contoso.test', 'bob@contoso.test'], except: [] };
  const system = await stage.system([usualPolicy({ targets })], { pollMs: 60_000 });
  await current(system, 2);
  for (const who of targets.mailboxes) expect(await stage.copies(who)).toHaveLength(3500);
  await order(system, 'reconcile');
  const { total } = stage.simulator.journal;
  await order(system, 'reconcile');
  expect(stage.writes(total)).toEqual([]);
});

test('J-12, K-17: 10,001 contacts pass without a cap', { timeout: 120_000 }, async () => {
  // Exchange takes 10,000 requests in ten minutes from one app in one mailbox: the rest would only come later.
  stage = await Stage.open({ contacts: contacts(10_001) }, { throttling: { requestsPer10Minutes: false } });
  const targets = { mailboxes: ['ada@contoso.test'], except: [] };
  await current(await stage.system([usualPolicy({ targets })], { pollMs: 60_000 }), 1);
  expect(await stage.copies('ada@contoso.test')).toHaveLength(10_001);
});

test('J-12: 1,001 mailboxes pass without a cap', { timeout: 120_000 }, async () => {
  const people = Array.from({ length: 1001 }, (_, n) => `p${n}`);
  stage = await Stage.open({ contacts: contacts(2), people });
  const targets = { mailboxes: 'licensed', except: [] } as const;
  const system = await stage.system([usualPolicy({ targets })], { pollMs: 60_000 });
  await current(system, 1001);
  for (const who of ['p0@contoso.test', 'p500@contoso.test', 'p1000@contoso.test'])
    expect(await stage.copies(who)).toHaveLength(2);
});
