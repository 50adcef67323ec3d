import type { GraphAnswer } from '../engine/wire.ts';
import type { GraphCall } from '../http/graph-call.ts';

/** How long a request may have been under way when the 429 was sent: it is not held against the client. */
const underWayMs = 250;
/** Timers fire a little early. */
const toleranceMs = 20;

interface Wait {
  readonly lane: string;
  readonly ms: number;
}

/** Seconds (whole or not) or an HTTP date, as milliseconds from now (graph.md 4.3). */
function retryAfterMs(answer: GraphAnswer, now: number): number {
  const text = answer.headers['retry-after'];
  if (text === undefined) return 0;
  const seconds = Number(text);
  return Number.isFinite(seconds) ? seconds * 1000 : Math.max(0, Date.parse(text) - now);
}

/** Remembers who was asked to wait, and until when; a pause holds for all of an app's calls into the mailbox. */
export class RetryAfterWatch {
  readonly #now: () => number;
  readonly #pauses = new Map<string, { from: number; until: number }>();
  /** What items of a batch were told, until the batch is answered. */
  readonly #untold = new Map<string, Wait[]>();

  constructor(now: () => number) {
    this.#now = now;
  }

  clear(): void {
    this.#pauses.clear();
    this.#untold.clear();
  }

  /** Milliseconds by which a call came too early; 0 when it is on time. */
  earlyBy(call: GraphCall): number {
    const pause = this.#pauses.get(call.lane);
    if (!pause || call.receivedAt < pause.from + underWayMs) return 0;
    const early = pause.until - call.receivedAt;
    return early > toleranceMs ? Math.round(early) : 0;
  }

  answered(call: GraphCall, answer: GraphAnswer): void {
    if (answer.status !== 429 && answer.status !== 503) return;
    const ms = retryAfterMs(answer, this.#now());
    if (ms <= 0) return;
    const wait = { lane: call.lane, ms };
    if (call.batch) this.#untold.set(call.batch.requestId, [...(this.#untold.get(call.batch.requestId) ?? []), wait]);
    else this.#begin(wait);
  }

  batchAnswered(requestId: string): void {
    for (const wait of this.#untold.get(requestId) ?? []) this.#begin(wait);
    this.#untold.delete(requestId);
  }

  #begin({ lane, ms }: Wait): void {
    this.#pauses.set(lane, { from: this.#now(), until: this.#now() + ms });
  }
}
