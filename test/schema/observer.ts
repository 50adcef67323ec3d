import { subscribe } from 'node:diagnostics_channel';
import {
  type SentAnswer,
  type SentNotification,
  sentAnswers,
  sentNotifications,
} from '../../services/graph-simulator/http/sent-answers.ts';
import { checkAnswer } from './check-answer.ts';
import { checkNotification } from './check-notification.ts';
import { noteCount, noteFinding } from './findings.ts';
import { models } from './sources.ts';

let checked = 0;

function note(folder: string, what: string, faults: readonly string[]): void {
  checked += 1;
  if (checked === 1 || checked % 25 === 0) noteCount(folder, checked);
  if (faults.length > 0) noteFinding(folder, { what, faults: [...new Set(faults)].slice(0, 20) });
}

const observed = new Set<string>();

/** Checks every answer and notification of the simulators in this process from now on, and notes what is wrong in a folder. */
export function observe(folder: string): void {
  // Where test files share a process, each asks for it anew.
  if (observed.has(folder)) return;
  observed.add(folder);
  subscribe(sentAnswers.name, (message) => {
    const sent = message as SentAnswer;
    const { method, path, query } = sent.request;
    const faults = models().flatMap((model) => checkAnswer(model, sent));
    note(folder, `${method} ${path}${query && `?${query}`} ${sent.answer.status}`, faults);
  });
  subscribe(sentNotifications.name, (message) => {
    const { body } = message as SentNotification;
    note(
      folder,
      'notification',
      models().flatMap((model) => checkNotification(model, body)),
    );
  });
  process.once('exit', () => {
    if (checked > 0) noteCount(folder, checked);
  });
}
