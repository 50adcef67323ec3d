import type { Call } from '../call.ts';
import type { LoggedChange } from '../change-log.ts';
import { type ContactViewing, contactSelect, contactView } from '../contact-view.ts';
import type { Folder } from '../folder.ts';
import { unknownSegment, wrongVerb } from '../graph-fault.ts';
import type { Item } from '../item.ts';
import type { Mailbox } from '../mailbox.ts';
import type { GraphAnswer } from '../wire.ts';
import { type DeltaSource, deltaPage } from './delta-round.ts';

const type = '#microsoft.graph.contact';

/** Contacts of one folder: nothing of child folders. The Chinese cloud has no such function (graph.md 2.1, 2.3). */
export function contactDelta(call: Call, mailbox: Mailbox, folder: Folder, anywhere: boolean): GraphAnswer {
  if (call.world.cloud === 'china') throw unknownSegment('delta');
  if (call.request.method !== 'GET') throw wrongVerb();
  contactSelect(call.query.select);
  const place = anywhere ? '' : `/contactFolders('${folder.id}')`;
  return deltaPage(call, mailbox, {
    kind: 'contacts',
    folder,
    path: `/users('${mailbox.ownerId}')${place}/contacts/delta`,
    context: 'Collection(contact)',
    ...rowsOf(call, mailbox, folder),
  });
}

function rowsOf(call: Call, mailbox: Mailbox, folder: Folder): Pick<DeltaSource, 'enumerate' | 'changes'> {
  const { immutableIds } = call.prefer;
  const viewing = (select: string | null): ContactViewing => ({
    immutableIds,
    inList: true,
    select: contactSelect(select?.split(',')),
  });
  const live = (item: Item, shown: ContactViewing): Record<string, unknown> =>
    contactView(mailbox, item, shown, { name: '@odata.type', text: type });
  const removed = (number: number, moves: number): Record<string, unknown> => ({
    '@odata.type': type,
    id: immutableIds ? mailbox.ids.immutable(number) : mailbox.ids.item(folder.itemHead, number, moves),
    '@removed': { reason: 'deleted' },
  });
  return {
    *enumerate(next, since, select) {
      const shown = viewing(select);
      for (const number of folder.members.from(next)) {
        const item = mailbox.item(number);
        // What came later is told from the log, or its departure would go untold.
        if (item && item.arrived <= since) yield { at: number, row: live(item, shown) };
      }
    },
    *changes(since, select) {
      const shown = viewing(select);
      const departure = departures(call, folder, since);
      for (const change of folder.log.after(since)) {
        const { version, number, moves, kind } = change;
        if (kind === 'left') {
          if (departure.tells(change)) yield { at: version, row: removed(number, moves) };
          continue;
        }
        const item = folder.members.has(number) ? mailbox.item(number) : undefined;
        if (item?.version === version && !departure.lost(number)) yield { at: version, row: live(item, shown) };
      }
    },
  };
}

/**
 * Which departures a round tells: those of items that it may have told before. Under an immutable id an item that came back
 * is just an item that changed, unless the defect of graph.md 2.5 is on, which tells it as gone and then forgets it.
 */
function departures(
  call: Call,
  folder: Folder,
  since: number,
): { tells: (change: LoggedChange) => boolean; lost: (number: number) => boolean } {
  const lost = new Set<number>();
  return {
    lost: (number) => lost.has(number),
    tells: ({ number, arrived }) => {
      if (arrived > since) return false;
      if (!call.prefer.immutableIds || !folder.members.has(number)) return true;
      if (call.world.quirks.deltaLosesReturned) lost.add(number);
      return call.world.quirks.deltaLosesReturned;
    },
  };
}
