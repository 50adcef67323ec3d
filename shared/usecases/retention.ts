import { commitKey, under, versionKey } from '#core/keys';
import type { Remove } from '#ports/store';
import type { Context } from './context.ts';

const DAY = 24 * 60 * 60 * 1000;
/** Superseded versions, finished runs and dead workers are kept so long: undo and reports reach as far back. */
const KEPT = 90 * DAY;
const PAGE = 500;

/**
 * Lets go of what nobody needs (PROTOCOL 2.3): commits that every endpoint of their book has applied and stored and
 * whose versions exist, superseded versions past their time, records of workers long dead. Never the newest commit.
 */
export async function sweep(context: Context): Promise<void> {
  for (const policy of context.setting.policies.keys()) {
    await sweepCommits(context, policy);
    await sweepVersions(context, policy);
  }
  await sweepWorkers(context);
}

async function sweepCommits({ ports: { store, clock } }: Context, book: string): Promise<void> {
  const endpoints = await store.range('endpoint', ...under(book), 1_000_000);
  const active = endpoints.map(({ record }) => record).filter(({ state }) => state !== 'left');
  if (active.length === 0) return;
  const needed = Math.min(
    ...active.map(({ role, applied, read }) => (role === 'target' ? Math.min(applied, read.revision) : read.revision)),
  );
  let from = under(book)[0];
  for (;;) {
    // The newest one is never below: an endpoint's positions are at most the head, and the head itself stays.
    const page = await store.range('commit', from, commitKey(book, needed - 1), PAGE);
    const old = page.filter(({ record }) => record.time < clock.now() - DAY);
    await removeAll(
      store,
      old.map(({ key }) => ({ op: 'remove', kind: 'commit', key })),
    );
    const last = page.at(-1);
    if (page.length < PAGE || !last) return;
    from = `${last.key}!`;
  }
}

async function sweepVersions({ ports: { store, clock } }: Context, book: string): Promise<void> {
  const [start, to] = under(book);
  let from = start;
  let newer: { number: number; revision: number; time: number } | undefined;
  for (;;) {
    const page = await store.range('version', from, to, PAGE);
    const gone: Remove[] = [];
    for (const { record } of page) {
      // In order of number, then revision: a version followed by another of its card is superseded since that one's time.
      if (newer?.number === record.number && record.time < clock.now() - KEPT)
        gone.push({ op: 'remove', kind: 'version', key: versionKey(book, newer.number, newer.revision) });
      newer = record;
    }
    await removeAll(store, gone);
    const last = page.at(-1);
    if (page.length < PAGE || !last) return;
    from = `${last.key}!`;
  }
}

async function sweepWorkers({ ports: { store, clock } }: Context): Promise<void> {
  const workers = await store.range('worker', '', '~', 10_000);
  const dead = workers.filter(({ record }) => record.at < clock.now() - KEPT);
  await removeAll(
    store,
    dead.map(({ key }) => ({ op: 'remove', kind: 'worker', key })),
  );
}

async function removeAll(store: Context['ports']['store'], removes: readonly Remove[]): Promise<void> {
  if (removes.length > 0) await store.write([removes]);
}
