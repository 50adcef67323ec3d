import type { GraphAnswer } from '../engine/wire.ts';
import type { GraphCall } from '../http/graph-call.ts';

const isDelta = ({ request, target }: GraphCall): boolean =>
  request.method === 'GET' && /^(microsoft\.graph\.)?delta(\(\))?$/i.test(target.segments.at(-1) ?? '');

const hasToken = (call: GraphCall): boolean => /(\$|%24)(deltatoken|skiptoken)=/i.test(call.request.query);

const keyOf = ({ caller, mailbox, target }: GraphCall): string =>
  [caller.app.clientId, mailbox ?? '', target.segments[0], ...target.segments.slice(2)].join(' ');

/** Notices a delta that starts from the beginning although a delta link in good order was at hand. */
export class DeltaWatch {
  /** Cursors that were handed out and have not failed since. */
  readonly #alive = new Set<string>();

  restarted(call: GraphCall): boolean {
    return isDelta(call) && !hasToken(call) && this.#alive.has(keyOf(call));
  }

  answered(call: GraphCall, answer: GraphAnswer): void {
    if (!isDelta(call)) return;
    const body = answer.body as { '@odata.deltaLink'?: unknown } | undefined;
    if (answer.status >= 400) this.#alive.delete(keyOf(call));
    else if (body?.['@odata.deltaLink'] !== undefined) this.#alive.add(keyOf(call));
  }
}
