import type { RunRecord } from '#core/records';
import type { Store } from '#ports/store';
import { isNightly } from './nightly-key.ts';

export interface RunSummary {
  readonly order: string;
  readonly kind: string;
  readonly phase: string;
  readonly started: number;
  readonly ended: number | null;
  readonly endpoints: number;
  readonly endpointsDone: number;
  readonly counts: RunRecord['counts'];
  readonly drift: Readonly<Record<string, number>>;
  readonly problems: readonly string[];
}

export interface LastRuns {
  readonly lastRun: RunSummary | undefined;
  readonly lastNightly: RunSummary | undefined;
}

const MANY = 1_000_000;

/** The newest order of a policy that has run, and the newest of the clock, all shards together. */
export async function runsOf(store: Store, policy: string): Promise<LastRuns> {
  const runs = (await store.range('run', '', '~', MANY))
    .map(({ record }) => record)
    .filter((run) => run.policy === policy);
  return { lastRun: newest(runs), lastNightly: newest(runs.filter(({ order }) => isNightly(order))) };
}

function newest(runs: readonly RunRecord[]): RunSummary | undefined {
  const last = runs.reduce<RunRecord | undefined>(
    (best, run) => (!best || run.started > best.started ? run : best),
    undefined,
  );
  return (
    last &&
    summarize(
      last.order,
      runs.filter(({ order }) => order === last.order),
    )
  );
}

/** One order's runs in all shards as one. */
export function summarize(order: string, runs: readonly RunRecord[]): RunSummary | undefined {
  const [first] = runs;
  if (!first) return undefined;
  const sum = (of: (run: RunRecord) => number): number => runs.reduce((total, run) => total + of(run), 0);
  const drift: Record<string, number> = {};
  for (const run of runs) for (const [kind, n] of Object.entries(run.drift)) drift[kind] = (drift[kind] ?? 0) + n;
  const done = runs.every(({ phase }) => phase === 'done');
  return {
    order,
    kind: first.kind,
    phase: done ? 'done' : (runs.find(({ phase }) => phase !== 'done')?.phase ?? 'done'),
    started: Math.min(...runs.map(({ started }) => started)),
    ended: done ? Math.max(...runs.map(({ ended }) => ended ?? 0)) : null,
    endpoints: sum(({ endpoints }) => endpoints),
    endpointsDone: sum(({ endpointsDone }) => endpointsDone),
    counts: {
      created: sum(({ counts }) => counts.created),
      updated: sum(({ counts }) => counts.updated),
      deleted: sum(({ counts }) => counts.deleted),
      skipped: sum(({ counts }) => counts.skipped),
      failed: sum(({ counts }) => counts.failed),
    },
    drift,
    problems: runs.flatMap(({ problems }) => problems),
  };
}
