import { checkFormat, isJson, type Json } from './check-value.ts';

function checkKeys(
  object: Json,
  allowed: Readonly<Record<string, string>>,
  required: readonly string[],
  place: string,
) {
  const missing = required.filter((name) => object[name] === undefined).map((name) => `${place}: ${name} is missing`);
  const wrong = Object.entries(object).flatMap(([name, value]) => {
    const format = allowed[name];
    return format === undefined ? [`${place}.${name}: unknown`] : checkFormat(value, format, `${place}.${name}`);
  });
  return [...missing, ...wrong];
}

/** Graph's error envelope with its `innerError` (graph.md 6). A script may send none, or something else entirely. */
export function checkError(body: unknown, scripted: boolean): string[] {
  if (scripted && (!isJson(body) || !('error' in body))) return [];
  if (!isJson(body)) return ['body: an error without its envelope'];
  const { error, ...others } = body;
  const strangers = Object.keys(others).map((name) => `body.${name}: unknown beside error`);
  if (!isJson(error)) return scripted ? [] : [...strangers, 'body.error: is no object'];
  const { innerError, ...rest } = error;
  const outer = checkKeys(rest, { code: 'text', message: 'text' }, ['code', 'message'], 'body.error');
  if (!isJson(innerError)) return [...strangers, ...outer, 'body.error.innerError: is missing'];
  const ids = { date: 'bareDate', 'request-id': 'guid', 'client-request-id': 'text' };
  return [...strangers, ...outer, ...checkKeys(innerError, ids, Object.keys(ids), 'body.error.innerError')];
}

function checkItem(item: unknown, place: string): string[] {
  if (!isJson(item)) return [`${place}: is no object`];
  const { id, status, headers, body: _, ...others } = item;
  return [
    ...checkFormat(id, 'text', `${place}.id`),
    ...(Number.isInteger(status) ? [] : [`${place}.status: is no status`]),
    ...(isJson(headers) && Object.values(headers).every((value) => typeof value === 'string')
      ? []
      : [`${place}.headers: are no headers`]),
    ...Object.keys(others).map((name) => `${place}.${name}: unknown`),
  ];
}

/** The frame of a batch: entries with ids of their own (graph.md 5). What the entries hold was told singly before. */
export function checkBatch(body: unknown): string[] {
  if (!isJson(body) || !Array.isArray(body['responses'])) return ['body: a batch without responses'];
  const responses: readonly unknown[] = body['responses'];
  const ids = new Set(responses.filter(isJson).map(({ id }) => id));
  const strangers = Object.keys(body).filter((name) => name !== 'responses');
  return [
    ...strangers.map((name) => `body.${name}: unknown`),
    ...(ids.size === responses.length ? [] : ['body: an id comes twice']),
    ...responses.flatMap((item, at) => checkItem(item, `body.responses[${at}]`)),
  ];
}
