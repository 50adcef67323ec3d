import type { RunSummary } from '#usecases/run-summary';
import { printable, shortMs } from './table.ts';

/** What a run came to, for people (B-03: "n contacts into m mailboxes"). */
export function runReport(policy: string, run: RunSummary | undefined): string {
  if (!run) return `${policy}: nothing to do.`;
  const { counts, endpoints, problems, drift } = run;
  const took = run.ended === null ? '' : ` in ${shortMs(run.ended - run.started)}`;
  const lines = [
    `${policy}: ${run.kind} of ${endpoints} folders${took}.`,
    `  created ${counts.created}, updated ${counts.updated}, deleted ${counts.deleted}, refused ${counts.failed}`,
    ...(counts.skipped > 0
      ? [`  skipped ${counts.skipped} items of the sources that are no contacts, such as distribution lists`]
      : []),
  ];
  const found = Object.entries(drift).map(([kind, n]) => `${kind} ${n}`);
  if (run.kind === 'reconcile') lines.push(`  drift found: ${found.join(', ') || 'none'}`);
  if (problems.length > 0)
    lines.push(`  problems (${problems.length}):`, ...problems.map((text) => `    ${printable(text)}`));
  return lines.join('\n');
}
