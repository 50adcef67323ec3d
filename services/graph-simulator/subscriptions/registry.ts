import type { GraphChange } from '../engine/wire.ts';
import { inScope, toldAs } from './resource.ts';
import type { Subscription } from './subscription.ts';

/** The live subscriptions, found by id and by what changed. Expired ones are simply gone (graph.md 3.2). */
export interface Registry {
  add(subscription: Subscription): void;
  find(id: string): Subscription | undefined;
  remove(id: string): Subscription | undefined;
  all(): Subscription[];
  /** Subscriptions of every app in one mailbox. */
  countIn(ownerId: string): number;
  /** Those that hear of a change. */
  hearing(change: GraphChange): Subscription[];
}

const everyone = '*';

/** @param now milliseconds since the epoch */
export function createRegistry(now: () => number): Registry {
  const byId = new Map<string, Subscription>();
  const byOwner = new Map<string, Set<Subscription>>();
  const ownerOf = ({ scope }: Subscription): string => scope.ownerId ?? everyone;

  const remove = (id: string): Subscription | undefined => {
    const subscription = byId.get(id);
    if (!subscription) return undefined;
    byId.delete(id);
    byOwner.get(ownerOf(subscription))?.delete(subscription);
    return subscription;
  };

  const find = (id: string): Subscription | undefined => {
    const subscription = byId.get(id);
    if (subscription && subscription.expiresAt <= now()) return void remove(id);
    return subscription;
  };

  const living = (subscriptions: Iterable<Subscription>): Subscription[] =>
    [...subscriptions].filter(({ id }) => find(id) !== undefined);

  return {
    add(subscription) {
      byId.set(subscription.id, subscription);
      const owner = ownerOf(subscription);
      byOwner.set(owner, (byOwner.get(owner) ?? new Set()).add(subscription));
    },
    find,
    remove,
    all: () => living(byId.values()),
    countIn: (ownerId) => living(byOwner.get(ownerId) ?? []).length,
    hearing(change) {
      const near = byOwner.get(change.ownerId);
      const wide = byOwner.get(everyone);
      if (!near?.size && !wide?.size) return [];
      return living([...(near ?? []), ...(wide ?? [])]).filter(
        ({ scope, changeTypes }) => inScope(scope, change) && changeTypes.has(toldAs(change)),
      );
    },
  };
}
