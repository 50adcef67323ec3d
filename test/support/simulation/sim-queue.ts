import type { Signal } from '#core/signal';
import { decodeSignal, encodeSignal } from '#messages/signals';
import { StoreUnavailable } from '#ports/errors';
import type { Consumer, Delivery, Depth, Letter, Queue } from '#ports/queue';
import type { Dice } from './dice.ts';
import type { Machine } from './machine.ts';
import type { SimulatedTime } from './time.ts';
import type { Weather } from './weather.ts';

/** A broker drops a consumer that stands still so long: missed heartbeats. */
const HEARTBEATS = 10_000;

interface Entry {
  readonly body: string;
  holder: Reader | undefined;
}

interface Reader {
  readonly machine: Machine;
  readonly prefetch: number;
  readonly give: (entry: Entry) => void;
  closed: boolean;
  open: number;
}

/** The broker: one list of bodies per shard, with who holds what. */
export class Broker {
  readonly time: SimulatedTime;
  readonly dice: Dice;
  readonly weather: Weather;
  readonly shards: ReadonlyMap<string, Entry[]>;
  readonly #readers = new Map<string, Reader[]>();

  constructor(time: SimulatedTime, dice: Dice, weather: Weather, shards: readonly string[]) {
    this.time = time;
    this.dice = dice;
    this.weather = weather;
    this.shards = new Map(shards.map((shard) => [shard, []]));
  }

  /** Takes a body, or loses, doubles or delays it, as the weather has it. */
  take(shard: string, body: string): void {
    const { dice, weather, time } = this;
    if (dice.chance(weather.signalLost)) return;
    const late = dice.chance(weather.signalLate) ? dice.span(10, 120_000) : 0;
    for (let n = dice.chance(weather.signalDoubled) ? 2 : 1; n > 0; n--) {
      if (late === 0) this.put(shard, body);
      else time.in(late, () => this.put(shard, body));
    }
  }

  put(shard: string, body: string): void {
    this.shards.get(shard)?.push({ body, holder: undefined });
    this.deal(shard);
  }

  deal(shard: string): void {
    for (const reader of this.#readers.get(shard) ?? []) {
      if (reader.open >= reader.prefetch) continue;
      for (const entry of this.shards.get(shard) ?? []) {
        if (reader.open >= reader.prefetch) break;
        if (entry.holder) continue;
        entry.holder = reader;
        reader.open++;
        this.time.in(0, () => entry.holder === reader && reader.machine.tell(() => reader.give(entry)));
      }
    }
  }

  join(shard: string, reader: Reader): void {
    this.#readers.set(shard, [...(this.#readers.get(shard) ?? []), reader]);
    this.deal(shard);
  }

  settle(shard: string, entry: Entry, reader: Reader): void {
    if (entry.holder !== reader) return;
    const list = this.shards.get(shard) ?? [];
    list.splice(list.indexOf(entry), 1);
    entry.holder = undefined;
    reader.open--;
    this.deal(shard);
  }

  /** Gives back what a reader holds, in its place. */
  leave(shard: string, reader: Reader): void {
    if (reader.closed) return;
    reader.closed = true;
    this.#readers.set(
      shard,
      (this.#readers.get(shard) ?? []).filter((other) => other !== reader),
    );
    for (const entry of this.shards.get(shard) ?? []) if (entry.holder === reader) entry.holder = undefined;
    this.deal(shard);
  }

  /** Drops the consumers of a process that died, or stands still for too long. */
  drop(machine: Machine): void {
    for (const [shard, readers] of this.#readers)
      for (const reader of readers) if (reader.machine === machine) this.leave(shard, reader);
  }

  /** What a broker notices of a paused process. */
  watch(machine: Machine): void {
    const since = machine.shaken;
    this.time.in(HEARTBEATS, () => machine.paused && machine.shaken === since && this.drop(machine));
  }

  depth(shard: string): Depth {
    const entries = this.shards.get(shard) ?? [];
    const unacked = entries.filter(({ holder }) => holder).length;
    return { shard, ready: entries.length - unacked, unacked, consumers: this.#readers.get(shard)?.length ?? 0 };
  }
}

const unavailable = (): StoreUnavailable => new StoreUnavailable('the simulated queue does not answer');

/** The port Queue for one process. */
export class SimQueue implements Queue {
  readonly #broker: Broker;
  readonly #machine: Machine;
  readonly #closers = new Set<() => void>();
  #closed = false;

  constructor(broker: Broker, machine: Machine) {
    this.#broker = broker;
    this.#machine = machine;
    machine.onDeath(() => broker.drop(machine));
  }

  publish(signals: readonly { readonly signal: Signal; readonly shard: string | 'all' }[]): Promise<void> {
    const { time, dice, weather, shards } = this.#broker;
    return this.#machine.call((resolve, reject) => {
      const unknown = signals.find(({ shard }) => shard !== 'all' && !shards.has(shard));
      if (unknown) throw new RangeError(`there is no shard ${unknown.shard}`);
      if (this.#closed) throw unavailable();
      const bodies = signals.map(({ signal, shard }) => ({ body: encodeSignal(signal), shard }));
      const fails = dice.chance(weather.queueFails);
      const arrives = !fails || dice.chance(0.5);
      const way = dice.span(0.2, 2);
      time.in(way, () => {
        for (const { body, shard } of arrives ? bodies : [])
          for (const one of shard === 'all' ? shards.keys() : [shard]) this.#broker.take(one, body);
      });
      time.in(way + dice.span(0.2, 2), () => (fails ? reject(unavailable()) : resolve()));
    });
  }

  async consume(
    shard: string,
    take: (delivery: Delivery) => void,
    options: { readonly prefetch: number; readonly spoiled: (letter: Letter) => Promise<void> },
  ): Promise<Consumer> {
    const broker = this.#broker;
    const machine = this.#machine;
    if (!broker.shards.has(shard)) throw new RangeError(`there is no shard ${shard}`);
    if (this.#closed) throw unavailable();
    const give = (entry: Entry): void => {
      const ack = (): void => {
        if (machine.alive) broker.settle(shard, entry, reader);
      };
      const read = decodeSignal(entry.body);
      if ('signal' in read) take({ signal: read.signal, ack });
      else options.spoiled({ queue: shard, body: entry.body, reason: read.reason }).then(ack, () => undefined);
    };
    const reader: Reader = { machine, prefetch: options.prefetch, give, closed: false, open: 0 };
    await machine.call<void>((resolve) => broker.time.in(broker.dice.span(0.2, 2), resolve));
    broker.join(shard, reader);
    const leave = (): void => {
      this.#closers.delete(leave);
      if (machine.alive) broker.leave(shard, reader);
    };
    this.#closers.add(leave);
    return { close: async () => leave() };
  }

  depths(): Promise<readonly Depth[]> {
    const { time, shards } = this.#broker;
    return this.#machine.call((resolve) =>
      time.in(1, () => resolve([...shards.keys()].map((shard) => this.#broker.depth(shard)))),
    );
  }

  async close(): Promise<void> {
    this.#closed = true;
    for (const leave of [...this.#closers]) leave();
  }
}
