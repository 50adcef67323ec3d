import { folderIsOurs, formatFolderStamp } from '#core/stamp';
import type { Folder } from '#ports/mailboxes';
import type { Pass } from './pass.ts';

/** The folder that a source reads is not where, or not named, as configured: a person must look (B-10). */
export class SourceFolderMissing extends Error {
  readonly code: 'SourceFolderMissing' | 'SourceFolderRenamed';
  constructor(code: SourceFolderMissing['code'], message: string) {
    super(message);
    this.code = code;
  }
}

/** The user deleted the target folder, and the policy leaves it so (K-03). */
export class FolderLeftDeleted extends Error {
  readonly code = 'FolderDeleted';
}

/**
 * Finds the endpoint's folder: by id, wherever its user moved it or whatever it is called now (K-03); else by its name;
 * a target's is made when there is none (K-01). The default folder is found by its alias, never by name (K-02).
 * Throws SourceFolderMissing, FolderLeftDeleted.
 */
export async function resolveFolder(pass: Pass): Promise<void> {
  const { record, policy, context, call, mailbox } = pass;
  const { mailboxes } = context.ports;
  if (record.folderId !== null) {
    pass.token();
    const known = await mailboxes.folder(mailbox, record.folderId, call);
    if (known) return record.role === 'source' ? checkName(pass, known) : undefined;
    if (record.role === 'target' && policy.deletedFolder === 'leave' && record.inventoryAt > 0)
      throw new FolderLeftDeleted('The target folder was deleted by its user, and the policy leaves it so.');
  }
  const found = await mailboxes.findFolder(mailbox, record.path, call);
  if (!found && record.role === 'source') throw missing(pass);
  const folder = found ?? (await makeFolder(pass));
  const folderOurs = folderIsOurs(folder.stamp, stampPlace(pass));
  await pass.put({ folderId: folder.id, folderOurs, read: { ...pass.record.read, link: null } });
}

async function makeFolder(pass: Pass): Promise<Folder> {
  pass.token();
  const stamp = formatFolderStamp(stampPlace(pass));
  return pass.context.ports.mailboxes.makeFolder(pass.mailbox, pass.record.path, stamp, pass.call);
}

export const stampPlace = (pass: Pass) => ({
  installation: pass.context.setting.installation,
  policy: pass.policy.id,
  mailbox: pass.record.mailbox,
});

const missing = (pass: Pass): SourceFolderMissing =>
  new SourceFolderMissing(
    'SourceFolderMissing',
    `The source folder "${pass.record.path.join('/')}" is not in the mailbox ${pass.record.address}. ` +
      'Copies stay. Put the folder back, or name the right one in the policy.',
  );

/** A renamed source may be another thing now: its policy stops until the name or the configuration is right (B-10). */
function checkName(pass: Pass, folder: Folder): void {
  const wanted = pass.record.path.at(-1);
  if (wanted === undefined || wanted.normalize('NFC').toLowerCase() === folder.name.normalize('NFC').toLowerCase())
    return;
  throw new SourceFolderMissing(
    'SourceFolderRenamed',
    `The source folder "${wanted}" in the mailbox ${pass.record.address} was renamed to "${folder.name}". ` +
      'Copies stay. Rename it back, or name it in the policy as it is called now.',
  );
}
