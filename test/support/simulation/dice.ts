import { seededRandom } from '../../../services/graph-simulator/http/seeded-random.ts';

/** Chance with a seed, in the forms that the simulation needs. */
export class Dice {
  readonly random: () => number;

  /** @param stream one seed has many streams that have nothing to do with each other */
  constructor(seed: number, stream: number) {
    this.random = seededRandom(seed, stream);
  }

  chance(probability: number): boolean {
    return this.random() < probability;
  }

  /** A whole number, both ends inclusive. */
  int(from: number, to: number): number {
    return from + Math.floor(this.random() * (to - from + 1));
  }

  /** Short ones often, long ones now and then: between the ends, evenly on a logarithmic scale. `from` above zero. */
  span(from: number, to: number): number {
    return from * (to / from) ** this.random();
  }

  pick<T>(choices: readonly T[]): T | undefined {
    return choices[Math.floor(this.random() * choices.length)];
  }

  /** A key drawn by its weight. */
  weighted<K extends string>(weights: Readonly<Record<K, number>>): K {
    const entries = Object.entries(weights) as [K, number][];
    let left = this.random() * entries.reduce((sum, [, weight]) => sum + weight, 0);
    for (const [key, weight] of entries) {
      left -= weight;
      if (left < 0) return key;
    }
    return (entries.at(-1) as [K, number])[0];
  }
}
