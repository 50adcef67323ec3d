import { type Call, selfLink } from '../call.ts';
import { GraphFault } from '../graph-fault.ts';

export interface Page<Row> {
  readonly rows: readonly Row[];
  readonly nextLink: string | undefined;
}

const defaultSize = 10;
const largest = 1000;

/** Rows a page: `$top`, the preference, or 10; never above 1,000. Throws 400 for `$top` outside 1-1,000 (graph.md 1.5). */
export function pageSize(call: Call): number {
  const top = call.query.number('top');
  if (top !== undefined && (top < 1 || top > largest)) {
    throw new GraphFault(400, 'BadRequest', `The value of '$top' must be between 1 and ${largest}.`);
  }
  return Math.min(top ?? largest, call.prefer.maxPageSize ?? top ?? defaultSize, largest);
}

/** Cuts one page out of a list. Pages are offsets: whatever changes meanwhile can repeat or hide rows, as in Outlook (graph.md 1.5). */
export function outlookPage<Row>(call: Call, all: Iterable<Row>): Page<Row> {
  const size = pageSize(call);
  const skip = call.query.number('skip') ?? 0;
  const rows: Row[] = [];
  let at = 0;
  for (const row of all) {
    if (at >= skip + size) return { rows, nextLink: selfLink(call, call.query.with({ skip: String(skip + size) })) };
    if (at >= skip) rows.push(row);
    at += 1;
  }
  return { rows, nextLink: undefined };
}
