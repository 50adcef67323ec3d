import { checkFormat, checkProperties, isJson, type Json } from './check-value.ts';
import type { Model } from './model.ts';

const names = 'subscriptionId subscriptionExpirationDateTime tenantId'.split(' ');

/** Its type is open in the metadata and has no properties in the declarations: the names are those of the examples. */
const dataFormats: Readonly<Record<string, string>> = {
  '@odata.type': 'text',
  '@odata.id': 'text',
  '@odata.etag': 'etag',
  id: 'text',
  organizationId: 'guid',
  eventTime: 'dateTime',
  sequenceNumber: 'int64',
};

const dataOf: Readonly<Record<string, readonly string[]>> = {
  '#Microsoft.Graph.Contact': ['@odata.id', 'id'],
  '#Microsoft.Graph.User': ['@odata.id', 'id', 'organizationId', 'eventTime', 'sequenceNumber'],
  '#Microsoft.Graph.Group': ['@odata.id', 'id', 'organizationId', 'eventTime', 'sequenceNumber'],
};

function checkData(data: unknown, at: string): string[] {
  if (!isJson(data)) return [`${at}: is missing`];
  const wanted = dataOf[String(data['@odata.type'])];
  if (!wanted) return [`${at}: no @odata.type`];
  return [
    ...wanted.filter((name) => data[name] === undefined).map((name) => `${at}: ${name} is missing`),
    ...Object.entries(data).flatMap(([name, value]) => {
      const format = dataFormats[name];
      return format === undefined ? [`${at}.${name}: unknown`] : checkFormat(value, format, `${at}.${name}`);
    }),
  ];
}

function checkOne(model: Model, notice: Json, at: string): string[] {
  const lifecycle = notice['lifecycleEvent'] !== undefined;
  const wanted = lifecycle ? names : [...names, 'changeType', 'resource', 'resourceData'];
  const { resourceData, ...rest } = notice;
  const annotations = Object.keys(rest).filter((name) => name.includes('@'));
  return [
    ...wanted.filter((name) => notice[name] === undefined).map((name) => `${at}: ${name} is missing`),
    ...annotations.map((name) => `${at}: no ${name} here`),
    ...checkProperties(model, rest, 'changeNotification', at),
    ...(lifecycle ? [] : checkData(resourceData, `${at}.resourceData`)),
  ];
}

/** Everything that is wrong with the body of a POST to a webhook, a sentence each (graph.md 3.5, 3.7). */
export function checkNotification(model: Model, body: unknown): string[] {
  if (!isJson(body) || !Array.isArray(body['value']) || body['value'].length === 0)
    return ['body: a notification without value'];
  const value: readonly unknown[] = body['value'];
  const strangers = Object.keys(body).filter((name) => name !== 'value');
  return [
    ...strangers.map((name) => `body.${name}: unknown`),
    ...value.flatMap((notice, at) =>
      isJson(notice) ? checkOne(model, notice, `value[${at}]`) : [`value[${at}]: is no object`],
    ),
  ];
}
