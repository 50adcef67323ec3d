import type { Event } from '#core/event';
import type { Policy } from '#core/policy';
import type { Timing } from '#core/timing';
import type { Chance, Clock } from '#ports/clock';
import type { Directory } from '#ports/directory';
import type { Mailboxes } from '#ports/mailboxes';
import type { Pictures } from '#ports/pictures';
import type { Queue } from '#ports/queue';
import type { Store } from '#ports/store';
import type { Subscriptions } from '#ports/subscriptions';

/** Everything outside of the use cases, by its port. */
export interface Ports {
  readonly store: Store;
  readonly queue: Queue;
  readonly mailboxes: Mailboxes;
  readonly directory: Directory;
  readonly subscriptions: Subscriptions;
  readonly pictures: Pictures;
  readonly clock: Clock;
  readonly chance: Chance;
}

/** What an installation is set up to do. */
export interface Setting {
  readonly installation: string;
  readonly policies: ReadonlyMap<string, Policy>;
  readonly timing: Timing;
  /** Between two looks at a source that nothing notifies, ms. */
  readonly pollMs: number;
  /** The store begins empty and ends with the run: nothing is deleted on the word of what it does not know. */
  readonly stateless: boolean;
  readonly version: string;
  readonly host: string;
}

/** Ports and setting, and where events go: handed to every use case. */
export interface Context {
  readonly ports: Ports;
  readonly setting: Setting;
  readonly emit: (event: Event) => void;
}
