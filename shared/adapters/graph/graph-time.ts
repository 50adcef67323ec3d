import type { Clock } from '#ports/clock';

/** Milliseconds by which Graph's time, or this machine's, may be off before nobody can tell the time. */
const JUMP = 30_000;

/** Graph's own time, learned from the Date headers of its answers (PROTOCOL 2.4: the attempt time of a stamp). */
export class GraphTime {
  readonly #clock: Clock;
  /** Graph's time less our monotonic clock, as the last answers agree; and as the last one says. */
  #offset: number | undefined;
  #last: number | undefined;
  /** Our wall clock less the monotonic one at that answer: they part when the machine slept or its clock was set. */
  #wall = 0;

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  /** Notes the Date header of an answer; `sent` in monotonic milliseconds. The header has whole seconds only. */
  learn(date: string | undefined, sent: number): void {
    const at = date === undefined ? Number.NaN : Date.parse(date);
    if (Number.isNaN(at)) return;
    const monotonic = this.#clock.monotonic();
    const offset = at + 500 - (sent + monotonic) / 2;
    const steady = this.#last === undefined || Math.abs(offset - this.#last) <= JUMP;
    this.#last = offset;
    this.#offset = steady ? offset : undefined;
    this.#wall = this.#clock.now() - monotonic;
  }

  /** Milliseconds since the epoch; undefined before the first answer, and after a jump until two answers agree. */
  now(): number | undefined {
    if (this.#offset === undefined) return undefined;
    const monotonic = this.#clock.monotonic();
    const slept = Math.abs(this.#clock.now() - monotonic - this.#wall) > JUMP;
    return slept ? undefined : Math.round(monotonic + this.#offset);
  }
}
