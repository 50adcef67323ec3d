import { checkFormat, checkProperties, isJson, type Json } from './check-value.ts';
import type { Model } from './model.ts';
import type { Operation } from './operations.ts';
import {
  type Annotations,
  defaultProperties,
  entityAnnotations,
  expandable,
  neverSelected,
  rowAnnotations,
} from './requirements.ts';

/** Where an object stands: the operation, and the `$` options that the request named. */
export interface Place extends Pick<Operation, 'type' | 'context' | 'shape'> {
  readonly options: ReadonlyMap<string, string>;
}

/** No annotations at all. */
export const none: Annotations = { required: {} };

/** Which annotations are missing, unknown or garbled. */
export function checkAnnotations(object: Json, { required, optional = {} }: Annotations, place: string): string[] {
  const known: Readonly<Record<string, string>> = { ...required, ...optional };
  const missing = Object.keys(required).filter((name) => object[name] === undefined);
  const wrong = Object.entries(object).flatMap(([name, value]) => {
    if (!name.includes('@') || value === undefined) return [];
    const format = known[name];
    return format === undefined ? [`${place}: no ${name} here`] : checkFormat(value, format, `${place}.${name}`);
  });
  return [...missing.map((name) => `${place}: ${name} is missing`), ...wrong];
}

/** What the context says the body is. */
export function checkContext(object: Json, { context }: Place): string[] {
  const text = String(object['@odata.context']);
  const tail = text.slice(text.indexOf('#') + 1);
  return !context || context.test(tail) ? [] : [`body: context ${tail} does not fit ${context.source}`];
}

/** Names that must be there: what was selected, or else what the type shows by default. */
function wantedNames(type: string, { options }: Place): readonly string[] {
  const select = options
    .get('select')
    ?.split(',')
    .map((name) => name.trim())
    .filter((name) => name !== '');
  if (!select || select.length === 0 || select.includes('*')) return defaultProperties[type] ?? [];
  return ['id', ...select];
}

/** `strict` is off where rows of several types share one `$select`, and where unset properties are left out. */
export function checkNames(object: Json, type: string, place: Place, strict: boolean, at: string): string[] {
  const wanted = wantedNames(type, place);
  const missing = wanted.filter((name) => (strict || name === 'id') && object[name] === undefined);
  const may = new Set([...wanted, ...(neverSelected[type] ?? [])]);
  const expanded = place.options.has('expand');
  const stray = Object.keys(object).filter(
    (name) => !name.includes('@') && !(may.has(name) || (expanded && expandable.has(name))),
  );
  // `*` shows more than the default; the schema says what.
  const all = place.options.get('select')?.includes('*') ?? false;
  return [
    ...missing.map((name) => `${at}: ${name} is missing`),
    ...(all ? [] : stray.map((name) => `${at}.${name}: nobody asked for it`)),
  ];
}

/** One object by itself. */
export function checkEntity(model: Model, body: Json, place: Place): string[] {
  const { required } = entityAnnotations[place.type] ?? none;
  return [
    ...checkAnnotations(body, { required: { '@odata.context': 'context', ...required } }, 'body'),
    ...checkContext(body, place),
    ...checkNames(body, place.type, place, true, 'body'),
    ...checkProperties(model, body, place.type, 'body'),
  ];
}

function checkRow(model: Model, row: unknown, place: Place, at: string): string[] {
  if (!isJson(row)) return [`${at}: is no object`];
  const mixed = place.type === 'directoryObject';
  const type = mixed ? String(row['@odata.type']).replace('#microsoft.graph.', '') : place.type;
  if (!model.structs.has(type)) return [`${at}: there is no type ${type}`];
  return [
    ...checkAnnotations(row, rowAnnotations[place.type] ?? none, at),
    ...checkNames(row, type, place, !mixed || !place.options.has('select'), at),
    ...checkProperties(model, row, type, at),
  ];
}

const listFrame: Annotations = {
  required: { '@odata.context': 'context' },
  optional: { '@odata.nextLink': 'graphLink', '@odata.count': 'count' },
};

/** Types of Exchange, whose rules differ from the directory's. */
export const outlook = new Set(['contact', 'contactFolder']);

/** The rows in `value`, and that nothing but annotations stands beside it. */
export function checkRows(body: Json, rowOf: (row: unknown, at: string) => string[]): string[] {
  const { value, ...others } = body;
  const strangers = Object.keys(others).filter((name) => !name.includes('@'));
  const rows = Array.isArray(value)
    ? value.flatMap((row, at) => rowOf(row, `body.value[${at}]`))
    : ['body: value is no list'];
  return [...strangers.map((name) => `body.${name}: unknown beside value`), ...rows];
}

/** A page of a collection. */
export function checkList(model: Model, body: Json, place: Place): string[] {
  const uncounted =
    outlook.has(place.type) && place.options.get('count') === 'true' && body['@odata.count'] === undefined;
  return [
    ...checkAnnotations(body, listFrame, 'body'),
    ...checkContext(body, place),
    ...(uncounted ? ['body: @odata.count is missing'] : []),
    ...checkRows(body, (row, at) => checkRow(model, row, place, at)),
  ];
}
