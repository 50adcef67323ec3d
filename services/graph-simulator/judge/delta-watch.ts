import type { GraphAnswer } from '../engine/wire.ts';
import type { GraphCall } from '../http/graph-call.ts';
import { segmentsOf } from '../http/target.ts';

const isDelta = ({ request, target }: GraphCall): boolean =>
  request.method === 'GET' && /^(microsoft\.graph\.)?delta(\(\))?$/i.test(target.segments.at(-1) ?? '');

const hasToken = (call: GraphCall): boolean => /(\$|%24)(deltatoken|skiptoken)=/i.test(call.request.query);

interface Links {
  readonly '@odata.nextLink'?: unknown;
  readonly '@odata.deltaLink'?: unknown;
}

/** Segments of a path or link below the version root. */
function segmentsBelow(link: string): string[] {
  return segmentsOf(link.replace(/^https?:\/\/[^/]+\/v1\.0/, '').replace(/\?.*$/, ''));
}

/** App, mailbox and what the cursor is of; links name a folder by its id, also where the request used an alias. */
function keyOf({ caller, mailbox }: GraphCall, [root, key, ...rest]: readonly string[]): string {
  return [caller.app.clientId, root, mailbox ?? key, ...rest.slice(0, -1)].join(' ');
}

/** Notices a delta that starts from the beginning although a delta link in good order was at hand. */
export class DeltaWatch {
  /** Cursors that were handed out and have not failed since. */
  readonly #alive = new Set<string>();

  /** Takes note of an answer; true when it began a round anew without need. */
  restarted(call: GraphCall, answer: GraphAnswer): boolean {
    if (!isDelta(call)) return false;
    const links = (answer.body ?? {}) as Links;
    const link = links['@odata.deltaLink'] ?? links['@odata.nextLink'];
    const key = keyOf(call, typeof link === 'string' ? segmentsBelow(link) : call.target.segments);
    if (answer.status >= 400) return this.#alive.delete(key) && false;
    const again = !hasToken(call) && this.#alive.has(key);
    if (links['@odata.deltaLink'] !== undefined) this.#alive.add(key);
    return again;
  }
}
