import type { Event, LagReport } from '#core/event';
import type { Store } from '#ports/store';

interface Open {
  readonly policy: string;
  readonly revision: number;
  readonly notified: number;
  readonly committed: number;
  readonly pending: Set<string>;
  readonly times: number[];
}

/** An edit that some mailbox still lacks is reported without it after so long. */
const PATIENCE = 30_000;
const OPEN = 100;

/** Measures lag from the events of one process. */
export class Lag {
  readonly #open: Open[] = [];
  readonly #targets: (policy: string) => readonly string[];
  readonly #report: (report: LagReport) => void;

  constructor(targets: (policy: string) => readonly string[], report: (report: LagReport) => void) {
    this.#targets = targets;
    this.#report = report;
  }

  /** `now` in ms since the epoch. */
  hear(event: Event, now: number): void {
    if (event.type === 'committed' && event.first !== undefined) {
      const pending = new Set(this.#targets(event.policy));
      const { policy, revision, first } = event;
      this.#open.push({ policy, revision, notified: first, committed: now, pending, times: [] });
      if (this.#open.length > OPEN) this.#close(this.#open.shift());
    } else if (event.type === 'applied') {
      for (const open of this.#open) {
        if (open.policy !== event.policy || open.revision > event.revision) continue;
        if (open.pending.delete(event.endpoint)) open.times.push(event.at - open.notified);
      }
      this.#sweep(now);
    }
  }

  #sweep(now: number): void {
    for (let i = this.#open.length - 1; i >= 0; i--) {
      const open = this.#open[i] as Open;
      if (open.pending.size === 0 || now - open.notified > PATIENCE) this.#close(this.#open.splice(i, 1)[0]);
    }
  }

  #close(open: Open | undefined): void {
    if (!open || open.times.length === 0) return;
    const times = open.times.sort((a, b) => a - b);
    const at = (share: number): number => times[Math.min(times.length - 1, Math.floor(share * times.length))] ?? 0;
    const { policy, revision, notified } = open;
    this.#report({
      policy,
      revision,
      notified,
      committed: open.committed - notified,
      first: at(0),
      median: at(0.5),
      last: at(1),
      mailboxes: times.length,
      missing: open.pending.size,
    });
  }
}

const KEPT = 50;

export const lagKey = (policy: string): string => `lag/${policy}`;

/** Keeps the newest reports of a policy for status, newest first. */
export async function keepLag(store: Store, report: LagReport): Promise<void> {
  const key = lagKey(report.policy);
  const [fact] = await store.get('fact', [key]);
  const value = [report, ...((fact?.value ?? []) as readonly LagReport[])].slice(0, KEPT);
  await store.write([[{ op: 'replace', kind: 'fact', key, record: { value } }]]);
}
