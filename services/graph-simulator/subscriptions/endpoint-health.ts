/** How an address is dealt with: `slow`, its notifications come ten minutes later; `drop`, they are thrown away. */
export type Health = 'good' | 'slow' | 'drop';

interface Window {
  readonly start: number;
  answers: number;
  slow: number;
  dead: number;
  /** What the window before it came to. */
  readonly health: Health;
}

/** Length of a window, and of the delay in the slow state, in milliseconds. */
export const healthPeriodMs = 600_000;
const slowMs = 3000;
const deadMs = 10_000;

function verdict({ answers, slow, dead }: Window): Health {
  if (dead > 0.15 * answers) return 'drop';
  return slow > 0.1 * answers ? 'slow' : 'good';
}

/**
 * Judges the hosts that receive notifications by how fast they answer: more than 10 % above 3 s in ten minutes are slow,
 * more than 15 % above 10 s are dropped for ten minutes, after which a trial decides (graph.md 3.6). Per host.
 */
export class EndpointHealth {
  readonly #windows = new Map<string, Window>();

  /** Notes an answer, or that none came for `durationMs`. */
  answered(url: string, durationMs: number, now: number): void {
    const window = this.#window(url, now);
    window.answers++;
    if (durationMs >= slowMs) window.slow++;
    if (durationMs >= deadMs) window.dead++;
  }

  /** What is to happen to a notification for this address now. */
  of(url: string, now: number): Health {
    return this.#window(url, now).health;
  }

  #window(url: string, now: number): Window {
    const { host } = new URL(url);
    const old = this.#windows.get(host);
    const age = old ? now - old.start : 0;
    if (old && age < healthPeriodMs) return old;
    // A verdict holds for the window after it and no longer.
    const health = old && age < 2 * healthPeriodMs ? verdict(old) : 'good';
    const start = old ? now - (age % healthPeriodMs) : now;
    const window: Window = { start, answers: 0, slow: 0, dead: 0, health };
    this.#windows.set(host, window);
    return window;
  }
}
