import { hintItem, hintOf } from '#core/hint';
import type { ShardKey } from '#core/records';
import type { Delta, Look } from '#core/signal';
import type { Delivery } from '#ports/queue';
import { TIME } from './lease.ts';
import type { Propagator } from './propagate.ts';

/** A delivery is settled after this even if its work goes on: the store knows the rest. */
const HOLD = 60_000;

/** Takes one signal of a shard (PROTOCOL 3 'Consuming'): a hint only, so it is settled as soon as the store knows what it said. */
export function hear(worker: Propagator, shard: ShardKey, { signal, ack }: Delivery): void {
  if (signal.k === 'wake') {
    ack();
    if (signal.o === 'members') worker.background(worker.followMembers());
    else if (signal.o.startsWith('subscription:')) {
      if (worker.leases.owns(TIME)) worker.background(worker.suspect(signal.o.slice('subscription:'.length)));
    } else worker.orders();
    return;
  }
  const work = signal.k === 'look' ? onLook(worker, signal) : onDelta(worker, shard, signal);
  worker.background(within(worker, work).finally(ack));
}

async function within(worker: Propagator, work: Promise<unknown>): Promise<void> {
  const enough = new AbortController();
  const timer = worker.context.ports.clock.sleep(HOLD, AbortSignal.any([enough.signal, worker.signal]));
  await Promise.race([work, timer.catch(() => undefined)]).finally(() => enough.abort());
}

/** Reads every source of the mailbox; hints that no reading met are looked for again (rationale 32). */
async function onLook(worker: Propagator, look: Look): Promise<void> {
  if (look.c === 'removed') await worker.suspect(look.m);
  const sources = worker.endpoints.ofMailbox(look.m).filter(({ record }) => record.role === 'source');
  if (sources.length === 0) return;
  if (look.h.length > 0 && look.h.every((hint) => worker.recent.has(hint))) return;
  const reads = sources.map(async (endpoint) => {
    worker.context.emit({ type: 'looked', endpoint: endpoint.key, cause: look.c, hints: look.h.length });
    const worked = await worker.wake(endpoint, { lane: 'live', read: true, first: look.first });
    return [...(worked?.read?.ids ?? [])].map((id) => hintOf(id));
  });
  const met = new Set((await Promise.all(reads)).flat());
  const unseen = look.h.filter((hint) => hint !== '*' && !met.has(hintItem(hint)) && !worker.recent.has(hint));
  if (unseen.length > 0) worker.background(lookAgain(worker, look, unseen, 0));
}

/** A notification may come before what it tells is visible; one that never shows leaves nothing behind (F34). */
async function lookAgain(worker: Propagator, look: Look, hints: readonly string[], tries: number): Promise<void> {
  const { clock } = worker.context.ports;
  const wait = worker.context.setting.timing.lookAgain[tries];
  if (wait === undefined) return;
  await clock.sleep(wait, worker.signal);
  const met = new Set<string>();
  for (const endpoint of worker.endpoints.ofMailbox(look.m)) {
    if (endpoint.record.role !== 'source') continue;
    const worked = await worker.wake(endpoint, { lane: 'live', read: true, first: look.first });
    for (const id of worked?.read?.ids ?? []) met.add(hintOf(id));
  }
  const unseen = hints.filter((hint) => !met.has(hintItem(hint)));
  if (unseen.length > 0) await lookAgain(worker, look, unseen, tries + 1);
}

async function onDelta(worker: Propagator, shard: ShardKey, delta: Delta): Promise<void> {
  const behind = worker.endpoints
    .ofShard(shard)
    .filter(({ record }) => record.policy === delta.b && record.role === 'target' && record.applied < delta.r)
    .filter(({ record }) => record.dueAt <= worker.context.ports.clock.now());
  await Promise.all(behind.map((endpoint) => worker.wake(endpoint, { lane: 'live' })));
}
