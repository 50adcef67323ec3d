import { shardOf } from '#core/identity';
import { encodeSignal } from '#messages/signals';
import { Throttled, Unanswered } from '#ports/errors';
import type { Subscription, Subscriptions, SubscriptionWish } from '#ports/subscriptions';
import type { GraphChange } from '../../../services/graph-simulator/engine/wire.ts';
import { understand } from '../../../services/receiver/notifications.ts';
import type { Dice } from './dice.ts';
import { BEGIN, type Machine } from './machine.ts';
import type { Broker } from './sim-queue.ts';
import type { SimulatedTime } from './time.ts';
import type { Weather } from './weather.ts';

export const SECRET = 'proves notifications in the simulation';

interface Held extends Subscription {
  readonly wish: SubscriptionWish;
}

/** Subscriptions as Graph holds them, and the way of a notification through the receiver to the queue. */
export class Subscriber {
  readonly #time: SimulatedTime;
  readonly #dice: Dice;
  readonly #weather: Weather;
  readonly #broker: Broker;
  readonly #held = new Map<string, Held>();
  #made = 0;

  constructor(time: SimulatedTime, dice: Dice, weather: Weather, broker: Broker) {
    this.#time = time;
    this.#dice = dice;
    this.#weather = weather;
    this.#broker = broker;
  }

  /** Graph notifies of a change of a contact, if anybody has asked for it. */
  hear({ kind, entity, ownerId, immutableItemId, etag }: GraphChange): void {
    if (entity !== 'contact') return;
    const resourceData = { id: immutableItemId, '@odata.etag': etag };
    for (const { wish, expires } of this.#held.values())
      if (wish.user === ownerId && expires > BEGIN + this.#time.now)
        this.#notify({ clientState: wish.clientState, changeType: kind, resourceData });
  }

  /** Graph drops a subscription, and says so unless that is lost. */
  dropOne(): void {
    const one = this.#dice.pick([...this.#held.values()]);
    if (!one) return;
    this.#held.delete(one.id);
    this.#notify({ clientState: one.wish.clientState, lifecycleEvent: 'subscriptionRemoved' });
  }

  #notify(notification: object): void {
    const dice = this.#dice;
    if (dice.chance(this.#weather.notificationLost)) return;
    for (let n = dice.chance(this.#weather.notificationDoubled) ? 2 : 1; n > 0; n--) {
      const late = dice.chance(this.#weather.notificationLate) ? dice.span(1000, 900_000) : 0;
      this.#time.in(late + dice.span(200, 2000), () => this.#receive(notification));
    }
  }

  /** The receiver: what is not durable is answered 503, and Graph comes again. */
  #receive(notification: object): void {
    const understood = understand({ value: [notification] }, SECRET, BEGIN + this.#time.now);
    for (const look of understood?.looks ?? []) {
      if (this.#dice.chance(this.#weather.queueFails))
        this.#time.in(this.#dice.span(5000, 60_000), () => this.#receive(notification));
      else this.#broker.take(shardOf(look.m), encodeSignal(look));
    }
  }

  /** The port for one process. */
  port(machine: Machine): Subscriptions {
    const dice = this.#dice;
    const ask = <T>(effect: () => T): Promise<T> =>
      machine.call<T>((resolve, reject) => {
        this.#time.in(dice.span(20, 300), () => {
          if (dice.chance(this.#weather.throttled)) return reject(new Throttled(dice.span(1000, 60_000), 'tenant'));
          const found = effect();
          if (dice.chance(this.#weather.answerLost)) reject(new Unanswered('no answer'));
          else resolve(found);
          return undefined;
        });
      });
    return {
      available: true,
      create: (_, wish) => ask(() => this.#create(wish)),
      renew: (_, id, expires) =>
        ask(() => {
          const before = this.#held.get(id);
          if (!before) return undefined;
          this.#held.set(id, { ...before, expires });
          return this.#held.get(id);
        }),
      remove: (_, id) => ask(() => void this.#held.delete(id)),
      list: () => ask(() => [...this.#held.values()]),
    };
  }

  #create(wish: SubscriptionWish): Subscription {
    const id = `subscription-${++this.#made}`;
    const { user, expires } = wish;
    const held = { id, wish, resource: `users/${user}/contacts`, expires, notificationUrl: 'https://here.test/graph' };
    this.#held.set(id, held);
    return held;
  }
}
