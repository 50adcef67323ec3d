import type { GraphAnswer } from '../engine/wire.ts';
import type { GraphCall } from '../http/graph-call.ts';

/** Notices a contact delta that starts from the beginning although a delta link in good order was at hand. */
export interface DeltaWatch {
  /** True when this call restarts a delta without need. */
  restarted(call: GraphCall): boolean;
  answered(call: GraphCall, answer: GraphAnswer): void;
}

const isDelta = (call: GraphCall): boolean =>
  call.request.method === 'GET' && /^(microsoft\.graph\.)?delta(\(\))?$/i.test(call.target.segments.at(-1) ?? '');

const hasToken = (call: GraphCall): boolean => /(\$|%24)(deltatoken|skiptoken)=/i.test(call.request.query);

const keyOf = (call: GraphCall): string =>
  `${call.caller.app.clientId} ${call.mailbox ?? ''} ${call.target.segments.slice(2).join('/')} ${call.target.segments[0]}`;

/** One watch for all clients; remembers the cursors that were handed out and have not failed since. */
export function createDeltaWatch(): DeltaWatch {
  const alive = new Set<string>();
  return {
    restarted: (call) => isDelta(call) && !hasToken(call) && alive.has(keyOf(call)),
    answered(call, answer) {
      if (!isDelta(call)) return;
      const body = answer.body as { '@odata.deltaLink'?: unknown } | undefined;
      if (answer.status >= 400) alive.delete(keyOf(call));
      else if (body?.['@odata.deltaLink'] !== undefined) alive.add(keyOf(call));
    },
  };
}
