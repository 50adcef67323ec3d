import { unknownProperty } from './contact-view.ts';
import type { DirectoryKind, DirectoryObject } from './directory.ts';
import { directoryTypes, unsetValue } from './directory-types.ts';

/** Checks `$select`. Throws 400 for a name that the kind does not have. Without it the default set is shown (graph.md 7.1). */
export function directorySelect(kind: DirectoryKind, names: readonly string[] | undefined): readonly string[] {
  const { shown, onRequest } = directoryTypes[kind];
  if (!names) return shown;
  if (names.includes('*')) return [...shown, ...onRequest];
  for (const name of names) if (!shown.includes(name) && !onRequest.includes(name)) throw unknownProperty(name, kind);
  return names;
}

/** A user, group or orgContact as Graph sends it: the named properties, null or `[]` where unset, and always its id. */
export function directoryView(object: DirectoryObject, names: readonly string[]): Record<string, unknown> {
  const view: Record<string, unknown> = {};
  for (const name of names) view[name] = object.properties[name] ?? unsetValue(name);
  view['id'] = object.id;
  return view;
}
