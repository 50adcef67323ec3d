import type { GraphChange } from '../engine/wire.ts';
import { segmentsOf } from '../http/target.ts';

/** What a subscription watches, read from its resource string. */
export type Watched =
  | { readonly kind: 'mailbox'; readonly userKey: string }
  | { readonly kind: 'folder'; readonly userKey: string; readonly folderKey: string }
  | { readonly kind: 'directory'; readonly entity: 'user' | 'group'; readonly id?: string };

/** Outlook: seven days are published, ten minutes less are granted; the directory: 29 days (graph.md 3.3). */
export const longestMinutes = (watched: Watched): number => (watched.kind === 'directory' ? 41_760 : 10_070);

function directoryOf(entity: 'user' | 'group', [, id, part, more]: readonly string[]): Watched | undefined {
  if (more !== undefined) return undefined;
  if (part !== undefined && !(entity === 'group' && /^(members|owners)$/i.test(part))) return undefined;
  return id === undefined ? { kind: 'directory', entity } : { kind: 'directory', entity, id };
}

/** Reads a resource string, with or without a leading slash and query; undefined when Graph notifies of no such thing. */
export function watchedBy(resource: string): Watched | undefined {
  const segments = segmentsOf((resource.split('?')[0] ?? '').replace(/^https?:\/\/[^/]+\/v1\.0/i, ''));
  const [root, key, part, folder, last, more] = segments;
  const lower = part?.toLowerCase();
  if (root === 'users' && key !== undefined && lower === 'contacts' && folder === undefined)
    return { kind: 'mailbox', userKey: key };
  if (root === 'users' && key !== undefined && lower === 'contactfolders')
    return folder !== undefined && last?.toLowerCase() === 'contacts' && more === undefined
      ? { kind: 'folder', userKey: key, folderKey: folder }
      : undefined;
  if (root === 'users') return directoryOf('user', segments);
  if (root === 'groups') return directoryOf('group', segments);
  return undefined;
}

/** What a subscription matches changes by, once its keys are known to exist. */
export interface Scope {
  readonly entity: GraphChange['entity'];
  /** Object id of the mailbox's owner or of the directory object; absent: every one. */
  readonly ownerId?: string;
  readonly folderId?: string;
}

/** Whether a change falls into a scope. */
export function inScope(scope: Scope, change: GraphChange): boolean {
  return (
    scope.entity === change.entity &&
    (scope.ownerId === undefined || scope.ownerId === change.ownerId) &&
    (scope.folderId === undefined || scope.folderId === change.folderId)
  );
}

/** Directory: creation and soft deletion are told as `updated` (graph.md 3.3). */
export function toldAs(change: GraphChange): 'created' | 'updated' | 'deleted' {
  return change.entity !== 'contact' && change.kind === 'created' ? 'updated' : change.kind;
}
