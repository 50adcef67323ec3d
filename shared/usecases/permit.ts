import type { Operation } from '#core/decide';
import type { OrderRecord } from '#core/records';
import type { Propagator } from './propagate.ts';
import type { Permits } from './runs-under-way.ts';

/** One planned write. `address` and `name` are for the reader of the plan; the rest says what it is. */
export interface PlannedOperation {
  readonly endpoint: string;
  readonly address: string;
  readonly kind: Operation['kind'];
  /** Card id: numbers are only given when a card is committed. */
  readonly card: string;
  readonly name: string;
  /** Hash of the content that is written; empty for deletions. */
  readonly hash: string;
  /** Etag of the item that it was decided on; empty for creates. */
  readonly etag: string;
}

/** The comparable part of an operation. */
export const planned = (operation: Operation): Pick<PlannedOperation, 'kind' | 'hash' | 'etag'> => ({
  kind: operation.kind,
  hash: 'hash' in operation ? operation.hash : operation.kind === 'photo' ? operation.photo : '',
  etag: 'copy' in operation ? operation.copy.etag : '',
});

const identity = (operation: Pick<PlannedOperation, 'endpoint' | 'card' | 'kind' | 'hash' | 'etag'>): string =>
  [operation.endpoint, operation.card, operation.kind, operation.hash, operation.etag].join(' ');

/**
 * What a run of an approved plan may do: exactly the planned operations (promise 8, I18). One that the world has changed
 * meanwhile does not match and is left undone. A photo follows the write of its contact. Undefined for runs without a
 * plan: they may do everything.
 */
export async function permitsOf(worker: Propagator, order: OrderRecord): Promise<Permits | undefined> {
  const [key] = order.kind === 'run' ? (order.scope ?? []) : [];
  if (key === undefined) return undefined;
  const [plan] = await worker.context.ports.store.get('plan', [key]);
  const allowed = new Set(((plan?.body ?? []) as readonly PlannedOperation[]).map(identity));
  const { cards } = worker.books.get(order.policy).state;
  return (endpoint) => (operation) => {
    if (operation.kind === 'photo') return true;
    const card = cards.get(operation.number)?.card ?? '';
    return allowed.has(identity({ endpoint, card, ...planned(operation) }));
  };
}
