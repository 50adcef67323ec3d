import type { Clock } from '#ports/clock';
import { nextRipe } from './leaving.ts';
import type { Endpoint, Pass } from './pass.ts';
import { nextDue } from './retries.ts';
import type { Sources } from './sources.ts';

/** When endpoints are to be woken though nobody says so. Times in ms since the epoch. */
export class WakeTimes {
  readonly #clock: Clock;
  readonly #at = new Map<Endpoint, number>();

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  set(endpoint: Endpoint, at: number): void {
    this.#at.set(endpoint, at);
  }

  drop(endpoint: Endpoint): void {
    this.#at.delete(endpoint);
  }

  /** Takes out those whose time has come. */
  due(now: number): Endpoint[] {
    const due = [...this.#at].filter(([, at]) => at <= now).map(([endpoint]) => endpoint);
    for (const endpoint of due) this.#at.delete(endpoint);
    return due;
  }

  /** After a pass: its own due time, the next retry, the end of a doubt, of a grace, of a poll, or at once when behind. */
  plan(endpoint: Endpoint, pass: Pass, sources: Sources): void {
    const { record, quietUntil } = endpoint;
    const now = this.#clock.now();
    const times = record.dueAt > 0 ? [record.dueAt] : this.#reasons(endpoint, pass, sources, now);
    if (record.dueAt === 0 && record.inDoubt && !record.held)
      times.push(now + Math.max(0, quietUntil - this.#clock.monotonic()));
    if (times.length === 0) this.#at.delete(endpoint);
    else this.#at.set(endpoint, Math.max(Math.min(...times), now + 1));
  }

  #reasons({ record, retries }: Endpoint, pass: Pass, sources: Sources, now: number): number[] {
    const times = [nextDue(retries)];
    if (record.role === 'source') times.push(nextRipe(pass), record.read.time + sources.pollMs(record));
    else if (!record.inDoubt && record.applied < pass.book.state.head && record.state !== 'left') times.push(now);
    return times.filter((time) => time !== undefined);
  }
}
