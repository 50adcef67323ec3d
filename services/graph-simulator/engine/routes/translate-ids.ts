import { answer, type Call, contextRoot } from '../call.ts';
import { GraphFault, undeserializable, unknownSegment, wrongVerb } from '../graph-fault.ts';
import type { Mailbox } from '../mailbox.ts';
import type { GraphAnswer } from '../wire.ts';

const mostIds = 1000;

/**
 * `translateExchangeIds` between ordinary and immutable ids of contacts (graph.md 1.8); ids of folders stay as they are. The
 * formats `entryId`, `ewsId` and `immutableEntryId` are not simulated: 400. Not in the US government clouds.
 */
export function translateIds(call: Call, mailbox: Mailbox): GraphAnswer {
  if (call.request.method !== 'POST') throw wrongVerb();
  if (call.world.cloud === 'usGov' || call.world.cloud === 'usGovDod') throw unknownSegment('translateExchangeIds');
  const { inputIds, sourceIdType, targetIdType } = (call.request.body ?? {}) as Readonly<Record<string, unknown>>;
  if (!Array.isArray(inputIds) || !inputIds.every((id) => typeof id === 'string')) throw undeserializable('inputIds.');
  if (inputIds.length > mostIds) {
    throw new GraphFault(400, 'ErrorInvalidRequest', `At most ${mostIds} ids can be translated at once.`);
  }
  for (const type of [sourceIdType, targetIdType]) {
    if (type !== 'restId' && type !== 'restImmutableEntryId') {
      throw new GraphFault(400, 'ErrorInvalidRequest', `The id type '${String(type)}' is not supported.`);
    }
  }
  return answer(200, {
    '@odata.context': `${contextRoot(call)}Collection(microsoft.graph.convertIdResult)`,
    value: inputIds.map((id: string) => translated(mailbox, id, targetIdType === 'restImmutableEntryId')),
  });
}

function translated(mailbox: Mailbox, sourceId: string, immutable: boolean): Record<string, unknown> {
  if (mailbox.folderById(sourceId)) return { sourceId, targetId: sourceId };
  const item = mailbox.itemById(sourceId);
  if (item) return { sourceId, targetId: mailbox.idOf(item, immutable) };
  return { sourceId, targetId: null, errorDetails: { code: 'ErrorInvalidIdMalformed', message: 'Id is malformed.' } };
}
