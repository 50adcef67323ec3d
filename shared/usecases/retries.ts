import { retryKey, under } from '#core/keys';
import type { RetryRecord } from '#core/records';
import type { Write } from '#ports/store';
import type { Pass } from './pass.ts';

/** What an endpoint still owes, by card number. Loaded once per lease: the owner is the only writer. */
export async function retriesOf(pass: Pass): Promise<ReadonlyMap<number, RetryRecord>> {
  const { endpoint, context } = pass;
  if (!endpoint.retries) {
    const retries = new Map<number, RetryRecord>();
    let [from, to] = under(endpoint.key);
    for (;;) {
      const page = await context.ports.store.range('retry', from, to, 500);
      for (const { record } of page) retries.set(record.number, record);
      if (page.length < 500) break;
      from = `${page.at(-1)?.key}!`;
    }
    endpoint.retries = retries;
  }
  return endpoint.retries;
}

/** What is to be noted of one card: due at a time, or parked when `due` is null. */
export interface Owed {
  readonly due: number | null;
  readonly code: string;
  readonly reason: string;
  readonly requestId?: string;
}

/** Writes that store retries, and pay those that are null; memory follows by `noteRetries` once they are stored. */
export function retryWrites(pass: Pass, owed: ReadonlyMap<number, Owed | null>): Write[] {
  const token = pass.token();
  return [...owed].map(([number, what]): Write => {
    const key = retryKey(pass.endpoint.key, number);
    if (what === null) return { op: 'remove', kind: 'retry', key, token };
    return { op: 'put', kind: 'retry', key, token, create: true, set: recordOf(pass, number, what) };
  });
}

function recordOf(pass: Pass, number: number, what: Owed): RetryRecord {
  const { endpoint, context, book, policy } = pass;
  const before = endpoint.retries?.get(number);
  const { requestId, ...facts } = what;
  return {
    endpoint: endpoint.key,
    number,
    token: pass.token(),
    shard: endpoint.record.shard,
    policy: policy.id,
    ...facts,
    ...(requestId && { requestId }),
    tries: (before?.tries ?? 0) + 1,
    since: before?.since ?? context.ports.clock.now(),
    revision: book.state.cards.get(number)?.revision ?? 0,
  };
}

/** Makes the memory agree with retries that were just stored. */
export function noteRetries(pass: Pass, owed: ReadonlyMap<number, Owed | null>): void {
  const { retries } = pass.endpoint;
  if (!retries) return; // Not loaded yet: the first load reads them.
  for (const [number, what] of owed) {
    if (what === null) retries.delete(number);
    else retries.set(number, recordOf(pass, number, what));
  }
}

/** When the next retry of an endpoint is due, in ms since the epoch; undefined when none is. */
export function nextDue(retries: ReadonlyMap<number, RetryRecord> | undefined): number | undefined {
  let next: number | undefined;
  for (const { due } of retries?.values() ?? []) if (due !== null && (next === undefined || due < next)) next = due;
  return next;
}

/** Makes parked work due at once. */
export async function unpark(pass: Pass): Promise<void> {
  const due = pass.context.ports.clock.now();
  const owed = new Map<number, Owed>();
  for (const [number, { due: parked, code, reason }] of await retriesOf(pass))
    if (parked === null) owed.set(number, { due, code, reason });
  if (owed.size === 0) return;
  await pass.write([retryWrites(pass, owed)]);
  noteRetries(pass, owed);
}
