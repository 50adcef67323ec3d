import type { Operation } from '#core/decide';
import type { OrderRecord } from '#core/records';
import type { Permit } from './apply.ts';
import type { Context } from './context.ts';
import type { PlannedOperation } from './plan.ts';

/**
 * What a run of an approved plan may do: exactly the planned operations (promise 8, I18). One that the world has changed
 * meanwhile does not match and is left undone: the report calls it stale. Undefined for runs without a plan.
 */
export async function permitOf(
  context: Context,
  order: OrderRecord,
): Promise<((endpoint: string) => Permit) | undefined> {
  const [key] = order.kind === 'run' ? (order.scope ?? []) : [];
  if (key === undefined) return undefined;
  const [plan] = await context.ports.store.get('plan', [key]);
  const operations = new Set((plan?.body as readonly PlannedOperation[] | undefined)?.map(identity) ?? []);
  return (endpoint) => (operation) => operations.has(identity({ endpoint, ...planned(operation) }));
}

/** What makes two operations the same: card, kind, content, and the state of the item that it was decided on. */
const identity = (operation: Pick<PlannedOperation, 'endpoint' | 'kind' | 'number' | 'hash' | 'etag'>): string =>
  [operation.endpoint, operation.kind, operation.number, operation.hash, operation.etag].join(' ');

/** The comparable part of an operation. A plan may be made before a card has its number: cards are dense, so it has the next ones. */
export const planned = (operation: Operation) => ({
  kind: operation.kind,
  number: operation.number,
  hash: 'hash' in operation ? operation.hash : operation.kind === 'photo' ? operation.photo : '',
  etag: 'copy' in operation ? operation.copy.etag : '',
});
