import { shardOf } from '#core/identity';
import type { Look } from '#core/signal';
import type { Clock } from '#ports/clock';
import type { Queue } from '#ports/queue';
import { mergeLooks } from './look.ts';
import type { Outcomes } from './outcomes.ts';

/** Graph waits 3 seconds (graph.md 3.6); what is not durable by then is answered 503 in good time. */
const PUBLISH_MS = 2000;
/** The longest that a look waits for company (PROTOCOL 3). */
const COALESCE_MS = 20;
/** One for all: to make an error each time costs more than the rest of a look. */
const ended = new Error('the wait is over');

interface Mailbox {
  /** The newest publish under way. */
  current: Promise<void>;
  waiting?: { look: Look; readonly sent: Promise<void> };
}

/**
 * Publishes looks. While one of a mailbox is under way, further ones of that mailbox wait for it, 20 ms at most, and
 * travel as one. A look that finds its mailbox idle waits for nothing.
 */
export class LookPublisher {
  readonly #queue: Pick<Queue, 'publish'>;
  readonly #clock: Clock;
  readonly #outcomes: Outcomes;
  readonly #busy = new Map<string, Mailbox>();

  constructor(queue: Pick<Queue, 'publish'>, clock: Clock, outcomes: Outcomes) {
    this.#queue = queue;
    this.#clock = clock;
    this.#outcomes = outcomes;
  }

  /** Resolves when the look, or one that it was merged into, is durable; rejects when that fails or takes over 2 s. */
  publish(look: Look): Promise<void> {
    const mailbox = this.#busy.get(look.m);
    if (!mailbox) return this.#send(look);
    if (mailbox.waiting) {
      mailbox.waiting.look = mergeLooks(mailbox.waiting.look, look);
      this.#outcomes.add('merged');
      return mailbox.waiting.sent;
    }
    const sent = this.#sendAfter(mailbox);
    mailbox.waiting = { look, sent };
    return sent;
  }

  async #sendAfter(mailbox: Mailbox): Promise<void> {
    const { current } = mailbox;
    await this.#within(COALESCE_MS, current).catch(() => undefined);
    const look = mailbox.waiting?.look;
    delete mailbox.waiting;
    if (look) await this.#send(look);
  }

  #send(look: Look): Promise<void> {
    const current = this.#durable(look);
    const mailbox = this.#busy.get(look.m) ?? { current };
    mailbox.current = current;
    this.#busy.set(look.m, mailbox);
    const settled = () => {
      if (mailbox.current === current && !mailbox.waiting) this.#busy.delete(look.m);
    };
    current.then(settled, settled);
    return current;
  }

  async #durable(look: Look): Promise<void> {
    try {
      const signal = { ...look, at: this.#clock.now() };
      await this.#within(PUBLISH_MS, this.#queue.publish([{ signal, shard: shardOf(look.m) }]));
      this.#outcomes.add('looks');
    } catch (error) {
      this.#outcomes.add('unpublished');
      throw error;
    }
  }

  /** The work's own end, or an error when it takes longer. The work itself goes on: a look twice does no harm. */
  async #within(ms: number, work: Promise<void>): Promise<void> {
    const enough = new AbortController();
    const late = this.#clock.sleep(ms, enough.signal).then(() => {
      throw new Error(`not within ${ms} ms`);
    });
    try {
      await Promise.race([work, late]);
    } finally {
      enough.abort(ended);
    }
  }
}
