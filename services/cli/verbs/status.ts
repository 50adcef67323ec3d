import type { Config } from '#config/config';
import type { Store } from '#ports/store';
import { type MailboxStatus, type PolicyStatus, readMailbox, readStatus } from '#usecases/status';
import { exit, Failure } from '../failure.ts';
import type { Environment } from '../settings.ts';
import { withStore } from '../stored.ts';
import { printable, shortMs, table, when } from '../table.ts';

/** Reads the store only: says how things stand, whether a service runs or not. */
export async function status(
  config: Config,
  { out }: Environment,
  options: { readonly json: boolean; readonly mailboxes: boolean },
): Promise<number> {
  return withStore(config, async (store) => {
    const all = await readStatus(store, new Map(config.policies.map((policy) => [policy.id, policy])));
    if (options.json)
      out(
        JSON.stringify(
          { policies: all, ...(options.mailboxes && { mailboxes: await notCurrent(store, all) }) },
          null,
          2,
        ),
      );
    else {
      out(all.map(statusText).join('\n\n') || 'No policy has run yet.');
      if (options.mailboxes)
        out(
          `\n${table([['mailbox', 'policy', 'state', 'waits for', 'applied', 'head'], ...(await notCurrent(store, all))])}`,
        );
    }
    if (all.some(({ state }) => state === 'held')) return exit.held;
    return all.some(({ targets, parked }) => targets.unreachable > 0 || parked > 0) ? exit.problems : exit.done;
  });
}

async function notCurrent(store: Store, all: readonly PolicyStatus[]): Promise<(string | number)[][]> {
  const heads = new Map(all.map(({ policy, head }) => [policy, head]));
  const endpoints = await store.range('endpoint', '', '~', 1_000_000);
  return endpoints
    .filter(({ record }) => record.role === 'target' && record.state !== 'left')
    .filter(
      ({ record }) => record.state !== 'active' || record.inDoubt || record.applied < (heads.get(record.policy) ?? 0),
    )
    .map(({ record: { address, policy, state, code, applied } }) => [
      address,
      policy,
      state,
      code ?? '-',
      applied,
      heads.get(policy) ?? 0,
    ]);
}

export function statusText(one: PolicyStatus): string {
  const { targets, sources, holds, lag, lastRun, lastNightly } = one;
  const lines = [`${one.policy} (${one.trigger}): ${one.state}, ${one.cards} cards`];
  for (const source of sources) {
    const how = source.by === 'notification' ? 'notified' : `polled${source.why ? ` (${source.why})` : ''}`;
    lines.push(
      `  source ${source.address} / ${printable(source.folder)}: ${source.state}, ${how}, read ${when(source.readAt)}${source.code ? `, ${source.code}` : ''}`,
    );
  }
  lines.push(
    `  targets ${targets.all}: ${targets.current} current, ${targets.behind} behind, ${targets.inDoubt} in doubt, ${targets.unreachable} not reached, ${targets.leaving} leaving`,
  );
  if (one.parked > 0) lines.push(`  ${one.parked} refused contacts wait for a person: cardwire parked`);
  for (const { key, kind, count, reason, since, state } of holds)
    if (state === 'held')
      lines.push(
        `  HELD since ${when(since)} (${kind}, ${count}): ${reason}`,
        `    answer: cardwire release|discard ${one.policy} --hold ${key} --count ${count} --reason "…"`,
      );
  const [edit] = lag;
  if (edit)
    lines.push(
      `  last edit: first mailbox after ${shortMs(edit.first)}, median ${shortMs(edit.median)}, last ${shortMs(edit.last)} (${edit.mailboxes} mailboxes, ${edit.missing} still without)`,
    );
  if (lastRun)
    lines.push(
      `  last run: ${lastRun.kind}, ${lastRun.phase}, ${when(lastRun.started)}, created ${lastRun.counts.created}, updated ${lastRun.counts.updated}, deleted ${lastRun.counts.deleted}, ${lastRun.problems.length} problems`,
    );
  if (lastNightly) {
    const found = Object.entries(lastNightly.drift).map(([kind, n]) => `${kind} ${n}`);
    lines.push(
      `  last night: ${lastNightly.phase}, ${when(lastNightly.started)}, drift ${found.join(', ') || 'none'}, ${lastNightly.problems.length} problems`,
    );
  }
  for (const problem of one.problems) lines.push(`  ${printable(problem)}`);
  return lines.join('\n');
}

export async function mailbox(
  config: Config,
  { out }: Environment,
  options: { readonly who: string; readonly json: boolean },
): Promise<number> {
  return withStore(config, async (store) => {
    const found = await readMailbox(store, options.who);
    if (found.length === 0)
      throw new Failure(
        `No policy has to do with ${options.who}. Its address is asked for as Entra has it (user principal name), or by object id.`,
      );
    out(options.json ? JSON.stringify(found, null, 2) : found.map(mailboxText).join('\n'));
    return exit.done;
  });
}

function mailboxText({ endpoint, head, copies, owed }: MailboxStatus): string {
  const { address, policy, role, path, state, inDoubt, applied, code, dueAt, read } = endpoint;
  const waits = code === null ? [] : [`  waits: ${code}${dueAt > 0 ? ` until ${when(dueAt)}` : ''}`];
  return [
    `${address} in ${policy}: ${role}, folder ${printable(path.join('/')) || 'default'}`,
    `  ${state}${inDoubt ? ', in doubt' : ''}, ${copies} contacts, applied ${applied} of ${head}, read ${when(read.time)}`,
    ...waits,
    ...owed.map(
      ({ number, reason, due }) =>
        `  card ${number}: ${due === null ? 'parked' : `again ${when(due)}`}: ${printable(reason)}`,
    ),
  ].join('\n');
}

/** Refused contacts, with the reason; `cardwire retry` tries them again. */
export async function parked(
  config: Config,
  { out }: Environment,
  options: { readonly json: boolean },
): Promise<number> {
  return withStore(config, async (store) => {
    const found = await store.find('retry.parked', [], [], 10_000);
    const rows = await Promise.all(
      found.map(async ({ record }) => {
        const [endpoint] = await store.get('endpoint', [record.endpoint]);
        return [
          record.policy,
          endpoint?.address ?? record.endpoint,
          record.number,
          record.code,
          printable(record.reason),
          when(record.since),
        ];
      }),
    );
    out(
      options.json
        ? JSON.stringify(rows, null, 2)
        : table([['policy', 'mailbox', 'card', 'code', 'reason', 'since'], ...rows]),
    );
    return found.length > 0 ? exit.problems : exit.done;
  });
}
