import { under } from '#core/keys';
import type { OrderRecord, RunRecord } from '#core/records';
import type { Clock } from '#ports/clock';
import type { Store } from '#ports/store';
import { systemChance } from '#runtime/system-chance';
import { type RunSummary, summarize } from '#usecases/run-summary';

/** Inserts an order and answers its key. */
export async function insertOrder(store: Store, order: Omit<OrderRecord, 'state'>): Promise<string> {
  const key = systemChance.newId();
  await store.write([[{ op: 'insert', kind: 'order', key, record: { ...order, state: 'open' } }]]);
  return key;
}

/** Follows an order until it is closed, telling how far it is. */
export async function followOrder(
  store: Store,
  key: string,
  clock: Clock,
  tell: (run: RunSummary) => void = () => undefined,
): Promise<RunSummary | undefined> {
  for (;;) {
    const [order] = await store.get('order', [key]);
    const runs = (await store.range('run', ...under(key), 1000)).map(({ record }): RunRecord => record);
    const summary = summarize(key, runs);
    if (summary) tell(summary);
    if (order?.state !== 'open') return summary;
    await clock.sleep(200);
  }
}
