import type { OrderRecord } from '#core/records';
import type { Propagator } from './propagate.ts';

/**
 * Carries out a person's answer to holds: what was held happens, or never does (K-18). The order names how many cards
 * the person saw; a hold that has grown or shrunk since is left as it is.
 */
export async function answerHold(worker: Propagator, order: OrderRecord): Promise<void> {
  const { store, clock } = worker.context.ports;
  const holds = await store.get('hold', order.scope ?? []);
  for (const [i, key] of (order.scope ?? []).entries()) {
    const hold = holds[i];
    const endpoint = hold && worker.endpoints.get(hold.endpoint);
    if (!hold || !endpoint || hold.state !== 'held') continue;
    if (order.count !== undefined && order.count !== hold.cards.length) continue;
    const token = worker.leases.token(endpoint.record.shard);
    const state = order.kind === 'release' ? ('released' as const) : ('discarded' as const);
    const set = { state, approver: order.by, answered: clock.now() };
    await store.write([[{ op: 'put', kind: 'hold', key, token, set }]]);
    await worker.during(order.policy, () => worker.wake(endpoint, { lane: 'live', read: true }));
  }
}
