import type { Counter, Histogram, Metrics } from '#observability/metrics';

/** Everything that can become of a request, a notification or a look, each counted (W-01). */
const outcomes = {
  handshakes: 'Validation questions of Graph that were answered.',
  accepted: 'Requests answered with 202: every look in them is durable.',
  unavailable: 'Requests answered with 503, because a look was not durable in time. Graph sends them again.',
  notFound: 'Requests for an unknown path, answered with 404.',
  wrongMethod: 'Requests with the wrong verb, answered with 405.',
  tooLarge: 'Requests with a body over 1 MB, answered with 413.',
  wrongType: 'Requests whose body is not JSON by its type or coding, answered with 415.',
  malformed: 'Requests whose body is not what Graph sends, answered with 400.',
  failed: 'Requests answered with 500: a bug of ours.',
  notifications: 'Notifications of changes with a valid clientState.',
  lifecycle: 'Lifecycle events with a valid clientState.',
  forged: 'Notifications whose clientState this installation did not make. Ignored.',
  unknown: 'Notifications for a mailbox that no policy reads. Ignored.',
  looks: 'Looks published.',
  merged: 'Looks that travelled with another one of the same mailbox.',
  unpublished: 'Looks that the queue refused or did not confirm within 2 seconds.',
} as const;

export type Outcome = keyof typeof outcomes;
export type Counts = Readonly<Record<Outcome, number>>;

const names = Object.keys(outcomes) as readonly Outcome[];

/** The receiver's counters, part of the metrics of its process. */
export class Outcomes {
  readonly #counters: Readonly<Record<Outcome, Counter>>;
  /** From the arrival of a request with notifications to its answer, milliseconds. */
  readonly answerMs: Histogram;

  constructor(metrics: Metrics) {
    const entries = names.map((name) => [
      name,
      metrics.counter('cardwire_receiver_total', outcomes[name], { outcome: name }),
    ]);
    this.#counters = Object.fromEntries(entries) as Record<Outcome, Counter>;
    this.answerMs = metrics.histogram('cardwire_receiver_answer_ms', 'From a notification to its answer.');
  }

  add(outcome: Outcome, n = 1): void {
    this.#counters[outcome].add(n);
  }

  read(): Counts {
    return Object.fromEntries(names.map((name) => [name, this.#counters[name].value])) as Record<Outcome, number>;
  }
}
