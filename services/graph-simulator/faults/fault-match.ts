import type { GraphCall } from '../http/graph-call.ts';
import type { FaultSpec } from './fault.ts';

function pathTest(path: string | undefined): (text: string) => boolean {
  // What is not about batches as a whole strikes the requests inside them, one by one.
  if (path === undefined) return (text) => text !== '/$batch';
  const expression = /^\/(.+)\/([a-z]*)$/.exec(path);
  if (expression?.[1] !== undefined && /[\\^*+?()[\]|]/.test(expression[1])) {
    const pattern = new RegExp(expression[1], expression[2]);
    return (text) => pattern.test(text);
  }
  return (text) => text.toLowerCase().includes(path.toLowerCase());
}

/** Path and query, decoded where that is possible, so that a fault may be narrowed by what people write. */
function readable(path: string, query: string): string {
  const whole = query === '' ? path : `${path}?${query}`;
  try {
    return decodeURIComponent(whole.replaceAll('+', ' '));
  } catch {
    return whole;
  }
}

/**
 * The test whether a call is one that a fault is about.
 *
 * @param mailboxIdOf object id of a mailbox's owner from an id or user principal name
 * @throws SyntaxError for a path that is no regular expression
 */
export function faultMatch(spec: FaultSpec, mailboxIdOf: (key: string) => string): (call: GraphCall) => boolean {
  const methods = spec.method === undefined ? undefined : [spec.method].flat().map((method) => method.toUpperCase());
  const onPath = pathTest(spec.path);
  return ({ request, mailbox, caller }) =>
    (!methods || methods.includes(request.method)) &&
    onPath(spec.path === undefined ? request.path : readable(request.path, request.query)) &&
    (spec.mailbox === undefined || mailbox === mailboxIdOf(spec.mailbox)) &&
    (spec.app === undefined || caller.app.clientId === spec.app);
}
