import { isJson } from './check-value.ts';
import type { ExampleRequest } from './examples.ts';
import { operationOf } from './operations.ts';

/** What stands in a simulator for the placeholders and made-up ids of the documentation. */
export interface Stage {
  readonly user: string;
  readonly folder: string;
  readonly child: string;
  /** In the default folder, in `folder`, and in `child`. */
  readonly contact: string;
  readonly folderContact: string;
  readonly childContact: string;
  readonly group: string;
  readonly subscription: string;
  readonly stampId: string;
  readonly hook: string;
}

const id = '(?:\\{[^}]*\\}|[^/?{]+)';

function contactOf(url: string, stage: Stage): string {
  if (/childFolders/i.test(url)) return stage.childContact;
  return /contactFolders/i.test(url) ? stage.folderContact : stage.contact;
}

/** A documented address with real ids in it. */
export function realUrl(url: string, stage: Stage): string {
  return url
    .replace(/^\/me\b/i, `/users/${stage.user}`)
    .replace(/^\/users\/\{[^}]*\}/, `/users/${stage.user}`)
    .replace(new RegExp(`^/groups/${id}`), `/groups/${stage.group}`)
    .replace(new RegExp(`^/subscriptions/${id}`), `/subscriptions/${stage.subscription}`)
    .replace('/.../', '/')
    .replace(/\/contactFolders\/\{[^}]*\}/gi, `/contactFolders/${stage.folder}`)
    .replace(/\/childFolders\/\{[^}]*\}/i, `/childFolders/${stage.child}`)
    .replace(/\/contacts\/\{[^}]*\}/i, `/contacts/${contactOf(url, stage)}`)
    .replace('{size}', '48x48')
    .replaceAll('{id_value}', encodeURIComponent(stage.stampId))
    .replaceAll('{property_value}', 'x');
}

/** A documented body with values that make sense here and now. */
export function realBody(body: unknown, stage: Stage): unknown {
  if (!isJson(body)) return body;
  const known: Readonly<Record<string, unknown>> = {
    parentFolderId: stage.folder,
    birthday: body['birthday'] === 'datetime-value' ? '1974-07-22T11:59:00Z' : body['birthday'],
    notificationUrl: `${stage.hook}/change`,
    lifecycleNotificationUrl: `${stage.hook}/life`,
    expirationDateTime: new Date(Date.now() + 7_200_000).toISOString(),
    resource: `users/${stage.user}/contacts`,
  };
  return Object.fromEntries(Object.entries(body).map(([name, value]) => [name, known[name] ?? value]));
}

/** Why a documented request is not sent to a simulator; undefined when it is. */
export function notReplayed(request: ExampleRequest, url: string): string | undefined {
  if (/\bextensions\b/i.test(url)) return 'open extensions are left out (README)';
  const path = url.split('?')[0] ?? '';
  if (/mailFolders|messages|events|calendar|threads|conversations/i.test(path))
    return 'mail, calendars and conversations are left out (README)';
  if (isJson(request.body) && request.body['includeResourceData'] === true)
    return 'notifications with resource data are left out (README)';
  if (!operationOf(request.method, path))
    return `not simulated: ${request.method} ${path.replaceAll(/\{[^}]*\}/g, '*')}`;
  if (request.bodyless) return 'a path without the body that belongs to it, which the page shows elsewhere';
  return /[{}]/.test(path) ? `a placeholder without meaning here: ${path}` : undefined;
}
