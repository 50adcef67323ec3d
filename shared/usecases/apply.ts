import type { Copy } from '#core/copy';
import { decide, type Operation } from '#core/decide';
import type { RetryRecord } from '#core/records';
import { commit } from './commit.ts';
import { copyWrites, refresh } from './load.ts';
import { lookAt } from './look-at.ts';
import { gather, newOutcomes, type Outcomes } from './outcomes.ts';
import type { Pass } from './pass.ts';
import { read } from './read.ts';
import { noteRetries, retriesOf, retryWrites } from './retries.ts';
import { send } from './send.ts';
import { Todo } from './todo.ts';

/** Operations between two looks at the log: a live edit waits for no more than these. */
const SLICE = 20;

/** Limits what a pass may do: a plan that was approved lets nothing else through (promise 8). */
export type Permit = (operation: Operation) => boolean;

interface Progress {
  readonly todo: Todo;
  readonly retries: ReadonlyMap<number, RetryRecord>;
  /** Creates were noted by this pass: it may go on creating. */
  intent: boolean;
  /** A create's outcome is unknown. */
  unsure: boolean;
  /** A card without copy was met whose absence nobody has proved. */
  doubt: boolean;
  /** Something waits that only a settled inventory, or a later time, lets through. */
  waiting: boolean;
  stopped: unknown;
}

/**
 * Brings a target from its applied revision to the head (PROTOCOL 2.6 `apply`): compares every card that is to do,
 * writes the difference, stores what the server answered, and the position last. Throws what ends the pass: a mailbox,
 * folder or tenant that cannot be worked with, after everything that was answered is stored.
 */
export async function apply(pass: Pass, permit: Permit = () => true): Promise<void> {
  await refresh(pass);
  const retries = await retriesOf(pass);
  const todo = await Todo.open(pass, retries);
  const progress: Progress = {
    todo,
    retries,
    intent: false,
    unsure: false,
    doubt: false,
    waiting: false,
    stopped: undefined,
  };
  if (todo.size === 0) return position(pass, progress);
  for (;;) {
    const { slice, outcomes } = await nextSlice(pass, progress, permit);
    await sendSlice(pass, progress, slice, outcomes);
    await pass.book.refresh();
    const more = (await todo.catchUp()) || todo.size > 0;
    if (progress.stopped !== undefined || (!more && outcomes.conflicts.length === 0)) {
      await finish(pass, progress, outcomes);
      if (progress.stopped !== undefined) throw progress.stopped;
      return;
    }
    await store(pass, progress, outcomes);
    await lookAgain(pass, progress, outcomes.conflicts);
  }
}

interface Slice {
  readonly slice: readonly Operation[];
  /** What was decided without a call. */
  readonly outcomes: Outcomes;
}

/**
 * Decides cards until a slice of operations is full or nothing is left. Before the first create the folder is met: what
 * was decided until then, from copies that the store may know wrongly, is decided anew.
 */
async function nextSlice(pass: Pass, progress: Progress, permit: Permit): Promise<Slice> {
  const outcomes = newOutcomes();
  const slice: Operation[] = [];
  const considered: number[] = [];
  while (slice.length < SLICE) {
    const number = progress.todo.next();
    if (number === undefined) break;
    considered.push(number);
    const operation = consider(pass, progress, outcomes, number);
    if (operation?.kind === 'create' && !pass.endpoint.met) {
      await meet(pass);
      await progress.todo.reload(considered);
      return nextSlice(pass, progress, permit);
    }
    if (operation && permit(operation)) slice.push(operation);
    else if (operation) progress.waiting = true;
  }
  return { slice, outcomes };
}

/** Reads once before the first create since the shard was taken (L-13, decision 4). */
async function meet(pass: Pass): Promise<void> {
  if (pass.record.read.link !== null) await read(pass);
  pass.endpoint.met = true;
}

