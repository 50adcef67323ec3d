/** The protocol's constants (PROTOCOL 2.1), all in milliseconds. One value is given at start. */
export interface Timing {
  /** Between two beats of a worker. */
  readonly beat: number;
  /** A worker is dead after so long without a beat, on the observer's own clock. */
  readonly death: number;
  /** A worker stops itself so long after it sent its last confirmed beat. */
  readonly stop: number;
  /** Deadline of one Graph call. */
  readonly call: number;
  /** The longest time after which an abandoned request can still take effect. */
  readonly settle: number;
  /** How long a card that left its source is only `leaving`: in it a move between folders shows itself. */
  readonly grace: number;
  /** A hint that no reading showed is looked for again after these. */
  readonly lookAgain: readonly number[];
  /** An unreachable mailbox is asked again after the first, then ever later up to the last. */
  readonly unreachable: readonly [first: number, last: number];
  /** A failed write is tried again after the first, then ever later up to the last. */
  readonly retry: readonly [first: number, last: number];
}

const SECOND = 1000;
const MINUTE = 60 * SECOND;

/** Defaults for a real tenant. `settle` is to be measured there; shorter is unsafe, longer only slow after a crash. */
export const defaultTiming: Timing = {
  beat: 5 * SECOND,
  death: 20 * SECOND,
  stop: 12 * SECOND,
  call: 30 * SECOND,
  settle: 180 * SECOND,
  grace: 60 * SECOND,
  lookAgain: [2 * SECOND, 10 * SECOND, 60 * SECOND],
  unreachable: [15 * MINUTE, 24 * 60 * MINUTE],
  retry: [2 * SECOND, 15 * MINUTE],
};
