import type { SentAnswer } from '../../services/graph-simulator/http/sent-answers.ts';
import { checkDelta } from './check-delta.ts';
import { checkBatch, checkError } from './check-envelopes.ts';
import { checkContext, checkEntity, checkList, type Place } from './check-objects.ts';
import { checkFormat, checkOne, isJson } from './check-value.ts';
import type { Model } from './model.ts';
import { type Operation, operationOf } from './operations.ts';
import { headersOfStatus } from './requirements.ts';

/** `$` options of a raw query, by lower-case name without the `$`. */
function optionsOf(query: string): ReadonlyMap<string, string> {
  const pairs = [...new URLSearchParams(query)];
  return new Map(pairs.map(([name, value]) => [name.toLowerCase().replace(/^\$/, ''), value]));
}

function checkHeaders({ answer, scripted }: SentAnswer): string[] {
  const wanted = scripted ? [] : (headersOfStatus[answer.status] ?? []);
  const there = new Set(Object.keys(answer.headers).map((name) => name.toLowerCase()));
  return wanted.filter((name) => !there.has(name)).map((name) => `headers: ${answer.status} without ${name}`);
}

function checkCount(body: unknown): string[] {
  const text = body instanceof Uint8Array ? new TextDecoder().decode(body) : String(body);
  return /^\d+$/.test(text) ? [] : ['body: is no count'];
}

function checkProperty(model: Model, body: unknown, place: Place, path: string): string[] {
  if (!isJson(body)) return ['body: is no object'];
  const name = path.split('/').at(-1) ?? '';
  const { '@odata.context': context, ...rest } = body;
  const bare = 'value' in rest && Object.keys(rest).length === 1;
  return [
    ...checkFormat(context, 'context', 'body.@odata.context'),
    ...checkContext(body, place),
    ...checkOne(model, bare ? rest['value'] : rest, place.type, name, 'body'),
  ];
}

function checkBody(model: Model, sent: SentAnswer, operation: Operation): string[] {
  const { body } = sent.answer;
  const place: Place = { ...operation, options: optionsOf(sent.request.query) };
  switch (operation.shape) {
    case 'empty':
      return body === undefined ? [] : ['body: must be empty'];
    case 'bytes':
      return body instanceof Uint8Array && body.length > 0 ? [] : ['body: must be bytes'];
    case 'count':
      return checkCount(body);
    case 'batch':
      return checkBatch(body);
    case 'property':
      return checkProperty(model, body, place, sent.request.path);
    case 'entity':
      return isJson(body) ? checkEntity(model, body, place) : ['body: is no object'];
    case 'list':
      return isJson(body) ? checkList(model, body, place) : ['body: is no object'];
    case 'delta':
      return isJson(body) ? checkDelta(model, body, place) : ['body: is no object'];
  }
}

/**
 * Everything that is wrong with an answer, a sentence each: its status, headers, annotations, and every name, type, format
 * and enum value in its body. What a fault's script says instead of Graph is checked only if it looks like Graph's error.
 */
export function checkAnswer(model: Model, sent: SentAnswer): string[] {
  const { request, answer, scripted } = sent;
  if (answer.status >= 400) return [...checkHeaders(sent), ...checkError(answer.body, scripted)];
  if (scripted) return [];
  const operation = operationOf(request.method, request.path);
  if (!operation) return [`${answer.status} for an operation that Graph does not have`];
  const status = operation.status === answer.status ? [] : [`status ${answer.status} instead of ${operation.status}`];
  return [...status, ...checkHeaders(sent), ...checkBody(model, sent, operation)];
}
