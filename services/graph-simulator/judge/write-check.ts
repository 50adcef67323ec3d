import type { GraphAnswer, GraphRequest } from '../engine/wire.ts';
import type { GraphCall } from '../http/graph-call.ts';

/** Contact properties that a client may write (graph.md 1.1), in lower case. */
const writable = new Set(
  [
    'categories displayName givenName surname middleName initials nickName title generation yomiGivenName yomiSurname',
    'yomiCompanyName fileAs companyName department jobTitle officeLocation profession manager assistantName spouseName',
    'children birthday emailAddresses imAddresses businessPhones homePhones mobilePhone businessHomePage businessAddress',
    'homeAddress otherAddress personalNotes primaryEmailAddress secondaryEmailAddress tertiaryEmailAddress',
    'singleValueExtendedProperties multiValueExtendedProperties extensions @odata.type',
  ].flatMap((line) => line.toLowerCase().split(' ')),
);

const serverSet = new Set(['id', 'changekey', 'createddatetime', 'lastmodifieddatetime', 'parentfolderid']);

/** A field that a contact body should not have held. */
export interface WrongField {
  readonly name: string;
  readonly readOnly: boolean;
}

const isObject = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null && !Array.isArray(value) && !(value instanceof Uint8Array);

/** Whether the path ends in a contact or a collection of contacts, i.e. whether a body sent there is a contact. */
export function carriesContact(call: GraphCall): boolean {
  const { segments, service } = call.target;
  if (service !== 'exchange' || !isObject(call.request.body)) return false;
  const nameAt = call.request.method === 'POST' ? -1 : -2;
  return segments.at(nameAt)?.toLowerCase() === 'contacts' && segments.length + nameAt >= 2;
}

/** Fields of a contact body that the server sets or that do not exist. */
export function wrongFields(body: unknown): WrongField[] {
  if (!isObject(body)) return [];
  return Object.keys(body)
    .map((name) => ({ name, key: name.toLowerCase() }))
    .filter(({ key }) => !writable.has(key))
    .map(({ name, key }) => ({ name, readOnly: serverSet.has(key) || key.startsWith('@odata.') }));
}

const blank = (value: unknown): boolean =>
  value === null || value === undefined || value === '' || (Array.isArray(value) && value.length === 0);

/** Equal as Graph would store it: an empty text and none are the same, keys of objects come in any order. */
function sameValue(sent: unknown, stored: unknown): boolean {
  if (blank(sent) && blank(stored)) return true;
  if (Array.isArray(sent) && Array.isArray(stored))
    return sent.length === stored.length && sent.every((value, index) => sameValue(value, stored[index]));
  if (isObject(sent) && (isObject(stored) || stored === null)) {
    const other = stored ?? {};
    return [...new Set([...Object.keys(sent), ...Object.keys(other)])].every((key) => sameValue(sent[key], other[key]));
  }
  return sent === stored;
}

const birthDate = (value: unknown): unknown => (typeof value === 'string' ? value.slice(0, 10) : value);

interface Extended {
  readonly id: string;
  readonly value: unknown;
}

function extendedOf(body: Record<string, unknown>): readonly Extended[] {
  const list = body['singleValueExtendedProperties'];
  return Array.isArray(list) ? (list as readonly Extended[]) : [];
}

function sameExtended(sent: readonly Extended[], stored: readonly Extended[]): boolean {
  const held = new Map(stored.map(({ id, value }) => [id.toLowerCase(), value]));
  return sent.every(({ id, value }) => sameValue(value, held.get(id.toLowerCase())));
}

function sameContact(sent: Record<string, unknown>, stored: Record<string, unknown>): boolean {
  const held = new Map(Object.entries(stored).map(([name, value]) => [name.toLowerCase(), value]));
  return Object.entries(sent).every(([name, value]) => {
    const key = name.toLowerCase();
    if (key.startsWith('@')) return true;
    if (key === 'singlevalueextendedproperties') return sameExtended(extendedOf(sent), extendedOf(stored));
    if (key === 'birthday')
      return birthDate(value) === birthDate(held.get(key)) || (blank(value) && blank(held.get(key)));
    return sameValue(value, held.get(key));
  });
}

/** The GET that shows what a PATCH is about to change, its extended properties included. */
function readBefore(request: GraphRequest): GraphRequest {
  const ids = isObject(request.body)
    ? extendedOf(request.body).map(({ id }) => `id eq '${id.replaceAll("'", "''")}'`)
    : [];
  const query =
    ids.length > 0 ? `$expand=${encodeURIComponent(`singleValueExtendedProperties($filter=${ids.join(' or ')})`)}` : '';
  const { prefer } = request.headers;
  return { method: 'GET', path: request.path, query, headers: prefer === undefined ? {} : { prefer } };
}

const sameBytes = (one: unknown, other: unknown): boolean =>
  one instanceof Uint8Array && other instanceof Uint8Array && Buffer.from(one).equals(other);

/**
 * Whether a PATCH of a contact or folder, or a photo sent, would change nothing.
 *
 * @param peek reads from the engine without leaving a trace
 */
export function changesNothing(call: GraphCall, peek: (request: GraphRequest) => GraphAnswer): boolean {
  const { request, target } = call;
  if (target.service !== 'exchange' || (request.method !== 'PATCH' && request.method !== 'PUT')) return false;
  const before = peek(readBefore(request));
  if (before.status !== 200) return false;
  if (request.body instanceof Uint8Array) return sameBytes(request.body, before.body);
  return isObject(request.body) && isObject(before.body) && sameContact(request.body, before.body);
}
