import type { Copy } from '#core/copy';
import type { Operation } from '#core/decide';
import { delayOf } from './delays.ts';
import type { Pass } from './pass.ts';
import type { Owed } from './retries.ts';
import type { Sent } from './send.ts';

/** A card whose item keeps changing under our hands waits after so many looks in one pass. */
const CONFLICTS = 3;

/** What a slice of operations came to: all of it is stored together. */
export interface Outcomes {
  readonly slots: Map<number, Copy | null>;
  readonly owed: Map<number, Owed | null>;
  readonly conflicts: { readonly number: number; readonly item: string }[];
  /** Cards to be decided again in this pass. */
  readonly again: number[];
  unsure: boolean;
  waiting: boolean;
  stopped: unknown;
}

export const newOutcomes = (): Outcomes => ({
  slots: new Map(),
  owed: new Map(),
  conflicts: [],
  again: [],
  unsure: false,
  waiting: false,
  stopped: undefined,
});

/** Adds what became of one operation (PROTOCOL 2.6 `apply`, the table of answers). */
export function gather(pass: Pass, outcomes: Outcomes, operation: Operation, sent: Sent): void {
  const { number } = operation;
  tell(pass, operation, sent);
  switch (sent.kind) {
    case 'done':
      outcomes.slots.set(number, sent.slot);
      if (sent.slot) pass.wrote(sent.slot.item, sent.slot.etag);
      if (pass.endpoint.retries?.has(number)) outcomes.owed.set(number, null);
      if (sent.slot && wantsPhoto(pass, number, sent.slot)) outcomes.again.push(number);
      break;
    case 'conflict':
      conflict(pass, outcomes, operation);
      break;
    case 'gone':
      if ('copy' in operation) outcomes.slots.set(number, absentSlot(pass, operation.copy));
      outcomes.again.push(number);
      break;
    case 'refused':
      refuse(outcomes, operation, sent);
      pass.refused(number, sent.error.code);
      break;
    case 'throttled':
    case 'stopped':
      // Nothing took effect, or nobody knows of a create: an unanswered one says so itself.
      outcomes.waiting = true;
      outcomes.stopped ??= sent.error;
      break;
    case 'unanswered':
      if (operation.kind === 'create') {
        outcomes.unsure = true;
        outcomes.waiting = true;
      } else later(pass, outcomes, number, 'unanswered', 'No answer came; the write is repeated under its etag.');
      break;
  }
}

function later(pass: Pass, outcomes: Outcomes, number: number, code: string, reason: string): void {
  const tries = pass.endpoint.retries?.get(number)?.tries ?? 0;
  const due = pass.context.ports.clock.now() + delayOf(pass.context, pass.context.setting.timing.retry, tries);
  outcomes.owed.set(number, { due, code, reason });
}

function conflict(pass: Pass, outcomes: Outcomes, operation: Operation): void {
  if (!('copy' in operation)) return;
  const { number, copy } = operation;
  const seen = (pass.conflicts.get(number) ?? 0) + 1;
  pass.conflicts.set(number, seen);
  if (seen > CONFLICTS) later(pass, outcomes, number, 'conflict', 'The item keeps changing; the write waits.');
  else outcomes.conflicts.push({ number, item: copy.item });
}

/** Parked: the same request would be refused again. A person, or a newer version of the card, lets it try anew. */
function refuse(outcomes: Outcomes, operation: Operation, { error }: Extract<Sent, { kind: 'refused' }>): void {
  const code = operation.kind === 'create' ? 'create refused' : error.code;
  const reason = `${error.code}: ${error.message}`;
  const { requestId } = error;
  outcomes.owed.set(operation.number, { due: null, code, reason, ...(requestId && { requestId }) });
}

/** A deletion by the user is met by a write, too, not only by a reading (K-07). */
function absentSlot(pass: Pass, copy: Copy): Copy {
  const away = pass.policy.deletedCopies === 'keep away' && { extra: { ...copy.extra, keptAway: true as const } };
  return { ...copy, absent: true, ...away };
}

function wantsPhoto(pass: Pass, number: number, slot: Copy): boolean {
  const photo = pass.book.state.cards.get(number)?.photo;
  return photo !== undefined && slot.extra?.photo !== photo;
}

const named = {
  done: 'done',
  conflict: 'conflict',
  gone: 'gone',
  refused: 'refused',
  throttled: 'throttled',
  unanswered: 'unanswered',
  stopped: 'unavailable',
} as const;

function tell(pass: Pass, operation: Operation, sent: Sent): void {
  const { counts, key } = pass.endpoint;
  const { kind } = operation;
  const outcome = named[sent.kind];
  if (sent.kind === 'done' && sent.idle) return;
  pass.context.emit({ type: 'wrote', policy: pass.policy.id, endpoint: key, kind, outcome });
  if (sent.kind === 'refused') {
    counts.failed++;
    pass.context.emit({
      type: 'parked',
      policy: pass.policy.id,
      endpoint: key,
      number: operation.number,
      code: sent.error.code,
    });
  }
  if (sent.kind !== 'done') return;
  if (kind === 'create') counts.created++;
  else if (kind === 'delete') counts.deleted++;
  else counts.updated++;
}
