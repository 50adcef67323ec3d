import type { HoldRecord, OrderRecord } from '#core/records';
import { TIME } from './lease.ts';
import type { Propagator } from './propagate.ts';

/**
 * Carries out a person's answer to holds: what was held happens, or never does (K-18). The order names how many the
 * person saw; a hold that has grown or shrunk since is left as it is.
 */
export async function answerHold(worker: Propagator, order: OrderRecord): Promise<void> {
  const holds = await worker.context.ports.store.get('hold', order.scope ?? []);
  for (const [i, key] of (order.scope ?? []).entries()) {
    const hold = holds[i];
    if (hold?.state !== 'held' || !worker.leases.owns(hold.shard)) continue;
    if (order.count !== undefined && order.count !== hold.cards.length) continue;
    await store(worker, key, hold, order);
    await goOn(worker, hold, order);
  }
}

async function store(worker: Propagator, key: string, hold: HoldRecord, order: OrderRecord): Promise<void> {
  const token = worker.leases.token(hold.shard);
  const state = order.kind === 'release' ? ('released' as const) : ('discarded' as const);
  const set = { state, approver: order.by, answered: worker.context.ports.clock.now() };
  await worker.context.ports.store.write([[{ op: 'put', kind: 'hold', key, token, set }]]);
}

/** What was held is looked at again, and finds its answer. */
async function goOn(worker: Propagator, hold: HoldRecord, order: OrderRecord): Promise<void> {
  if (hold.shard === TIME) {
    worker.resolveMembers();
    return;
  }
  const endpoint = worker.endpoints.get(hold.endpoint);
  if (endpoint) await worker.during(order.policy, () => worker.wake(endpoint, { lane: 'live', read: true }));
}
