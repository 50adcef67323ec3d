import type { Depth } from '#ports/queue';
import type { RunSummary } from '#usecases/run-summary';
import type { PolicyStatus, SourceStatus } from '#usecases/status';
import { verdict } from './verdict.ts';

export interface Trouble {
  readonly at: number;
  readonly where: string;
  readonly code: string;
  readonly message: string;
}

export interface Shown {
  readonly policies: readonly PolicyStatus[];
  readonly queues: { readonly shards: number; readonly busy: readonly Depth[] };
  readonly troubles: readonly Trouble[];
}

const entities: Readonly<Record<string, string>> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  "'": '&#39;',
};
const safe = (text: string | number): string => String(text).replace(/[&<>"']/g, (sign) => entities[sign] ?? '');

const seconds = (ms: number): string => `${(ms / 1000).toFixed(1)} s`;
const time = (ms: number): string =>
  ms === 0 ? 'never' : `${new Date(ms).toISOString().slice(0, 19).replace('T', ' ')} UTC`;

const row = (cells: readonly (string | number)[]): string =>
  `<tr>${cells.map((cell) => `<td>${safe(cell)}</td>`).join('')}</tr>`;

const grid = (head: readonly string[], rows: readonly (readonly (string | number)[])[]): string =>
  rows.length === 0
    ? '<p class="quiet">none</p>'
    : `<table><thead><tr>${head.map((cell) => `<th>${safe(cell)}</th>`).join('')}</tr></thead><tbody>${rows.map(row).join('')}</tbody></table>`;

/** The whole page as HTML; everything that comes from outside is escaped. It renews itself every five seconds. */
export function page({ policies, queues, troubles }: Shown): string {
  const waiting = queues.busy.reduce((sum, { ready, unacked }) => sum + ready + unacked, 0);
  const wrong = verdict(policies);
  return `<!doctype html><html lang="en"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width">
<meta http-equiv="refresh" content="5"><title>Cardwire</title><style>${style}</style></head><body>
<h1>Cardwire</h1>
${wrong.length === 0 ? '<p>All is well.</p>' : wrong.map(alarm).join('')}
${policies.map(section).join('\n') || '<p>No policy has run yet.</p>'}
<h2>Queues</h2><p>${waiting} signals wait or are being worked in ${queues.shards} shards. Signals are hints: what still has to be written is shown with each policy.</p>
${grid(
  ['shard', 'ready', 'being worked', 'oldest', 'consumers'],
  queues.busy.map(({ shard, ready, unacked, oldest, consumers }) => [
    shard,
    ready,
    unacked,
    oldest === undefined ? '' : time(oldest),
    consumers,
  ]),
)}
<h2>Last troubles</h2>
${grid(
  ['when', 'where', 'code', 'what'],
  troubles.map(({ at, where, code, message }) => [time(at), where, code, message]),
)}
</body></html>`;
}

const alarm = (text: string): string => `<p class="alarm">${safe(text)}</p>`;

function section(one: PolicyStatus): string {
  const { targets, sources, holds, problems, lastRun, lastNightly } = one;
  const held = holds.filter(({ state }) => state === 'held');
  return `<h2>${safe(one.policy)} <span class="${safe(one.state.replace(' ', '-'))}">${safe(one.state)}</span></h2>
<p>${one.cards} cards; trigger ${safe(one.trigger)}. Of ${targets.all} mailboxes ${targets.current} are current, ${targets.behind} behind, ${targets.inDoubt} in doubt, ${targets.unreachable} not reached, ${targets.leaving} leaving. ${one.parked} contacts are parked.</p>
${held.map(({ kind, count, reason }) => alarm(`The brake holds ${count} (${kind}): ${reason}`)).join('')}
${problems.map(alarm).join('')}
${grid(['source', 'folder', 'state', 'changes are', 'read'], sources.map(sourceRow))}
<h3>Last edits: from notification to mailboxes</h3>
${lagTable(one)}
${parkedTable(one)}
${lastRun ? runText('Last run', lastRun) : ''}
${lastNightly ? runText('Last night', lastNightly) : '<p>No nightly pass yet.</p>'}`;
}

/** Polling is a state like the other, with its reason, and not an error (F-11). */
function sourceRow({ address, folder, code, state, by, expires, why, readAt }: SourceStatus): string[] {
  const notified = `notified${expires === null ? '' : `, renewed before ${time(expires)}`}`;
  const polled = `polled${why === null ? '' : `: ${why}`}`;
  return [address, folder, code ?? state, by === 'notification' ? notified : polled, time(readAt)];
}

function lagTable({ lag }: PolicyStatus): string {
  const rows = lag
    .slice(0, 10)
    .map(({ revision, notified, first, median, last, mailboxes, missing }) => [
      revision,
      time(notified),
      seconds(first),
      seconds(median),
      seconds(last),
      mailboxes,
      missing,
    ]);
  return grid(['revision', 'notified', 'first', 'median', 'last', 'mailboxes', 'still without'], rows);
}

function parkedTable({ parkedWork }: PolicyStatus): string {
  if (parkedWork.length === 0) return '';
  const rows = parkedWork.map(({ address, card, code, since }) => [address, card, code, time(since)]);
  return `<h3>Refused contacts</h3>${grid(['mailbox', 'card', 'code', 'since'], rows)}`;
}

function runText(title: string, { kind, phase, started, counts, drift, problems }: RunSummary): string {
  const { created, updated, deleted, failed } = counts;
  const found = Object.entries(drift).map(([what, n]) => `${what} ${n}`);
  const list = problems.map((text) => `<li>${safe(text)}</li>`).join('');
  return `<p>${title}: ${safe(kind)}, ${safe(phase)}, ${time(started)}; created ${created}, updated ${updated}, deleted ${deleted}, refused ${failed}; drift ${safe(found.join(', ') || 'none')}; ${problems.length} problems.</p>${list && `<ul>${list}</ul>`}`;
}

const style = `:root{color-scheme:light dark;font:15px/1.5 system-ui,sans-serif}body{max-width:60rem;margin:2rem auto;padding:0 1rem}
table{border-collapse:collapse;display:block;overflow-x:auto}th,td{text-align:left;padding:.2rem .8rem .2rem 0;border-bottom:1px solid #8884;white-space:nowrap}
h2 span{font-size:.8rem;padding:.1rem .5rem;border-radius:1rem;background:#2a7a3f;color:#fff}h2 span.held{background:#b3261e}h2 span.not-configured,h2 span.removed{background:#666}
.alarm{border-left:4px solid #b3261e;padding-left:.8rem}.quiet{opacity:.6}`;
