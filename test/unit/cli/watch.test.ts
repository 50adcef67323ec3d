import { expect, test } from 'vitest';
import { Watch } from '../../../services/cli/demo/watch.ts';

const committed = (revision: number, first?: number) =>
  ({ type: 'committed', policy: 'p', revision, cards: 1, ...(first !== undefined && { first }) }) as const;
const applied = (endpoint: string, revision: number, at: number) =>
  ({ type: 'applied', policy: 'p', endpoint, revision, at }) as const;

test('an edit has arrived when so many mailboxes show its revision, in the order of arrival', async () => {
  const watch = new Watch();
  const arrival = watch.arrival({ mailboxes: 2 });
  watch.hear(applied('early', 4, 90));
  watch.hear(committed(5, 100));
  watch.hear(applied('behind', 4, 110));
  watch.hear(applied('b', 5, 130));
  watch.hear(applied('b', 6, 140));
  watch.hear(applied('a', 7, 120));
  expect(await arrival).toEqual({ notified: 100, at: [120, 130] });
});

test('a deletion counts from the notification of its first commit to the arrival of its second', async () => {
  const watch = new Watch();
  const arrival = watch.arrival({ mailboxes: 1, commits: 2 });
  watch.hear(committed(5, 100));
  watch.hear(applied('a', 5, 110));
  watch.hear(committed(6));
  watch.hear(applied('a', 6, 2200));
  expect(await arrival).toEqual({ notified: 100, at: [2200] });
});

test('what the brake holds never arrives: the demo ends instead of waiting', async () => {
  const watch = new Watch();
  const arrival = watch.arrival({ mailboxes: 1 });
  watch.hear({ type: 'held', policy: 'p', endpoint: 'e', kind: 'source empty', cards: 3 });
  await expect(arrival).rejects.toThrow('The brake holds 3 (source empty).');
});
