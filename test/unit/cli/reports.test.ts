import { expect, test } from 'vitest';
import type { Plan } from '#usecases/plan';
import type { RunSummary } from '#usecases/run-summary';
import type { PolicyStatus } from '#usecases/status';
import { runReport } from '../../../services/cli/report.ts';
import { planText } from '../../../services/cli/verbs/plan.ts';
import { statusText } from '../../../services/cli/verbs/status.ts';

const run = (changes: Partial<RunSummary> = {}): RunSummary => ({
  order: 'o',
  kind: 'run',
  phase: 'done',
  started: 1000,
  ended: 3500,
  endpoints: 4,
  endpointsDone: 4,
  counts: { created: 60, updated: 2, deleted: 1, skipped: 0, failed: 0 },
  drift: {},
  problems: [],
  ...changes,
});

test('B-03: a run is counted by what it wrote and where', () => {
  expect(runReport('customers', run())).toBe(
    'customers: run of 4 folders in 2.5 s.\n  created 60, updated 2, deleted 1, refused 0',
  );
  expect(runReport('customers', undefined)).toBe('customers: nothing to do.');
});

test('W-07: a reconcile tells the drift it found, also when there was none', () => {
  const found = runReport('customers', run({ kind: 'reconcile', drift: { changed: 2, deleted: 1 } }));
  expect(found).toContain('drift found: changed 2, deleted 1');
  expect(runReport('customers', run({ kind: 'reconcile' }))).toContain('drift found: none');
});

test('J-02: problems are listed, one a line, and cannot steer the terminal', () => {
  const text = runReport('customers', run({ problems: ['bob@contoso.test: not reached (X)\u001b[2J', 'cleo: gone'] }));
  expect(text).toContain('problems (2):\n    bob@contoso.test: not reached (X)[2J\n    cleo: gone');
});

const plan = (changes: Partial<Plan> = {}): Plan =>
  ({
    key: 'plan-1',
    policy: 'customers',
    generation: 'g',
    at: 1,
    operations: [],
    folders: [],
    held: [],
    problems: [],
    left: { private: 0, category: 0, foreign: 0 },
    ...changes,
  }) as Plan;

const operations = (count: number): Plan['operations'] =>
  Array.from({ length: count }, (_, n) => ({
    kind: 'create',
    name: `Name ${n}`,
    address: `user${String(n).padStart(2, '0')}@contoso.test`,
  })) as unknown as Plan['operations'];

test('a plan is a table by mailbox, says what else there is, and how to do it', () => {
  const text = planText(
    plan({
      operations: [
        ...operations(2),
        { kind: 'delete', name: 'Old\u001b One', address: 'user00@contoso.test' },
      ] as unknown as Plan['operations'],
      folders: ['user00@contoso.test'],
      held: ['12 of 20 contacts would be deleted'],
      problems: ['bob: not reached'],
    }),
  );
  expect(text).toContain('Plan of customers: 3 writes in 2 mailboxes. Nothing was written.');
  expect(text).toContain('user00@contoso.test       1       0      0       1');
  expect(text).toContain('  delete Old One in user00@contoso.test');
  expect(text).toContain('The brake would hold:\n  12 of 20 contacts would be deleted');
  expect(text).toContain('Problems:\n  bob: not reached');
  expect(text).toContain('To do exactly this: cardwire run customers --plan plan-1');
});

test('a plan of many mailboxes fits a screen; a plan without work names no key', () => {
  expect(planText(plan({ operations: operations(50) }))).toContain('… and 30 more mailboxes (--json shows all)');
  expect(planText(plan())).not.toContain('--plan');
});

const status: PolicyStatus = {
  policy: 'customers',
  trigger: 'live',
  state: 'held',
  cards: 20,
  head: 30,
  sources: [
    {
      address: 'shared@contoso.test',
      folder: 'Customers',
      state: 'active',
      code: null,
      readAt: 0,
      by: 'polling',
      expires: null,
      why: 'no permission to subscribe',
    },
  ],
  targets: { all: 3, current: 1, behind: 1, inDoubt: 0, unreachable: 1, leaving: 0 },
  parked: 2,
  parkedWork: [],
  holds: [
    { key: 'h1', kind: 'deletions', count: 12, reason: '12 of 20 contacts would be deleted', since: 0, state: 'held' },
    { key: 'h0', kind: 'deletions', count: 3, reason: 'answered long ago', since: 0, state: 'released' },
  ],
  lag: [
    {
      policy: 'customers',
      revision: 30,
      notified: 1,
      committed: 2,
      first: 100,
      median: 400,
      last: 1500,
      mailboxes: 2,
      missing: 1,
    },
  ],
  problems: ['nobody@contoso.test is no mailbox'],
  lastRun: run(),
  lastNightly: run({ kind: 'reconcile', drift: { deleted: 2 } }),
};

test('K-18, F-11, W-04: status says what is held and how to answer it, why it polls, how fast edits were', () => {
  const text = statusText(status);
  expect(text).toContain('customers (live): held, 20 cards');
  expect(text).toContain('polled (no permission to subscribe), read never');
  expect(text).toContain('targets 3: 1 current, 1 behind, 0 in doubt, 1 not reached, 0 leaving');
  expect(text).toContain('answer: cardwire release|discard customers --hold h1 --count 12 --reason "…"');
  expect(text).not.toContain('answered long ago');
  expect(text).toContain('first mailbox after 100 ms, median 400 ms, last 1.5 s (2 mailboxes, 1 still without)');
  expect(text).toContain('2 refused contacts wait for a person: cardwire parked');
  expect(text).toContain('nobody@contoso.test is no mailbox');
  expect(text).toContain('last night: done');
  expect(text).toContain('drift deleted 2');
});
