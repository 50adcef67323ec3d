import type { GraphAnswer, GraphRequest } from '../engine/wire.ts';
import { graphError } from './errors.ts';
import type { Outcome } from './graph-call.ts';
import { shuffled } from './seeded-random.ts';

/** One item of a batch, checked and ready to run. */
export interface BatchItem {
  readonly id: string;
  readonly request: GraphRequest;
  readonly dependsOn: readonly string[];
  /** Outlook items run four at a time, the others at once (graph.md 4.1). */
  readonly outlook: boolean;
  readonly bytes: number;
}

/** Runs one item through the pipeline. */
export type RunItem = (item: BatchItem) => Outcome | Promise<Outcome>;

const mostItems = 20;
const methods = new Set(['GET', 'POST', 'PATCH', 'PUT', 'DELETE']);

const badBatch = (message: string): GraphAnswer => graphError(400, 'BadRequest', message);

const isObject = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

function itemHeaders(raw: unknown): Record<string, string> {
  const headers: Record<string, string> = {};
  if (isObject(raw)) for (const [name, value] of Object.entries(raw)) headers[name.toLowerCase()] = String(value);
  return headers;
}

/** Base64 text of a photo becomes its bytes; JSON stays as it is. */
function itemBody(body: unknown, contentType: string): unknown {
  return typeof body === 'string' && !contentType.includes('json') && !contentType.startsWith('text/')
    ? Buffer.from(body, 'base64')
    : body;
}

