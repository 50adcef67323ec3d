import { Cron } from 'croner';
import type { Propagator, TimeDuties } from '#usecases/propagate';
import { Timekeeper } from '#usecases/timekeeper';

export interface ReconcilerConfig {
  /** `HH:MM` in the zone. */
  readonly nightly: { readonly at: string; readonly zone: string };
  readonly clientState: (tenant: string, mailbox: string) => string;
  /** The webhook's public address; empty without one. */
  readonly address: string;
  readonly membersMs?: number;
}

/** The duties of time: membership, subscriptions, the nightly pass. Whoever owns the pseudo shard `time` has them. */
export function timeDuties(config: ReconcilerConfig): (worker: Propagator) => TimeDuties {
  const { clientState, address, membersMs } = config;
  const lastNightly = nightlySchedule(config.nightly);
  return (worker) =>
    new Timekeeper(worker, { clientState, address, lastNightly, ...(membersMs !== undefined && { membersMs }) });
}

/**
 * The last nightly time at or before a moment, both in ms since the epoch. A time that a daylight-saving change skips
 * moves to the next one that exists; one that comes twice counts once (croner).
 */
export function nightlySchedule({ at, zone }: ReconcilerConfig['nightly']): (now: number) => number {
  const [hour, minute] = at.split(':').map(Number);
  const cron = new Cron(`${minute} ${hour} * * *`, { timezone: zone, paused: true });
  const DAY = 24 * 60 * 60 * 1000;
  return (now) => {
    const times: number[] = [];
    let next = cron.nextRun(new Date(now - 2 * DAY));
    while (next && next.getTime() <= now) {
      times.push(next.getTime());
      next = cron.nextRun(next);
    }
    return times.at(-1) ?? 0;
  };
}
