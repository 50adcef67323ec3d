/** An entry of the agenda. `off` events are passed over. */
export interface Appointment {
  readonly at: number;
  /** Tells apart what is to happen at one moment: first come, first served. */
  readonly order: number;
  readonly act: () => void;
  off: boolean;
}

const before = (a: Appointment, b: Appointment): boolean => a.at < b.at || (a.at === b.at && a.order < b.order);

/** Lets every promise settle that waits for nothing but its turn. */
const othersTurn = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));

/**
 * Simulated time: an agenda that is worked off in order, one appointment after the other, each with all that follows
 * from it in microtasks before the next. Nothing else moves it, so one seed gives one run (I22). Milliseconds.
 */
export class SimulatedTime {
  now = 0;
  /** Appointments kept so far. */
  acts = 0;
  readonly #heap: Appointment[] = [];
  #made = 0;

  /** Makes an appointment so many milliseconds from now. */
  in(ms: number, act: () => void): Appointment {
    const appointment = { at: this.now + Math.max(0, ms), order: this.#made++, act, off: false };
    this.#push(appointment);
    return appointment;
  }

  /** Works off the agenda until a moment, or until `enough` says so after an appointment. */
  async run(until: number, enough: () => boolean = () => false): Promise<void> {
    await othersTurn();
    for (let next = this.#heap[0]; next && next.at <= until; next = this.#heap[0]) {
      this.#pop();
      if (next.off) continue;
      this.now = next.at;
      this.acts++;
      next.act();
      await othersTurn();
      if (enough()) return;
    }
    this.now = Math.max(this.now, until);
  }

  #push(appointment: Appointment): void {
    const heap = this.#heap;
    let at = heap.push(appointment) - 1;
    while (at > 0) {
      const parent = (at - 1) >> 1;
      const above = heap[parent] as Appointment;
      if (!before(appointment, above)) break;
      heap[at] = above;
      at = parent;
    }
    heap[at] = appointment;
  }

  #pop(): void {
    const heap = this.#heap;
    const last = heap.pop() as Appointment;
    if (heap.length === 0) return;
    let at = 0;
    for (;;) {
      let child = 2 * at + 1;
      if (child >= heap.length) break;
      if (child + 1 < heap.length && before(heap[child + 1] as Appointment, heap[child] as Appointment)) child++;
      if (!before(heap[child] as Appointment, last)) break;
      heap[at] = heap[child] as Appointment;
      at = child;
    }
    heap[at] = last;
  }
}
