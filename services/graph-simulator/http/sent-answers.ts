import { channel } from 'node:diagnostics_channel';
import type { GraphAnswer, GraphRequest } from '../engine/wire.ts';

/** One answer as a client gets it; the answers within a batch are told singly, before the one around them. */
export interface SentAnswer {
  readonly request: GraphRequest;
  readonly answer: GraphAnswer;
  /** A fault's script put this answer in the place of Graph's own. */
  readonly scripted: boolean;
}

/** One POST to a webhook: the JSON that it carried. */
export interface SentNotification {
  readonly url: string;
  readonly body: unknown;
}

/**
 * Where observers in the same process hear of every answer and notification of every simulator in it. A channel and not
 * an option, so that an observer needs no hand on the code that starts a simulator.
 */
export const sentAnswers = channel('graph-simulator.answer');
export const sentNotifications = channel('graph-simulator.notification');

/** Tells observers of an answer; costs nothing without any. */
export function tellAnswer(request: GraphRequest, answer: GraphAnswer, scripted = false): void {
  if (sentAnswers.hasSubscribers) sentAnswers.publish({ request, answer, scripted } satisfies SentAnswer);
}

/** Tells observers of a notification; costs nothing without any. */
export function tellNotification(url: string, body: unknown): void {
  if (sentNotifications.hasSubscribers) sentNotifications.publish({ url, body } satisfies SentNotification);
}
