import { weighMembers } from '#core/brake';
import { folderKey, mailboxKey, shardOf } from '#core/identity';
import { under } from '#core/keys';
import type { FolderChoice, Policy } from '#core/policy';
import type { HoldRecord, MemberRecord } from '#core/records';
import type { Member } from '#ports/directory';
import type { Write } from '#ports/store';
import type { Context } from './context.ts';
import { memberKey } from './endpoints.ts';
import { TIME } from './lease.ts';

/** What membership found that a person should know: one sentence each, naming mailbox and remedy. */
export interface MembershipReport {
  readonly at: number;
  readonly problems: readonly string[];
  readonly sources: number;
  readonly targets: number;
}

export const membershipKey = (policy: string): string => `membership/${policy}`;

/** Who is wanted by a policy's rule, as members that are not stored yet. Throws Denied, Unanswered, Throttled. */
export async function wantedMembers(
  context: Context,
  policy: Policy,
): Promise<{ readonly members: readonly MemberRecord[]; readonly problems: readonly string[] }> {
  const { directory } = context.ports;
  const tenantId = await directory.tenantId(policy.tenant);
  const problems: string[] = [];
  const members = new Map<string, MemberRecord>();
  const add = (person: Member, role: MemberRecord['role'], choice: FolderChoice, why: string): void => {
    const path = choice === 'default' ? [] : choice;
    const mailbox = mailboxKey(tenantId, person.user);
    const { id, tenant } = policy;
    const facts = { policy: id, mailbox, folder: folderKey(path), shard: shardOf(mailbox), role, tenant, path, why };
    const record = {
      ...facts,
      user: person.user,
      address: person.address,
      wanted: true,
      since: context.ports.clock.now(),
    };
    const before = members.get(memberKey(record));
    if (before && before.role !== role)
      problems.push(
        `${person.address}: its folder is a source of the policy and cannot be a target of it; it is left out.`,
      );
    else members.set(memberKey(record), record);
  };
  for (const source of policy.sources) {
    const person = await directory.find(policy.tenant, source.mailbox);
    if (person) add(person, 'source', source.folder, 'source');
    else problems.push(`${source.mailbox}: no such mailbox in the tenant. Correct the policy's sources.`);
  }
  const excepted = new Set(policy.targets.except.map((who) => who.toLowerCase()));
  const isExcepted = (person: Member): boolean =>
    excepted.has(person.address.toLowerCase()) || excepted.has(person.user.toLowerCase());
  for (const { person, why } of await targetsOf(context, policy, problems))
    if (!isExcepted(person)) add(person, 'target', policy.targetFolder, why);
  return { members: [...members.values()], problems };
}

async function targetsOf(
  context: Context,
  policy: Policy,
  problems: string[],
): Promise<{ readonly person: Member; readonly why: string }[]> {
  const { directory } = context.ports;
  const { mailboxes } = policy.targets;
  if (mailboxes === 'licensed')
    return (await directory.licensed(policy.tenant)).map((person) => ({ person, why: 'licensed' }));
  const found = await Promise.all(
    mailboxes.map(async (who) => ({ who, person: await directory.find(policy.tenant, who) })),
  );
  for (const { who, person } of found)
    if (!person) problems.push(`${who}: no such mailbox in the tenant. Correct the policy's targets.`);
  return found.flatMap(({ person }) => (person ? [{ person, why: 'listed' }] : []));
}

/**
 * Makes stored membership equal the rule, through the brake: more mailboxes leaving at once than its caps are held
 * until a person decides (K-08). Written by the owner of `time`. Returns true when something changed.
 */
export async function updateMembership(context: Context, policy: Policy, token: number): Promise<boolean> {
  const { store, clock } = context.ports;
  const { members, problems } = await wantedMembers(context, policy);
  const [from, to] = under(policy.id);
  const stored = new Map((await store.range('member', from, to, 100_000)).map(({ key, record }) => [key, record]));
  const wanted = new Map(members.map((member) => [memberKey(member), member]));
  const writes: Write[] = [];
  for (const [key, record] of wanted)
    if (!stored.get(key)?.wanted) writes.push({ op: 'replace', kind: 'member', key, record });
  const now = [...stored].filter(([, record]) => record.wanted);
  const leaving = now.filter(([key]) => !wanted.has(key));
  const allowed = await weigh(context, policy, token, now, leaving);
  for (const [key, record] of allowed)
    writes.push({
      op: 'replace',
      kind: 'member',
      key,
      record: { ...record, wanted: false, since: clock.now(), why: 'not wanted' },
    });
  const count = (role: MemberRecord['role']): number => members.filter((member) => member.role === role).length;
  const value: MembershipReport = { at: clock.now(), problems, sources: count('source'), targets: count('target') };
  const report: Write = { op: 'replace', kind: 'fact', key: membershipKey(policy.id), record: { value } };
  await store.write(writes.length > 0 ? [writes, [report]] : [[report]]);
  return writes.length > 0;
}

type Entry = readonly [key: string, record: MemberRecord];

/** Those that may leave now: all, or none but what a person released. */
async function weigh(
  context: Context,
  policy: Policy,
  token: number,
  members: readonly Entry[],
  leaving: readonly Entry[],
): Promise<readonly Entry[]> {
  const { store, clock } = context.ports;
  const key = `${policy.id}/members`;
  const [answer] = await store.get('hold', [key]);
  const answered = answer && answer.state !== 'held' ? answer : undefined;
  const said = new Set<number | string>(answered?.cards ?? []);
  const open = leaving.filter(([member]) => !said.has(member));
  const targets = members.filter(([, { role }]) => role === 'target').length;
  const verdict = weighMembers({ members: targets, leaving: open.length, caps: policy.brake });
  const released = answered?.state === 'released' ? leaving.filter(([member]) => said.has(member)) : [];
  if (verdict.open) {
    if (answer?.state === 'held') await store.write([[{ op: 'remove', kind: 'hold', key, token }]]);
    return [...open, ...released];
  }
  const cards = open.map(([member]) => member);
  const since = answer?.state === 'held' ? answer.since : clock.now();
  const set: HoldRecord = {
    policy: policy.id,
    endpoint: policy.id,
    shard: TIME,
    token,
    kind: 'members',
    cards,
    reason: verdict.reason,
    since,
    state: 'held',
  };
  await store.write([[{ op: 'put', kind: 'hold', key, token, create: true, set }]]);
  context.emit({ type: 'held', policy: policy.id, endpoint: policy.id, kind: 'members', cards: cards.length });
  return released;
}
