import type { MemberRecord, ShardKey } from '#core/records';
import type { Context } from './context.ts';
import { type Endpoints, firstRecord, memberKey } from './endpoints.ts';
import type { Endpoint } from './pass.ts';

/**
 * Makes endpoints follow membership in one shard (PROTOCOL 2.5 `member leaves`): a new member gets its endpoint, one
 * that is not wanted any more begins to leave, one that is wanted again comes back in doubt. Returns what to wake.
 */
export async function followMembers(
  context: Context,
  endpoints: Endpoints,
  shard: ShardKey,
  token: number,
): Promise<Endpoint[]> {
  const members = await context.ports.store.find('member.shard', [shard], [shard], 100_000);
  const changed: Endpoint[] = [];
  for (const { record } of members) {
    const endpoint = await follow(context, endpoints, record, token);
    if (endpoint) changed.push(endpoint);
  }
  return changed;
}

async function follow(
  context: Context,
  endpoints: Endpoints,
  member: MemberRecord,
  token: number,
): Promise<Endpoint | undefined> {
  const key = memberKey(member);
  const endpoint = endpoints.get(key);
  if (!endpoint) return member.wanted ? join(context, endpoints, member, token) : undefined;
  const { state } = endpoint.record;
  if (member.wanted && (state === 'left' || state === 'leaving')) return rejoin(context, endpoint, token);
  if (!member.wanted && state !== 'left' && state !== 'leaving') return beginLeaving(context, endpoint, token, member);
  return undefined;
}

async function join(
  context: Context,
  endpoints: Endpoints,
  member: MemberRecord,
  token: number,
): Promise<Endpoint | undefined> {
  const record = firstRecord(member, token);
  const key = memberKey(member);
  const [[outcome] = []] = await context.ports.store.write([[{ op: 'insert', kind: 'endpoint', key, record }]]);
  if (outcome === 'inserted') return endpoints.add(record);
  const [stored] = await context.ports.store.get('endpoint', [key]);
  if (!stored) return undefined;
  const endpoint = endpoints.add(stored);
  return stored.state === 'left' ? rejoin(context, endpoint, token) : endpoint;
}

/** Ids and items may be others than when it left: in doubt. */
function rejoin(context: Context, endpoint: Endpoint, token: number): Promise<Endpoint | undefined> {
  const read = { ...endpoint.record.read, link: null };
  return change(context, endpoint, token, { state: 'joining', inDoubt: true, purge: false, applied: 0, read });
}

function beginLeaving(
  context: Context,
  endpoint: Endpoint,
  token: number,
  member: MemberRecord,
): Promise<Endpoint | undefined> {
  const leavers = context.setting.policies.get(member.policy)?.leavers ?? 'leave';
  const purge = endpoint.record.role === 'target' && (leavers === 'remove' || member.why === 'removed');
  return change(context, endpoint, token, { state: 'leaving', purge, dueAt: 0, tries: 0 });
}

async function change(
  context: Context,
  endpoint: Endpoint,
  token: number,
  set: Partial<Endpoint['record']>,
): Promise<Endpoint | undefined> {
  const { key } = endpoint;
  const [[outcome] = []] = await context.ports.store.write([[{ op: 'put', kind: 'endpoint', key, token, set }]]);
  if (outcome !== 'stored') return undefined;
  endpoint.record = { ...endpoint.record, ...set };
  return endpoint;
}
