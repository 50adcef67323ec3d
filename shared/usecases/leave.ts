import { ours } from '#core/stamp';
import { Conflict, FolderGone, ItemGone } from '#ports/errors';
import { stampPlace } from './folder.ts';
import { refresh } from './load.ts';
import type { Pass } from './pass.ts';
import { listAll } from './read.ts';
import { retriesOf, retryWrites } from './retries.ts';

/**
 * Takes an endpoint out of its policy (PROTOCOL 2.5 `member leaves`, K-08): what the list shows as ours is deleted under
 * its etag, until a list shows nothing of ours; a folder that we made and that is empty goes, too. Every step repeats
 * to the same end. True when the endpoint has left.
 */
export async function removeCopies(pass: Pass): Promise<boolean> {
  await refresh(pass);
  const { record, endpoint, context } = pass;
  if (record.role === 'target' && record.folderId !== null && record.purge) {
    // An abandoned create may still take effect: a list before that could prove an absence that does not last.
    if (record.inDoubt && context.ports.clock.monotonic() < endpoint.quietUntil) return false;
    if (!(await emptied(pass))) return false;
  }
  await forget(pass);
  await pass.put({ state: 'left', inDoubt: false, dueAt: 0, code: null, tries: 0, held: false });
  return true;
}

async function emptied(pass: Pass): Promise<boolean> {
  try {
    let items = await listAll(pass);
    const own = [...items.values()].filter((item) => ours(item, stampPlace(pass), pass.context.setting.timing.settle));
    await Promise.all(own.map((item) => remove(pass, item.id, item.etag)));
    if (own.length > 0) items = await listAll(pass);
    const left = [...items.values()].filter((item) => ours(item, stampPlace(pass), pass.context.setting.timing.settle));
    if (left.length > 0) return false; // Somebody changed one under our hands: the next pass takes it.
    if (items.size === 0 && pass.record.folderOurs && pass.record.folderId !== null) {
      pass.token();
      await pass.context.ports.mailboxes.deleteFolder(pass.mailbox, pass.record.folderId, pass.call);
    }
  } catch (cause) {
    if (!(cause instanceof FolderGone)) throw cause;
  }
  return true;
}

async function remove(pass: Pass, id: string, etag: string): Promise<void> {
  pass.token();
  try {
    await pass.context.ports.mailboxes.delete(pass.place, id, etag, pass.call);
    pass.endpoint.counts.deleted++;
    pass.context.emit({
      type: 'wrote',
      policy: pass.policy.id,
      endpoint: pass.endpoint.key,
      kind: 'delete',
      outcome: 'done',
    });
  } catch (cause) {
    if (!(cause instanceof Conflict) && !(cause instanceof ItemGone)) throw cause;
  }
}

/** Copies and retries say nothing any more. */
async function forget(pass: Pass): Promise<void> {
  const token = pass.token();
  const retries = [...(await retriesOf(pass)).keys()];
  await pass.write([
    retryWrites(pass, new Map(retries.map((number) => [number, null]))),
    [{ op: 'remove copies', endpoint: pass.endpoint.key, token }],
  ]);
  pass.endpoint.retries = new Map();
}
