import { GraphFault } from './graph-fault.ts';

const kept = 3;
const chainsKept = 64;

/**
 * Which delta tokens of one folder are still good. A chain starts with a round without a token, every answer in it is a new
 * generation, and only the last three generations are kept (graph.md 2.2). Only so many chains have room; the one unused for longest goes.
 */
export class SyncStates {
  #highest: Map<number, number> | undefined;

  /** Opens `chain` and returns its first generation. */
  open(chain: number): number {
    this.#highest ??= new Map();
    const oldest = this.#highest.keys().next().value;
    if (this.#highest.size >= chainsKept && oldest !== undefined) this.#highest.delete(oldest);
    this.#highest.set(chain, 1);
    return 1;
  }

  /** Follows a token and returns the next generation. Throws 410 `SyncStateNotFound`, `location` being where to start anew. */
  follow(chain: number, generation: number, location: string): number {
    const highest = this.#highest?.get(chain) ?? 0;
    if (highest === 0 || generation <= highest - kept) throw stateNotFound(generation, highest, location);
    this.#highest?.delete(chain);
    this.#highest?.set(chain, highest + 1);
    return highest + 1;
  }

  /** As if the server had lost them: every token handed out so far is dead. */
  forget(): void {
    this.#highest = undefined;
  }
}

function stateNotFound(generation: number, highest: number, location: string): GraphFault {
  const last = Array.from({ length: Math.min(kept, highest) }, (_, back) => `[${highest - back}]`).reverse();
  return new GraphFault(
    410,
    'SyncStateNotFound',
    `The sync state generation is not found; generation=${generation}; [highest=${highest}]${last.join('')}.`,
    { location },
  );
}
