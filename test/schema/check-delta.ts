import { checkAnnotations, checkContext, checkNames, checkRows, none, outlook, type Place } from './check-objects.ts';
import { checkFormat, checkProperties, isJson, type Json } from './check-value.ts';
import type { Model } from './model.ts';
import { type Annotations, deltaAnnotations } from './requirements.ts';

const deltaFrame: Annotations = {
  required: { '@odata.context': 'context' },
  optional: { '@odata.nextLink': 'graphLink', '@odata.deltaLink': 'graphLink' },
};

/** A page of a delta round: exactly one link, rows with their types, deletions with nothing but their id (graph.md 2.1, 2.6). */
export function checkDelta(model: Model, body: Json, place: Place): string[] {
  const links = ['@odata.nextLink', '@odata.deltaLink'].filter((name) => body[name] !== undefined);
  return [
    ...checkAnnotations(body, deltaFrame, 'body'),
    ...checkContext(body, place),
    ...(links.length === 1 ? [] : [`body: ${links.length} links instead of one`]),
    ...checkRows(body, (row, at) => checkDeltaRow(model, row, place, at)),
  ];
}

function checkDeltaRow(model: Model, row: unknown, place: Place, at: string): string[] {
  if (!isJson(row)) return [`${at}: is no object`];
  if ('@removed' in row) return checkRemoved(row, place.type, at);
  const { 'members@delta': members, ...bare } = row;
  const token = place.options.has('skiptoken') || place.options.has('deltatoken');
  return [
    ...checkAnnotations(bare, deltaAnnotations[place.type] ?? none, at),
    ...checkType(bare, place.type, at),
    ...(bare['id'] === undefined ? [`${at}: id is missing`] : []),
    // A token remembers what was selected; from its text nobody can tell.
    ...(token ? [] : checkNames(bare, place.type, place, outlook.has(place.type), at)),
    ...checkProperties(model, bare, place.type, at),
    ...(members === undefined ? [] : checkMembers(members, place.type, `${at}.members@delta`)),
  ];
}

function checkType(row: Json, type: string, at: string): string[] {
  const said = row['@odata.type'];
  return said === undefined || said === `#microsoft.graph.${type}` ? [] : [`${at}: ${String(said)} is no ${type}`];
}

function checkReason(removed: unknown, reasons: readonly string[], at: string): string[] {
  const said = isJson(removed) && Object.keys(removed).length === 1 ? removed['reason'] : undefined;
  return reasons.includes(String(said)) ? [] : [`${at}: @removed without a good reason`];
}

function checkRemoved(row: Json, type: string, at: string): string[] {
  const { '@removed': removed, id, '@odata.type': said, ...others } = row;
  const typed = outlook.has(type) ? said === `#microsoft.graph.${type}` : said === undefined;
  const reasons = outlook.has(type) ? ['deleted'] : ['changed', 'deleted'];
  return [
    ...checkReason(removed, reasons, at),
    ...(typed ? [] : [`${at}: @odata.type ${String(said)} on a deletion`]),
    ...checkFormat(id, outlook.has(type) ? 'outlookId' : 'guid', `${at}.id`),
    ...Object.keys(others).map((name) => `${at}.${name}: a deletion has only its id`),
  ];
}

function checkMembers(members: unknown, type: string, at: string): string[] {
  if (type !== 'group') return [`${at}: only groups have members`];
  if (!Array.isArray(members)) return [`${at}: is no list`];
  return members.flatMap((member: unknown, index) => {
    if (!isJson(member)) return [`${at}[${index}]: is no object`];
    const { id, '@odata.type': said, '@removed': removed, ...others } = member;
    return [
      ...(/^#microsoft\.graph\.(user|group|orgContact)$/.test(String(said)) ? [] : [`${at}[${index}]: no @odata.type`]),
      ...checkFormat(id, 'guid', `${at}[${index}].id`),
      ...(removed === undefined ? [] : checkReason(removed, ['deleted'], `${at}[${index}]`)),
      ...Object.keys(others).map((name) => `${at}[${index}].${name}: a member has only its id`),
    ];
  });
}
