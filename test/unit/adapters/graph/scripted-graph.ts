import { Composer } from '#adapters/graph/composer';
import { OpenBatches } from '#adapters/graph/open-batches';
import type { GraphAnswer, GraphRequest } from '#adapters/graph/request';
import { FakeClock } from '../../../support/fake-clock.ts';
import { steadyChance } from '../../../support/steady-chance.ts';

interface Item {
  readonly id: string;
  readonly url: string;
  readonly method: string;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: unknown;
}

export interface ItemAnswer {
  readonly status: number;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: unknown;
}

/** A batch that is under way: the test says when and what is answered. */
export class OpenBatch {
  readonly items: readonly Item[];
  readonly #resolve: (answer: GraphAnswer) => void;
  readonly #reject: (error: unknown) => void;

  constructor(body: string, resolve: (answer: GraphAnswer) => void, reject: (error: unknown) => void) {
    this.items = (JSON.parse(body) as { requests: Item[] }).requests;
    this.#resolve = resolve;
    this.#reject = reject;
  }

  get urls(): readonly string[] {
    return this.items.map(({ url }) => url);
  }

  /** Answers each item by its URL, last one first: places mean nothing. */
  answer(by: (item: Item) => ItemAnswer | undefined = () => ({ status: 200 })): void {
    const responses = this.items.toReversed().flatMap((item) => {
      const answer = by(item);
      return answer ? [{ id: item.id, ...answer }] : [];
    });
    this.whole({ status: 200, headers: {}, body: { responses } });
  }

  whole(answer: GraphAnswer): void {
    this.#resolve(answer);
  }

  fail(error: unknown): void {
    this.#reject(error);
  }
}

/** A composer whose batches a test answers by hand. */
export function scriptedGraph(concurrency: number | 'auto' = 'auto') {
  const clock = new FakeClock();
  const chance = steadyChance();
  const batches: OpenBatch[] = [];
  const composer = new Composer({
    clock,
    chance,
    slots: new OpenBatches(concurrency),
    send: (body) => new Promise((resolve, reject) => batches.push(new OpenBatch(body, resolve, reject))),
  });
  const ask = (lane: string, url: string, more: { urgent?: boolean; alone?: boolean; signal?: AbortSignal } = {}) => {
    const request: GraphRequest = { method: 'GET', url };
    const { urgent = true, ...rest } = more;
    return composer.ask(request, { lane, urgent, ...rest });
  };
  return { clock, chance, composer, batches, ask };
}
