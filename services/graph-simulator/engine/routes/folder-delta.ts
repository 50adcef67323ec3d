import type { Call } from '../call.ts';
import type { Folder } from '../folder.ts';
import { unknownSegment, wrongVerb } from '../graph-fault.ts';
import type { Mailbox } from '../mailbox.ts';
import type { GraphAnswer } from '../wire.ts';
import { deltaPage } from './delta-round.ts';

const type = '#microsoft.graph.contactFolder';

/** Folders at any depth below the default one, which itself is not told, as in the list (graph.md 1.6, 2.1). */
export function folderDelta(call: Call, mailbox: Mailbox): GraphAnswer {
  if (call.world.cloud === 'china') throw unknownSegment('delta');
  if (call.request.method !== 'GET') throw wrongVerb();
  const told = (folder: Folder): boolean => mailbox.isContactFolder(folder) && folder !== mailbox.contacts;
  return deltaPage(call, mailbox, {
    kind: 'folders',
    folder: mailbox.root,
    path: `/users('${mailbox.ownerId}')/contactFolders/delta`,
    context: 'Collection(contactFolder)',
    *enumerate(next, since) {
      for (const folder of mailbox.folders.slice(next)) {
        if (told(folder) && folder.arrived <= since) yield { at: folder.number, row: live(folder) };
      }
    },
    *changes(since) {
      for (const { version, number, kind, arrived } of mailbox.root.log.after(since)) {
        const folder = mailbox.folders[number];
        if (!folder) continue;
        if (kind === 'left' && arrived <= since) {
          yield { at: version, row: { '@odata.type': type, id: folder.id, '@removed': { reason: 'deleted' } } };
        } else if (told(folder) && folder.version === version) {
          yield { at: version, row: live(folder) };
        }
      }
    },
  });
}

function live(folder: Folder): Record<string, unknown> {
  return {
    '@odata.type': type,
    id: folder.id,
    parentFolderId: folder.parent?.id,
    displayName: folder.displayName,
  };
}
