import type { Event } from '#core/event';
import { Failure } from '../failure.ts';

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

/** Far longer than a thousand mailboxes take: a demo that ends a pipeline must end. */
const PATIENCE_MS = 300_000;

/** Follows one edit at a time from its notification to the mailboxes. */
export class Watch {
  #waiting: Waiting | undefined;
  /** Writes so far, for the progress of the filling. */
  written = 0;
  /** The last one told, in words. */
  trouble: string | undefined;

  hear(event: Event): void {
    if (event.type === 'wrote' && event.outcome === 'done') this.written++;
    if (event.type === 'trouble') this.trouble = event.message;
    const waiting = this.#waiting;
    if (!waiting) return;
    if (event.type === 'held') waiting.done.reject(new Failure(`The brake holds ${event.cards} (${event.kind}).`));
    else if (event.type === 'committed') {
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

  /** Resolves when so many mailboxes have what the n-th commit from now brings; rejects with Failure when it cannot. */
  arrival(options: { readonly mailboxes: number; readonly commits?: number }): Promise<Arrival> {
    const { mailboxes, commits = 1 } = options;
    const done = Promise.withResolvers<Arrival>();
    this.#waiting = { commits, notified: undefined, revision: undefined, mailboxes, seen: new Map(), done };
    const late = setTimeout(
      () => done.reject(new Failure(`After ${PATIENCE_MS / 60_000} minutes some mailboxes still lack the edit.`)),
      PATIENCE_MS,
    );
    late.unref(); // A demo that is stopped meanwhile does not wait for it.
    const arrived = done.promise.finally(() => clearTimeout(late));
    arrived.catch(() => undefined); // The edit itself may fail first, and then nobody waits here.
    return arrived;
  }
}
