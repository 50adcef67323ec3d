/** How likely each trouble is now; 0 when the weather is calm. Probabilities are per call unless told otherwise. */
export interface Weather {
  /** A store call fails, after some of its groups landed. */
  storeFails: number;
  /** A group of writes lands piece by piece, in any order. */
  storeTorn: number;
  /** A write stands still half-way, for up to a minute. */
  storeStalls: number;
  /** A publish fails, or its signal is lost, doubled, or late. */
  queueFails: number;
  signalLost: number;
  signalDoubled: number;
  signalLate: number;
  notificationLost: number;
  notificationDoubled: number;
  notificationLate: number;
  /** A `$batch` never arrives; or its answer never does; or it takes effect long after it was given up. */
  requestLost: number;
  answerLost: number;
  requestLate: number;
  /** Of a single request: refused with 429 or 503; 5xx before or after it took effect. */
  throttled: number;
  failedBefore: number;
  failedAfter: number;
}

export const calm = (): Weather => ({
  storeFails: 0,
  storeTorn: 0,
  storeStalls: 0,
  queueFails: 0,
  signalLost: 0,
  signalDoubled: 0,
  signalLate: 0,
  notificationLost: 0,
  notificationDoubled: 0,
  notificationLate: 0,
  requestLost: 0,
  answerLost: 0,
  requestLate: 0,
  throttled: 0,
  failedBefore: 0,
  failedAfter: 0,
});
