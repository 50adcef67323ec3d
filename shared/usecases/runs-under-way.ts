import type { Permit } from './apply.ts';

/** What a run may write to an endpoint, by the endpoint's key. */
export type Permits = (endpoint: string) => Permit;

interface Running {
  /** Undefined: everything. */
  readonly permits: Permits | undefined;
}

/** Runs under way, by policy. A policy that is not live acts only during one (H-06). */
export class RunsUnderWay {
  readonly #runs = new Map<string, Set<Running>>();

  any(policy: string): boolean {
    return (this.#runs.get(policy)?.size ?? 0) > 0;
  }

  /**
   * What any pass of an endpoint may write when runs are all that lets its policy act; undefined for everything. Passes
   * that nobody asked for come during a run, too, by signals of its own commits: they must not do what its plan does
   * not hold (promise 8, I18).
   */
  permit(policy: string, endpoint: string): Permit | undefined {
    const runs = [...(this.#runs.get(policy) ?? [])];
    if (runs.some(({ permits }) => permits === undefined)) return undefined;
    const permits = runs.map((run) => run.permits?.(endpoint));
    return (operation) => permits.some((permit) => permit?.(operation));
  }

  async during<T>(policy: string, permits: Permits | undefined, task: () => Promise<T>): Promise<T> {
    const run: Running = { permits };
    const runs = this.#runs.get(policy) ?? new Set();
    this.#runs.set(policy, runs.add(run));
    try {
      return await task();
    } finally {
      runs.delete(run);
    }
  }
}