const outlookPath = /^users(\/|\()[^/]+\/(contacts|contactfolders|mailboxsettings|sendmail|translateexchangeids)/i;

function readItem(raw: unknown, seen: Set<string>): BatchItem | GraphAnswer {
  if (!isObject(raw)) return badBatch('Invalid batch payload format.');
  const { id, method, url, body, dependsOn } = raw;
  if (typeof id !== 'string' || id === '') return badBatch('Invalid batch payload format: a request has no id.');
  if (seen.has(id.toLowerCase())) return badBatch(`Request Id ${id} has to be unique in a batch.`);
  seen.add(id.toLowerCase());
  const verb = typeof method === 'string' ? method.toUpperCase() : '';
  if (!methods.has(verb) || typeof url !== 'string' || url === '')
    return badBatch(`Invalid batch payload format: request ${id} needs a method and a url.`);
  const headers = itemHeaders(raw['headers']);
  const contentType = headers['content-type'];
  if (body !== undefined && body !== null && verb !== 'GET' && contentType === undefined)
    return badBatch(`Write request id : ${id} does not contain Content-Type header or body.`);
  const mark = url.indexOf('?');
  const bare = mark < 0 ? url : url.slice(0, mark);
  const path = bare.startsWith('/') ? bare : `/${bare}`;
  const readBody = itemBody(body ?? undefined, contentType?.toLowerCase() ?? '');
  return {
    id,
    request: {
      method: verb as GraphRequest['method'],
      path,
      query: mark < 0 ? '' : url.slice(mark + 1),
      headers,
      ...(readBody !== undefined && { body: readBody }),
    },
    dependsOn: Array.isArray(dependsOn) ? dependsOn.map(String) : [],
    outlook: outlookPath.test(path.slice(1)),
    // What a body weighs matters for the upload limit only; photos are what makes weight.
    bytes: readBody instanceof Uint8Array ? readBody.length : 0,
  };
}

/** The items of a batch body, or the 400 for the whole batch (graph.md section 5). */
export function readBatch(body: unknown): readonly BatchItem[] | GraphAnswer {
  if (!isObject(body) || !Array.isArray(body['requests'])) return badBatch('Invalid batch payload format.');
  const raws: readonly unknown[] = body['requests'];
  if (raws.length === 0) return badBatch('Invalid batch payload format: there are no requests.');
  if (raws.length > mostItems) return badBatch(`Number of batch request steps exceeds the max value of ${mostItems}.`);
  const seen = new Set<string>();
  const items: BatchItem[] = [];
  for (const raw of raws) {
    const item = readItem(raw, seen);
    if ('status' in item) return item;
    items.push(item);
  }
  const stray = items.find(({ dependsOn }) => dependsOn.some((id) => !seen.has(id.toLowerCase())));
  if (stray) return badBatch(`Request ${stray.id} depends on a request that is not in the batch.`);
  return items;
}

const headerName = (name: string): string => name.replace(/(^|-)[a-z]/g, (start) => start.toUpperCase());

/** Content type of JSON answers within a batch. */
const jsonType =
  'application/json; odata.metadata=minimal; odata.streaming=true; IEEE754Compatible=false; charset=utf-8';

/** How an answer stands in the outer answer: photos as base64 text, no body where there is none. */
export function batchEntry(id: string, answer: GraphAnswer): object {
  const headers: Record<string, string> = {};
  for (const name in answer.headers) headers[headerName(name)] = answer.headers[name] as string;
  if (answer.body === undefined) return { id, status: answer.status, headers };
  if (answer.body instanceof Uint8Array)
    return { id, status: answer.status, headers, body: Buffer.from(answer.body).toString('base64') };
  headers['Content-Type'] ??= jsonType;
  return { id, status: answer.status, headers, body: answer.body };
}

const lost = (item: BatchItem, failed: ReadonlySet<string>): boolean =>
  item.dependsOn.some((id) => failed.has(id.toLowerCase()));

const failedDependency = (): GraphAnswer =>
  graphError(424, 'FailedDependency', 'The request was not executed because a request that it depends on failed.');

/** One after the other; what depends on a failure, or on an item that cannot run before it, fails with 424. */
async function runInOrder(items: readonly BatchItem[], run: RunItem): Promise<Map<BatchItem, Outcome>> {
  const done = new Map<BatchItem, Outcome>();
  const ended = new Set<string>();
  const failed = new Set<string>();
  let waiting = [...items];
  while (waiting.length > 0) {
    const item = waiting.find(({ dependsOn }) => dependsOn.every((id) => ended.has(id.toLowerCase()))) ?? waiting[0];
    if (!item) break;
    waiting = waiting.filter((other) => other !== item);
    const blocked = lost(item, failed) || !item.dependsOn.every((id) => ended.has(id.toLowerCase()));
    const outcome = blocked ? { answer: failedDependency() } : await run(item);
    done.set(item, outcome);
    ended.add(item.id.toLowerCase());
    if (outcome.answer.status >= 400) failed.add(item.id.toLowerCase());
  }
  return done;
}

async function runInLanes(items: readonly BatchItem[], run: RunItem): Promise<Map<BatchItem, Outcome>> {
  const done = new Map<BatchItem, Outcome>();
  const outlook = items.filter((item) => item.outlook);
  const others = items.filter((item) => !item.outlook);
  let next = 0;
  const lane = async (): Promise<void> => {
    for (let item = outlook[next++]; item; item = outlook[next++]) {
      const outcome = run(item);
      done.set(item, outcome instanceof Promise ? await outcome : outcome);
    }
  };
  const direct = async (item: BatchItem): Promise<void> => {
    done.set(item, await run(item));
  };
  await Promise.all([...Array.from({ length: 4 }, lane), ...others.map(direct)]);
  return done;
}

/**
 * Runs the items of a batch and gives the outer answer, its parts in an order drawn from `random`. Dropped when the
 * connection of one of the items was to be cut: they all share it.
 */
export async function runBatch(items: readonly BatchItem[], run: RunItem, random: () => number): Promise<Outcome> {
  const inOrder = items.some(({ dependsOn }) => dependsOn.length > 0);
  const done = await (inOrder ? runInOrder(items, run) : runInLanes(items, run));
  const entries = [...done].map(([item, { answer }]) => batchEntry(item.id, answer));
  const answer: GraphAnswer = { status: 200, headers: {}, body: { responses: shuffled(entries, random) } };
  return [...done.values()].some(({ dropped }) => dropped) ? { answer, dropped: true } : { answer };
}
