import type { Copy } from '#core/copy';
import type { RecordKind, RecordKinds } from '#core/records';
import { StoreUnavailable } from '#ports/errors';
import type { Bound, Indexes, IndexName, Outcome, Store, Stored, Write } from '#ports/store';
import { shuffled } from '../../../services/graph-simulator/http/seeded-random.ts';
import type { Dice } from './dice.ts';
import type { Machine } from './machine.ts';
import { type MemoryRecords, sealed } from './memory-records.ts';
import type { SimulatedTime } from './time.ts';
import type { Weather } from './weather.ts';

/** What the handles of all processes share. */
export interface StoreSite {
  readonly time: SimulatedTime;
  readonly dice: Dice;
  readonly weather: Weather;
  readonly records: MemoryRecords;
}

interface UnderWay {
  /** The process died and what it had sent was not taken any further. */
  cut: boolean;
}

const unavailable = (): StoreUnavailable => new StoreUnavailable('the simulated store does not answer');

/**
 * The port Store for one process. Calls take time, may fail, land in part, or stand still; a process that dies leaves
 * writes that still land, or do not. What the port promises holds: groups in their order, fences, unique keys.
 */
export class SimStore implements Store {
  readonly #site: StoreSite;
  readonly #machine: Machine;
  readonly #underWay = new Set<UnderWay>();
  #closed = false;

  constructor(site: StoreSite, machine: Machine) {
    this.#site = site;
    this.#machine = machine;
    machine.onDeath(() => {
      for (const one of this.#underWay) one.cut = site.dice.chance(0.5);
    });
  }

  write(groups: readonly (readonly Write[])[]): Promise<Outcome[][]> {
    const { time, dice, weather } = this.#site;
    return this.#machine.call((resolve, reject) => {
      if (this.#closed) throw unavailable();
      const steps = groups.map((group) => group.map(sealed));
      const outcomes = steps.map((): Outcome[] => []);
      const fails = dice.chance(weather.storeFails) ? dice.int(0, steps.length) : undefined;
      const mine: UnderWay = { cut: false };
      this.#underWay.add(mine);
      const end = (): void => {
        this.#underWay.delete(mine);
        if (fails !== undefined) this.#machine.shaken = time.now;
        const answer = fails === undefined ? () => resolve(outcomes) : () => reject(unavailable());
        time.in(fails === undefined ? dice.span(0.2, 3) : dice.span(1, 10_000), answer);
      };
      const next = (i: number): void => {
        const partly = i === fails;
        if (mine.cut) reject(unavailable());
        else if (i === steps.length) end();
        else this.#land(steps[i] ?? [], outcomes[i] ?? [], mine, partly, () => (partly ? end() : next(i + 1)));
      };
      time.in(dice.span(0.2, 3), () => next(0));
    });
  }

  /** Lands a group: at once, or piece by piece; `partly`: only some of it. */
  #land(group: readonly Write[], outcomes: Outcome[], mine: UnderWay, partly: boolean, then: () => void): void {
    const { time, dice, weather, records } = this.#site;
    const stall = dice.chance(weather.storeStalls) ? dice.span(1000, 60_000) : 0;
    const torn = partly || stall > 0 || (group.length > 1 && dice.chance(weather.storeTorn));
    const order = torn ? shuffled([...group.keys()], dice.random) : [...group.keys()];
    const last = partly ? dice.int(0, Math.max(0, order.length - 1)) : order.length;
    const piece = (from: number): void => {
      const to = torn ? Math.min(last, from + dice.int(1, 3)) : last;
      if (mine.cut) {
        then();
        return;
      }
      this.#machine.effect(() => {
        for (const i of order.slice(from, to)) outcomes[i] = records.apply(group[i] as Write);
      });
      if (to >= last) then();
      else time.in(stall > 0 && from === 0 ? stall : dice.span(0.1, 20), () => piece(to));
    };
    piece(0);
  }

  #read<T>(look: (records: MemoryRecords) => T): Promise<T> {
    const { time, dice, weather, records } = this.#site;
    return this.#machine.call((resolve, reject) => {
      if (this.#closed) throw unavailable();
      if (dice.chance(weather.storeFails)) {
        time.in(dice.span(1, 10_000), () => reject(unavailable()));
        return;
      }
      time.in(dice.span(0.1, 2), () => {
        const found = look(records);
        time.in(dice.span(0.1, 2), () => resolve(found));
      });
    });
  }

  get<K extends RecordKind>(kind: K, keys: readonly string[]): Promise<(RecordKinds[K] | undefined)[]> {
    return this.#read((records) => keys.map((key) => records.get(kind, key)));
  }

  range<K extends RecordKind>(
    kind: K,
    from: string,
    to: string,
    limit: number,
    order?: 'ascending' | 'descending',
  ): Promise<Stored<K>[]> {
    return this.#read((records) => records.range(kind, from, to, limit, order === 'descending'));
  }

  find<I extends IndexName>(index: I, from: Bound, to: Bound, limit: number): Promise<Stored<Indexes[I]>[]> {
    return this.#read((records) => records.find(index, from, to, limit));
  }

  copies(endpoint: string, numbers?: readonly number[]): Promise<Map<number, Copy>> {
    const wanted = numbers && new Set(numbers);
    return this.#read((records) => records.copies(endpoint, (number) => !wanted || wanted.has(number)));
  }

  copiesByItem(endpoint: string, items: readonly string[]): Promise<Map<number, Copy>> {
    const wanted = new Set(items);
    return this.#read((records) => records.copies(endpoint, (_, { item }) => wanted.has(item)));
  }

  async close(): Promise<void> {
    this.#closed = true;
  }
}
