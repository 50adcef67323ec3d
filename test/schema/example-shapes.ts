import type { SentAnswer } from '../../services/graph-simulator/http/sent-answers.ts';
import { isJson, type Json } from './check-value.ts';
import type { Example } from './examples.ts';
import { operationOf } from './operations.ts';

const byPage: readonly (readonly [RegExp, string])[] = [
  [/opentypeextension/, 'open extensions are left out (README)'],
  [/delta-query-(events|messages)/, 'mail, calendars and conversations are left out (README)'],
  [/singlevaluelegacy/, 'mail, calendars and conversations are left out (README)'],
  [/webhooks-with-resource-data/, 'notifications with resource data are left out (README)'],
  [/delta-query-overview/, 'an answer of a service that is not simulated'],
  [/json-batching/, '$batch'],
  [/contactfolder-(list|post)-contacts|\/contact-/, 'contact'],
  [/contactfolder-/, 'contactFolder'],
  [/subscription-/, 'subscription'],
  [/profilephoto/, 'profilePhoto'],
  [/delta-query-users/, 'user'],
  [/delta-query-groups/, 'group'],
  [/throttling|errors\.md/, 'error'],
  [/webhooks|change-notifications/, 'notification'],
  [/outlook-immutable-id/, 'convertIdResult'],
];

/** The type that an example of an answer shows, or a sentence why it is passed over. */
export function typeOf({ page }: Example): string {
  return byPage.find(([pattern]) => pattern.test(page))?.[1] ?? `nothing is known of ${page}`;
}

/** Names in a documented answer that the simulator does not send, each with its reason. */
export const unmet: Readonly<Record<string, string>> = {
  'profilePhoto @odata.id': 'only some answers of the real service carry it',
  'subscription notificationContentType': 'in no published type of v1.0',
  'error innererror': 'the description of the type spells it so, its examples innerError',
  'error requestId': 'an older spelling of request-id',
  'error status': 'what an inner error holds beyond date and ids differs from service to service',
  'notification id': 'only some notifications of the real service carry it',
};

function rowsOf(body: Json): Json[] {
  const { value } = body;
  return Array.isArray(value) ? value.filter(isJson) : [body];
}

function errorNames(body: Json): string[] {
  const error = isJson(body['error']) ? body['error'] : body;
  const inner = isJson(error['innerError']) ? error['innerError'] : {};
  return [...Object.keys(error), ...Object.keys(inner)].filter((name) => !name.startsWith('@'));
}

/** Names of properties and annotations that the objects of an answer have. */
export function namesIn(type: string, body: unknown): string[] {
  if (!isJson(body)) return [];
  if (type === 'error') return errorNames(body);
  const frame = Array.isArray(body['value']) ? Object.keys(body).filter((name) => name !== 'value') : [];
  return [...frame, ...rowsOf(body).flatMap((row) => Object.keys(row))];
}

/** All names that the simulator sent of each type, over many answers. */
export function namesSent(answers: readonly SentAnswer[]): ReadonlyMap<string, ReadonlySet<string>> {
  const names = new Map<string, Set<string>>();
  for (const { request, answer } of answers) {
    const type = answer.status >= 400 ? 'error' : (operationOf(request.method, request.path)?.type ?? '');
    const known = names.get(type) ?? new Set();
    for (const name of namesIn(type, answer.body)) known.add(name);
    names.set(type, known);
  }
  return names;
}
