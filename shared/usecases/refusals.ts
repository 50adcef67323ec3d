import { emptyReading } from '#core/observation';
import { commit } from './commit.ts';
import type { Endpoint, Pass } from './pass.ts';

/** So many endpoints that refuse one version with one code refuse it for all (rationale 26). */
const ENOUGH = 3;

/**
 * One bad card and 10,000 mailboxes: after three equal refusals the version is marked in the book, nobody sends it
 * again, and it is shown once. Kept in memory: a restart only asks three mailboxes once more.
 */
export class Refusals {
  readonly #seen = new Map<string, Set<string>>();
  /** By policy: cards whose mark is still to be committed. */
  readonly #due = new Map<string, Map<number, string>>();

  note(endpoint: Endpoint, number: number, code: string): void {
    const { policy } = endpoint.record;
    const key = `${policy}/${number}/${code}`;
    const endpoints = this.#seen.get(key) ?? new Set();
    endpoints.add(endpoint.key);
    this.#seen.set(key, endpoints);
    if (endpoints.size < ENOUGH) return;
    this.#seen.delete(key);
    const due = this.#due.get(policy) ?? new Map();
    this.#due.set(policy, due.set(number, code));
  }

  /** Commits marks that are due for the pass's book. */
  async settle(pass: Pass): Promise<void> {
    const due = this.#due.get(pass.policy.id);
    if (!due) return;
    this.#due.delete(pass.policy.id);
    await commit(pass, [], {
      judge: (situation) => {
        const reading = emptyReading();
        for (const [number, refused] of due) {
          const version = situation.book.cards.get(number);
          if (version && version.state !== 'gone' && !version.refused)
            reading.drafts.set(number, { ...version, refused });
        }
        return reading;
      },
    });
  }
}
