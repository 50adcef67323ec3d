import type { Look, LookCause } from '#core/signal';

/** Above this a look only says that something changed (PROTOCOL 3). */
const MOST_HINTS = 20;

/** What tells a reader more comes later: a loss outweighs a change. */
const weight: readonly LookCause[] = ['poll', 'again', 'created', 'updated', 'deleted', 'missed', 'removed'];

const heavier = (a: LookCause, b: LookCause): LookCause => (weight.indexOf(b) > weight.indexOf(a) ? b : a);

function mergedHints(a: readonly string[], b: readonly string[]): readonly string[] {
  if (a.includes('*') || b.includes('*')) return ['*'];
  const all = [...new Set([...a, ...b])];
  return all.length > MOST_HINTS ? ['*'] : all;
}

/** One look for two of the same mailbox: nothing that either said is lost but which items, when they are many. */
export const mergeLooks = (a: Look, b: Look): Look => ({
  ...a,
  h: mergedHints(a.h, b.h),
  c: heavier(a.c, b.c),
  n: a.n + b.n,
  at: Math.max(a.at, b.at),
  first: Math.min(a.first, b.first),
});
