import { CursorExpired, Denied, FolderGone, MailboxUnavailable, Refused, Throttled, Unanswered } from '#ports/errors';
import { delayOf } from './delays.ts';
import { FolderLeftDeleted, SourceFolderMissing } from './folder.ts';
import type { Pass } from './pass.ts';

/**
 * Stores why an endpoint cannot go on, and when it is tried again. Nothing is concluded from an error and nothing
 * deleted (I11). What is not about this endpoint (a lost lease, a store that does not answer, a bug) is thrown on.
 */
export async function meetTrouble(pass: Pass, cause: unknown): Promise<void> {
  if (cause instanceof CursorExpired) return expired(pass);
  if (cause instanceof FolderGone) return folderGone(pass);
  if (cause instanceof Throttled) return waitFor(pass, cause.retryAfterMs, 'throttled');
  if (cause instanceof Unanswered) return waitFor(pass, retryDelay(pass), 'unanswered', 1);
  if (cause instanceof MailboxUnavailable) return unreachable(pass, cause.code);
  if (cause instanceof SourceFolderMissing || cause instanceof FolderLeftDeleted) return unreachable(pass, cause.code);
  if (cause instanceof Denied || cause instanceof Refused) {
    pass.context.emit({ type: 'trouble', where: pass.endpoint.key, code: cause.code, message: cause.message });
    return unreachable(pass, cause.code);
  }
  throw cause;
}

const retryDelay = (pass: Pass): number => delayOf(pass.context, pass.context.setting.timing.retry, pass.record.tries);

async function waitFor(pass: Pass, ms: number, code: string, more = 0): Promise<void> {
  const { tries } = pass.record;
  await pass.put({ dueAt: pass.context.ports.clock.now() + ms, code, ...(more > 0 && { tries: tries + more }) });
}

/** 410 and its kin: what happened since the cursor is unknown. */
async function expired(pass: Pass): Promise<void> {
  await pass.put({ inDoubt: true, read: { ...pass.record.read, link: null } });
}

/** The next inventory finds the folder anew, by id, name, or, for a target, by making it. */
async function folderGone(pass: Pass): Promise<void> {
  const delay = retryDelay(pass);
  const dueAt = pass.context.ports.clock.now() + delay;
  const { read, tries } = pass.record;
  await pass.put({ inDoubt: true, read: { ...read, link: null }, dueAt, tries: tries + 1, code: 'folder gone' });
}

/** Asked again ever later; when it answers, it is in doubt: ids and items may be others then (rationale 28). */
async function unreachable(pass: Pass, code: string): Promise<void> {
  const { clock } = pass.context.ports;
  const { tries, state } = pass.record;
  const dueAt = clock.now() + delayOf(pass.context, pass.context.setting.timing.unreachable, tries);
  const next = state === 'leaving' ? state : ('unreachable' as const);
  await pass.put({ state: next, inDoubt: true, dueAt, code, tries: tries + 1 });
  pass.context.emit({ type: 'unreachable', endpoint: pass.endpoint.key, code, tries: tries + 1 });
}
