import { expect, test } from 'vitest';
import type { PolicyStatus } from '#usecases/status';
import { page } from '../../../services/status/page.ts';

const status = (changes: Partial<PolicyStatus> = {}): PolicyStatus => ({
  policy: 'customers',
  trigger: 'live',
  state: 'working',
  cards: 3,
  head: 9,
  sources: [
    {
      address: 'shared@contoso.test',
      folder: 'Kunden/Süd',
      state: 'active',
      code: null,
      readAt: Date.UTC(2026, 10, 25, 12),
      by: 'notification',
      expires: Date.UTC(2026, 10, 28, 12),
      why: null,
    },
  ],
  targets: { all: 3, current: 3, behind: 0, inDoubt: 0, unreachable: 0, leaving: 0 },
  parked: 0,
  parkedWork: [],
  holds: [],
  lag: [],
  problems: [],
  lastRun: undefined,
  lastNightly: undefined,
  ...changes,
});

const shown = (changes: Partial<PolicyStatus> = {}): string =>
  page({ policies: [status(changes)], queues: { shards: 65, busy: [] }, troubles: [] });

test('all is well: the subscription and its end are shown, and no alarm', () => {
  const html = shown();
  expect(html).toContain('All is well.');
  expect(html).toContain('notified, renewed before 2026-11-28 12:00:00 UTC');
  expect(html).not.toContain('class="alarm"');
});

test('F-11: polling is a state with its reason, and no alarm', () => {
  const source = { ...status().sources[0], by: 'polling', expires: null, why: 'no public address' } as const;
  const html = shown({ sources: [source as PolicyStatus['sources'][number]] });
  expect(html).toContain('polled: no public address');
  expect(html).toContain('All is well.');
});

test('W-04: the last edits show first, median and last mailbox, and who is still without', () => {
  const edit = { policy: 'customers', revision: 9, notified: 1, committed: 2, first: 120, median: 450, last: 2300 };
  const html = shown({ lag: [{ ...edit, mailboxes: 24, missing: 1 }] });
  expect(html).toMatch(/<td>9<\/td><td>.*<\/td><td>0.1 s<\/td><td>0.5 s<\/td><td>2.3 s<\/td><td>24<\/td><td>1<\/td>/);
});

test('what a person has to look at stands first: holds, sources and mailboxes out of reach, refused contacts', () => {
  const source = {
    ...status().sources[0],
    state: 'unreachable',
    code: 'folder gone',
  } as PolicyStatus['sources'][number];
  const html = shown({
    state: 'held',
    sources: [source],
    targets: { all: 3, current: 1, behind: 0, inDoubt: 0, unreachable: 2, leaving: 0 },
    parked: 1,
    parkedWork: [{ address: 'bob@contoso.test', card: 7, code: 'ErrorInvalidRequest', since: 1 }],
    holds: [{ key: 'k', kind: 'deletions', count: 12, reason: '12 of 20 would go', since: 1, state: 'held' }],
  });
  expect(html).not.toContain('All is well.');
  for (const text of [
    'the brake holds something',
    '1 of 1 sources cannot be read; all copies stay',
    '2 mailboxes are not reached',
    '1 contacts are refused',
    'The brake holds 12 (deletions): 12 of 20 would go',
    '<td>bob@contoso.test</td><td>7</td><td>ErrorInvalidRequest</td>',
    '<td>folder gone</td>',
  ])
    expect(html).toContain(text);
});

test('the nightly report is shown apart from the last run, with its problems', () => {
  const counts = { created: 1, updated: 2, deleted: 3, skipped: 0, failed: 0 };
  const run = {
    order: 'x',
    kind: 'reconcile',
    phase: 'done',
    started: 1,
    ended: 2,
    endpoints: 3,
    endpointsDone: 3,
    counts,
  };
  const html = shown({ lastNightly: { ...run, drift: { deleted: 2 }, problems: ['bob: not reached'] } });
  expect(html).toContain('Last night: reconcile, done');
  expect(html).toContain('drift deleted 2');
  expect(html).toContain('<li>bob: not reached</li>');
});

test('whatever comes from mailboxes, servers and files is text, never markup', () => {
  const evil = `<script>alert("x")</script>'&`;
  const html = page({
    policies: [
      status({
        policy: evil,
        trigger: evil,
        sources: [
          { ...(status().sources[0] as PolicyStatus['sources'][number]), address: evil, folder: evil, code: evil },
        ],
        parked: 1,
        parkedWork: [{ address: evil, card: 1, code: evil, since: 1 }],
        holds: [{ key: evil, kind: evil, count: 1, reason: evil, since: 1, state: 'held' }],
        problems: [evil],
        lastRun: {
          order: evil,
          kind: evil,
          phase: evil,
          started: 1,
          ended: null,
          endpoints: 1,
          endpointsDone: 0,
          counts: { created: 0, updated: 0, deleted: 0, skipped: 0, failed: 0 },
          drift: { [evil]: 1 },
          problems: [evil],
        },
      }),
    ],
    queues: { shards: 1, busy: [{ shard: evil, ready: 1, unacked: 0, consumers: 0 }] },
    troubles: [{ at: 1, where: evil, code: evil, message: evil }],
  });
  expect(html).not.toContain('<script');
  expect(html).not.toContain('alert("x")');
  expect(html.split('&lt;script&gt;alert(&quot;x&quot;)&lt;/script&gt;&#39;&amp;').length).toBeGreaterThan(15);
});