function consider(pass: Pass, progress: Progress, outcomes: Outcomes, number: number): Operation | undefined {
  const version = pass.book.state.cards.get(number);
  if (!version) return undefined;
  const owed = progress.retries.get(number);
  const decision = decide({
    policy: pass.policy,
    version,
    copy: progress.todo.copies.get(number),
    applied: pass.record.applied,
    refusedCreate: owed?.code === 'create refused' && owed.since > pass.record.inventoryAt,
  });
  if (decision.kind === 'even' || decision.kind === 'leave' || decision.kind === 'forget') {
    if (decision.kind === 'forget') outcomes.slots.set(number, null);
    if (owed) outcomes.owed.set(number, null);
    return undefined;
  }
  if (owed && waits(owed, version.revision, pass.context.ports.clock.now())) return undefined; // The retry names it.
  if (decision.kind === 'doubt') {
    progress.doubt = true;
    progress.waiting = true;
    return undefined;
  }
  const { operation } = decision;
  // A create needs the endpoint out of doubt, or the doubt to be this pass's own intent (I7).
  if (operation.kind === 'create' && pass.record.inDoubt && !progress.intent) {
    progress.waiting = true;
    return undefined;
  }
  return operation;
}

/** Parked until a person or a newer version of the card says otherwise, or not due yet. */
const waits = (owed: RetryRecord, revision: number, now: number): boolean =>
  owed.due === null ? revision <= owed.revision : owed.due > now;

async function sendSlice(
  pass: Pass,
  progress: Progress,
  slice: readonly Operation[],
  outcomes: Outcomes,
): Promise<void> {
  if (slice.some(({ kind }) => kind === 'create') && !progress.intent) {
    await pass.put({ inDoubt: true, unseen: true });
    progress.intent = true;
  }
  const { head } = progress.todo;
  let answered = false;
  try {
    await Promise.all(
      slice.map(async (operation) => {
        const sent = await send(pass, operation, head);
        gather(pass, outcomes, operation, sent);
      }),
    );
    answered = !outcomes.unsure;
  } finally {
    // Before anything is stored: a store that fails now must not let the next pass create again too early.
    if (!answered) pass.endpoint.quietUntil = pass.context.ports.clock.monotonic() + pass.context.setting.timing.settle;
  }
  progress.unsure ||= outcomes.unsure;
  progress.waiting ||= outcomes.waiting;
  progress.stopped ??= outcomes.stopped;
  // A photo follows its item; a copy that proved gone may be made anew at once.
  for (const number of outcomes.again) progress.todo.again(number);
  progress.todo.note(outcomes.slots);
}

/** Results so far, without a position: everything is compared again if the process dies here. */
async function store(pass: Pass, progress: Progress, outcomes: Outcomes): Promise<void> {
  await pass.write([[...retryWrites(pass, outcomes.owed), ...copyWrites(pass, outcomes.slots)]]);
  noteRetries(pass, outcomes.owed);
  progress.todo.note(outcomes.slots);
}

async function finish(pass: Pass, progress: Progress, outcomes: Outcomes): Promise<void> {
  const results = [...retryWrites(pass, outcomes.owed), ...copyWrites(pass, outcomes.slots)];
  await position(pass, progress, results);
  noteRetries(pass, outcomes.owed);
}

/** Positions last: `applied` only moves when every card up to it is shown or owed; doubt ends only when all creates were answered. */
async function position(pass: Pass, progress: Progress, before: ReturnType<typeof copyWrites> = []): Promise<void> {
  const { record } = pass;
  const { clock } = pass.context.ports;
  const doubtful = progress.unsure || progress.doubt || (record.inDoubt && !progress.intent);
  const done = !doubtful && !progress.waiting && progress.stopped === undefined;
  const head = progress.todo.head;
  const set = {
    ...(record.inDoubt !== doubtful && { inDoubt: doubtful }),
    ...(done && record.applied !== head && { applied: head }),
    ...(done && record.read.revision < head && { read: { ...record.read, revision: head } }),
  };
  if (Object.keys(set).length > 0) await pass.put(set, [before]);
  else if (before.length > 0) await pass.write([before]);
  if (done)
    pass.context.emit({
      type: 'applied',
      policy: pass.policy.id,
      endpoint: pass.endpoint.key,
      revision: head,
      at: clock.now(),
    });
}

/** Items that somebody else changed: what they are now is stored first, then they are decided again. */
async function lookAgain(pass: Pass, progress: Progress, conflicts: Outcomes['conflicts']): Promise<void> {
  if (conflicts.length === 0) return;
  const observations = await lookAt(
    pass,
    conflicts.map(({ item }) => item),
  );
  await commit(pass, observations);
  const numbers = conflicts.map(({ number }) => number);
  const fresh: Map<number, Copy> = await pass.context.ports.store.copies(pass.endpoint.key, numbers);
  for (const number of numbers) {
    progress.todo.note(new Map([[number, fresh.get(number) ?? null]]));
    progress.todo.again(number);
  }
}
