import type { Event } from '#core/event';

/** When each mailbox had what a commit brought, as told by the events of the services. */
export interface Arrival {
  /** When Graph's notification was there, ms since the epoch. */
  readonly notified: number;
  /** When each mailbox had it, in the order of arrival. */
  readonly at: readonly number[];
}

interface Waiting {
  commits: number;
  notified: number | undefined;
  revision: number | undefined;
  readonly mailboxes: number;
  readonly seen: Map<string, number>;
  readonly done: PromiseWithResolvers<Arrival>;
}

/** Follows one edit at a time from its notification to the mailboxes. */
export class Watch {
  #waiting: Waiting | undefined;
  /** Writes so far, for the progress of the filling. */
  written = 0;

  hear(event: Event): void {
    if (event.type === 'wrote' && event.outcome === 'done') this.written++;
    const waiting = this.#waiting;
    if (!waiting) return;
    if (event.type === 'committed') {
      waiting.notified ??= event.first;
      waiting.commits--;
      if (waiting.commits === 0) waiting.revision = event.revision;
    } else if (event.type === 'applied' && waiting.revision !== undefined && event.revision >= waiting.revision) {
      if (!waiting.seen.has(event.endpoint)) waiting.seen.set(event.endpoint, event.at);
      if (waiting.seen.size >= waiting.mailboxes) this.#finish(waiting);
    }
  }

  #finish(waiting: Waiting): void {
    this.#waiting = undefined;
    const at = [...waiting.seen.values()].sort((a, b) => a - b);
    waiting.done.resolve({ notified: waiting.notified ?? at[0] ?? 0, at });
  }

  /** Resolves when so many mailboxes have what the n-th commit from now brings. */
  arrival(options: { readonly mailboxes: number; readonly commits?: number }): Promise<Arrival> {
    const { mailboxes, commits = 1 } = options;
    const done = Promise.withResolvers<Arrival>();
    this.#waiting = { commits, notified: undefined, revision: undefined, mailboxes, seen: new Map(), done };
    return done.promise;
  }
}
