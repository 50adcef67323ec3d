/** Stops a timer that has not fired. */
export type Cancel = () => void;

/** The simulator's time: every expiry, delay and period is measured on it, so that one command can move them all. */
export interface SimClock {
  /** Milliseconds since the epoch. */
  now(): number;
  /** Acts once `ms` have passed on this clock. */
  after(ms: number, act: () => void): Cancel;
  /** Moves the clock forward and fires, in order, whatever falls due on the way. */
  advance(ms: number): void;
  /** Forgets all timers. */
  close(): void;
}

interface Timer {
  readonly due: number;
  readonly act: () => void;
  readonly handle?: NodeJS.Timeout;
}

/**
 * A clock that runs with the machine's, or (with `frozenAt`) one that stands still until it is advanced.
 *
 * @param source the machine's clock, in milliseconds since the epoch
 * @param frozenAt start of virtual time; absent: real time
 */
export function createClock(source: () => number, frozenAt?: number): SimClock {
  const timers = new Set<Timer>();
  let ahead = 0;
  let frozen = frozenAt;
  const now = (): number => frozen ?? source() + ahead;

  const fire = (timer: Timer): void => {
    if (!timers.delete(timer)) return;
    clearTimeout(timer.handle);
    timer.act();
  };

  const after = (ms: number, act: () => void): Cancel => {
    const due = now() + ms;
    const timer: { due: number; act: () => void; handle?: NodeJS.Timeout } = { due, act };
    // The longest wait that setTimeout knows; a later due date is reached by advance().
    if (frozen === undefined) timer.handle = setTimeout(() => fire(timer), Math.min(ms, 2 ** 31 - 1)).unref();
    timers.add(timer);
    return () => {
      timers.delete(timer);
      clearTimeout(timer.handle);
    };
  };

  const moveTo = (time: number): void => {
    if (frozen === undefined) ahead += Math.max(0, time - now());
    else frozen = Math.max(frozen, time);
  };

  const advance = (ms: number): void => {
    const end = now() + ms;
    for (;;) {
      const next = [...timers].filter((timer) => timer.due <= end).sort((a, b) => a.due - b.due)[0];
      if (!next) break;
      moveTo(next.due);
      fire(next);
    }
    moveTo(end);
  };

  const close = (): void => {
    for (const timer of timers) clearTimeout(timer.handle);
    timers.clear();
  };

  return { now, after, advance, close };
}
