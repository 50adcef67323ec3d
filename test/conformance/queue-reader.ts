import { expect, vi } from 'vitest';
import type { Delta, Look, Signal, Wake } from '#core/signal';
import type { Consumer, Delivery, Letter, Queue } from '#ports/queue';

/** Signals that tell themselves apart by one number. */
export const look = (n: number): Look => ({
  k: 'look',
  t: 'contoso',
  m: `mbx${n}`,
  h: ['AAAAAAAAAAA', '*'],
  c: 'updated',
  n: 2,
  at: n,
  first: n,
});

export const delta = (n: number): Delta => ({
  k: 'delta',
  t: 'contoso',
  b: 'customers',
  f: n,
  r: n + 1,
  c: [1, 70_000],
  at: n,
});

export const wake = (n: number): Wake => ({ k: 'wake', o: `order${n}`, at: n });

export const looks = (from: number, to: number, shard: string | 'all') =>
  Array.from({ length: to - from + 1 }, (_, i) => ({ signal: look(from + i), shard }));

export const numbers = (from: number, to: number): number[] =>
  Array.from({ length: to - from + 1 }, (_, i) => from + i);

/** One consumer and what it was given. */
export interface Reader extends Consumer {
  readonly deliveries: readonly Delivery[];
  readonly letters: readonly Letter[];
  signals(): Signal[];
  /** The numbers of the signals. */
  ids(): number[];
  /** Waits until so many were delivered. */
  got(count: number): Promise<void>;
  /** Settles those of these numbers. */
  ack(...ids: readonly number[]): void;
}

export interface ReaderOptions {
  readonly prefetch?: number;
  readonly acks?: boolean;
  readonly keep?: (letter: Letter) => Promise<void>;
}

/** Consumes a shard; settles at once when `acks`. */
export async function read(queue: Queue, shard: string, options: ReaderOptions = {}): Promise<Reader> {
  const { prefetch = 1000, acks = false, keep = async () => undefined } = options;
  const deliveries: Delivery[] = [];
  const letters: Letter[] = [];
  const consumer = await queue.consume(
    shard,
    (delivery) => {
      deliveries.push(delivery);
      if (acks) delivery.ack();
    },
    {
      prefetch,
      spoiled: async (letter) => {
        await keep(letter);
        letters.push(letter);
      },
    },
  );
  const signals = () => deliveries.map(({ signal }) => signal);
  return {
    deliveries,
    letters,
    signals,
    ids: () => signals().map(({ at }) => at),
    got: (count) =>
      vi.waitFor(() => expect(deliveries.length).toBeGreaterThanOrEqual(count), { timeout: 10_000, interval: 5 }),
    ack: (...ids) => {
      for (const { signal, ack } of deliveries) if (ids.includes(signal.at)) ack();
    },
    close: () => consumer.close(),
  };
}

/**
 * Everything that still waits in a shard, in order. A last signal, behind all others, tells that nothing is missing:
 * so an absence is seen without waiting for a time.
 */
export async function drain(queue: Queue, shard: string): Promise<number[]> {
  const last = 999_999;
  await queue.publish([{ signal: wake(last), shard }]);
  const reader = await read(queue, shard, { acks: true });
  await vi.waitFor(() => expect(reader.ids()).toContain(last), { timeout: 10_000, interval: 5 });
  await reader.close();
  return reader.ids().filter((id) => id !== last);
}
