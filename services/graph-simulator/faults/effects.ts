import type { GraphAnswer, GraphRequest } from '../engine/wire.ts';
import { graphError } from '../http/errors.ts';
import type { GraphCall } from '../http/graph-call.ts';
import type { FaultKind, FaultSpec } from './fault.ts';
import type { FaultEffect } from './fault-book.ts';

const isObject = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

/** A delta that continues from a token finds it gone (graph.md 2.2). */
const deltaExpired: FaultEffect = ({ request, target }) => {
  const last = target.segments.at(-1) ?? '';
  if (request.method !== 'GET' || !/delta(\(\))?$/i.test(last) || !/token=/i.test(request.query)) return undefined;
  const expired = graphError(
    410,
    'SyncStateNotFound',
    'The sync state generation is not found; generation=1; [highest=4][4][2][3].',
  );
  return { rewrite: () => expired };
};

/** POST of a contact loses its notes on the way. */
const notesDropped: FaultEffect = (call) => {
  const { body, method } = call.request;
  if (method !== 'POST' || !isObject(body) || !body['personalNotes']) return undefined;
  const { personalNotes: _, ...rest } = body;
  return { changed: { ...call, request: { ...call.request, body: rest } } };
};

/** What was there before a write, by mailbox and item id; `undefined` stands for an item that did not exist. */
interface Before {
  readonly item: Record<string, unknown> | undefined;
  readonly until: number;
}

const defaultLagMs = 5000;

/**
 * Effects that need more than an answer: they change the call, or what comes back.
 * Stale reads and the lying delta remember what a write replaced and show that instead, for `lagMs`.
 *
 * @param peek reads from the engine without leaving a trace
 */
export function faultEffects(
  now: () => number,
  peek: (request: GraphRequest) => GraphAnswer,
): Partial<Record<FaultKind, FaultEffect>> {
  const memory = new Map<string, Map<string, Before>>();

  const remembered = (mailbox: string, id: string): Before | undefined => {
    const before = memory.get(mailbox)?.get(id);
    return before && before.until > now() ? before : undefined;
  };

  const keep = (mailbox: string, id: string, item: Before['item'], lagMs: number): void => {
    const items = memory.get(mailbox) ?? new Map<string, Before>();
    memory.set(mailbox, items);
    if (!remembered(mailbox, id)) items.set(id, { item, until: now() + lagMs });
  };

  const onWrite = (call: GraphCall, spec: FaultSpec): ReturnType<FaultEffect> => {
    const { request, mailbox } = call;
    if (mailbox === undefined) return undefined;
    const lagMs = spec.lagMs ?? defaultLagMs;
    const { prefer } = request.headers;
    const headers: Record<string, string> = prefer === undefined ? {} : { prefer };
    const old = request.method === 'POST' ? undefined : peek({ method: 'GET', path: request.path, query: '', headers });
    return {
      rewrite: (answer) => {
        const made = answer.status === 201 && isObject(answer.body) ? String(answer.body['id']) : undefined;
        if (made !== undefined) keep(mailbox, made, undefined, lagMs);
        const item = old?.status === 200 && isObject(old.body) ? old.body : undefined;
        if (item && answer.status < 300) keep(mailbox, String(item['id']), item, lagMs);
        return answer;
      },
    };
  };

  const older = (mailbox: string, entry: Record<string, unknown>): Record<string, unknown> | undefined => {
    const before = remembered(mailbox, String(entry['id']));
    if (!before) return entry;
    if (!before.item) return undefined;
    const kept = Object.entries(before.item).filter(([name]) => name in entry);
    return { ...entry, ...Object.fromEntries(kept) };
  };

  const gone = (): GraphAnswer =>
    graphError(404, 'ErrorItemNotFound', 'The specified object was not found in the store.');

  const aged = (mailbox: string, answer: GraphAnswer, hideNew: boolean, path: string): GraphAnswer => {
    const id = decodeURIComponent(path.split('/').at(-1) ?? '');
    const before = remembered(mailbox, id);
    if (answer.status === 404 && before?.item) return { status: 200, headers: {}, body: before.item };
    if (answer.status !== 200 || !isObject(answer.body)) return answer;
    const { body } = answer;
    if (!Array.isArray(body['value'])) {
      const shown = older(mailbox, body);
      return shown ? { ...answer, body: shown } : gone();
    }
    const value = (body['value'] as Record<string, unknown>[])
      .map((entry) => ('@removed' in entry ? entry : (older(mailbox, entry) ?? (hideNew ? undefined : entry))))
      .filter((entry) => entry !== undefined);
    return { ...answer, body: { ...body, value } };
  };

  const isDelta = (call: GraphCall): boolean => /delta(\(\))?$/i.test(call.target.segments.at(-1) ?? '');

  const staleReads: FaultEffect = (call, spec) => {
    const { mailbox, request } = call;
    if (mailbox === undefined) return undefined;
    if (request.method !== 'GET') return onWrite(call, spec);
    if (isDelta(call)) return undefined;
    return { rewrite: (answer) => aged(mailbox, answer, true, request.path) };
  };

  const lyingDelta: FaultEffect = (call, spec) => {
    const { mailbox, request } = call;
    if (mailbox === undefined) return undefined;
    if (request.method !== 'GET') return onWrite(call, spec);
    if (!isDelta(call)) return undefined;
    return { rewrite: (answer) => aged(mailbox, answer, false, request.path) };
  };

  return { deltaExpired, notesDropped, staleReads, lyingDelta };
}
