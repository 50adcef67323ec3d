type Labels = Readonly<Record<string, string>>;

export interface Reading {
  readonly name: string;
  readonly help: string;
  readonly labels: Labels;
  readonly value: number | HistogramReading;
}

export interface HistogramReading {
  readonly count: number;
  readonly sum: number;
  readonly max: number;
  /** How many observations were at most so large, per bound; those above the last bound are in `count` only. */
  readonly buckets: readonly { readonly atMost: number; readonly count: number }[];
}

export class Counter {
  #value = 0;
  add(n = 1): void {
    this.#value += n;
  }
  get value(): number {
    return this.#value;
  }
}

export class Gauge {
  #value = 0;
  set(value: number): void {
    this.#value = value;
  }
  get value(): number {
    return this.#value;
  }
}

export class Histogram {
  readonly #bounds: readonly number[];
  readonly #counts: number[];
  #count = 0;
  #sum = 0;
  #max = 0;

  /** Upper bounds, ascending. */
  constructor(bounds: readonly number[]) {
    this.#bounds = bounds;
    this.#counts = bounds.map(() => 0);
  }

  observe(value: number): void {
    this.#count += 1;
    this.#sum += value;
    this.#max = Math.max(this.#max, value);
    const index = this.#bounds.findIndex((bound) => value <= bound);
    if (index >= 0) this.#counts[index] = (this.#counts[index] ?? 0) + 1;
  }

  /** The bound below which a share `q` (0-1) of all observations lies, or the largest seen; 0 without any. */
  quantile(q: number): number {
    const { count, buckets, max } = this.value;
    const found = buckets.find((bucket) => bucket.count >= q * count);
    return Math.min(found?.atMost ?? max, max);
  }

  get value(): HistogramReading {
    let sum = 0;
    const buckets = this.#bounds.map((atMost, index) => {
      sum += this.#counts[index] ?? 0;
      return { atMost, count: sum };
    });
    return { count: this.#count, sum: this.#sum, max: this.#max, buckets };
  }
}

type Instrument = Counter | Gauge | Histogram;
interface Entry {
  readonly name: string;
  readonly help: string;
  readonly labels: Labels;
  readonly instrument: Instrument;
}

/** From 1 ms to about two minutes: what waits for a network or a disk. */
export const durationBoundsMs: readonly number[] = [
  1, 2, 5, 10, 20, 50, 100, 200, 500, 1000, 2000, 5000, 10_000, 30_000, 120_000,
];

/**
 * What a process measures, in memory. Names are `cardwire_<what>_<unit>`. Labels are words of the configuration and of
 * the code, never a mailbox (there are ten thousand) and never a person (promise 7).
 */
export class Metrics {
  readonly #entries = new Map<string, Entry>();

  counter(name: string, help: string, labels: Labels = {}): Counter {
    return this.#get(name, help, labels, Counter, () => new Counter());
  }

  gauge(name: string, help: string, labels: Labels = {}): Gauge {
    return this.#get(name, help, labels, Gauge, () => new Gauge());
  }

  histogram(name: string, help: string, labels: Labels = {}, bounds = durationBoundsMs): Histogram {
    return this.#get(name, help, labels, Histogram, () => new Histogram(bounds));
  }

  /** All of it now, in the order of registration. */
  read(): readonly Reading[] {
    return [...this.#entries.values()].map(({ name, help, labels, instrument }) => ({
      name,
      help,
      labels,
      value: instrument.value,
    }));
  }

  #get<T extends Instrument>(
    name: string,
    help: string,
    labels: Labels,
    kind: abstract new (...args: never[]) => T,
    make: () => T,
  ): T {
    const sorted = Object.entries(labels).toSorted(([a], [b]) => (a < b ? -1 : 1));
    const key = JSON.stringify([name, sorted]);
    const found = this.#entries.get(key)?.instrument;
    if (found instanceof kind) return found;
    if (found) throw new TypeError(`${name} is already something else than a ${kind.name.toLowerCase()}`);
    const instrument = make();
    this.#entries.set(key, { name, help, labels: Object.fromEntries(sorted), instrument });
    return instrument;
  }
}
