import { apply, type Permit } from './apply.ts';
import { resolveFolder } from './folder.ts';
import { inventory } from './inventory.ts';
import { removeCopies } from './leave.ts';
import { finishLeaving } from './leaving.ts';
import type { Pass } from './pass.ts';
import { type Read, read } from './read.ts';
import { meetTrouble } from './trouble.ts';

/** What is wanted of an endpoint now, besides what it owes anyway. */
export interface Wish {
  /** Look at the folder: a notification, a poll, a nightly pass. */
  readonly read: boolean;
  /** Take inventory even without doubt: for the rotation, and for runs by hand. */
  readonly inventory?: boolean;
  /** A commanded or nightly reading: does the folder still bear the name that the rule gives? (B-10) */
  readonly thorough?: boolean;
  readonly first?: number;
  readonly permit?: Permit;
  /** Bounds inventories in one process: each holds a folder in memory. */
  readonly inventories: <T>(task: () => Promise<T>) => Promise<T>;
  /** True once every source of the policy has been read: before that a target's cards are not known (PROTOCOL 2.6). */
  readonly sourcesRead: () => Promise<boolean>;
}

export interface Worked {
  readonly read?: Read;
  /** Everything that could be done was done; else a due time, a doubt or a hold tells what is waited for. */
  readonly settled: boolean;
}

/** Does what an endpoint needs, in order (PROTOCOL 2.6 `work`). Throws Lost, StoreUnavailable, Bug. */
export async function work(pass: Pass, wish: Wish): Promise<Worked> {
  try {
    return await steps(pass, wish);
  } catch (cause) {
    await meetTrouble(pass, cause);
    return { settled: false };
  }
}

async function steps(pass: Pass, wish: Wish): Promise<Worked> {
  if (pass.record.state === 'leaving') return { settled: await removeCopies(pass) };
  await markDoubt(pass, wish);
  if (pass.record.inDoubt && !(await dispel(pass, wish))) return { settled: false };
  const seen = await lookAndApply(pass, wish);
  if (pass.record.role === 'source') await finishLeaving(pass);
  await settle(pass);
  const { inDoubt, held, applied, role } = pass.record;
  const behind = role === 'target' && applied < pass.book.state.head;
  return { settled: !inDoubt && !held && !behind, ...(seen && { read: seen }) };
}

/** Another generation of the policy, a mailbox that was unreachable, or an ask for it: what the folder holds is in doubt. */
async function markDoubt(pass: Pass, wish: Wish): Promise<void> {
  const { record, policy } = pass;
  const doubtful = record.generation !== policy.generation || record.state === 'unreachable' || wish.inventory === true;
  if (doubtful && !record.inDoubt) await pass.put({ inDoubt: true });
}

/**
 * Takes the inventory that ends a doubt, as soon as no abandoned create can still take effect; before that once, so that
 * reading can begin. False when nothing more can be done now.
 */
async function dispel(pass: Pass, wish: Wish): Promise<boolean> {
  const { record, endpoint, context, policy } = pass;
  if (record.role === 'target' && !(await wish.sourcesRead())) {
    await pass.put({ dueAt: context.ports.clock.now() + context.setting.timing.retry[0], code: 'waiting for sources' });
    return false;
  }
  const over = context.ports.clock.monotonic() >= endpoint.quietUntil;
  if (!over && record.read.link !== null) return true;
  const why = record.generation !== policy.generation ? 'new rule' : (record.code ?? 'doubt');
  const done = await wish.inventories(() => inventory(pass, why, over));
  return done === 'done';
}

async function lookAndApply(pass: Pass, wish: Wish): Promise<Read | undefined> {
  const { record, context } = pass;
  const reads = wish.read && !record.held;
  if (record.role === 'target') await apply(pass, wish.permit);
  if (!reads && !(record.held && record.role === 'source')) return undefined;
  if (!context.ports.mailboxes.capabilities(record.tenant).delta) {
    await wish.inventories(() => inventory(pass, 'no delta here', !record.inDoubt));
    return undefined;
  }
  if (pass.record.read.link === null) return undefined;
  if (wish.thorough && record.role === 'source') await resolveFolder(pass);
  const seen = await read(pass, wish.first === undefined ? {} : { first: wish.first });
  if (record.role === 'target') await apply(pass, wish.permit);
  return seen;
}

/** It answered: no delay is left over, and it counts as active. */
async function settle(pass: Pass): Promise<void> {
  const { state, dueAt, tries, code, held, inDoubt } = pass.record;
  const active = !inDoubt && (state === 'joining' || state === 'unreachable');
  if (active && state === 'unreachable') pass.context.emit({ type: 'reached', endpoint: pass.endpoint.key });
  const stale = dueAt !== 0 || tries !== 0 || (code !== null && !held);
  if (active || stale)
    await pass.put({ ...(active && { state: 'active' as const }), dueAt: 0, tries: 0, code: held ? code : null });
}
