import { addressFields, type FieldName, listFields } from '#core/fields';
import type { Rendering } from '#core/rendering';
import { stampText } from './properties.ts';

const lists: ReadonlySet<string> = new Set([...listFields, 'emailAddresses']);
const addresses: ReadonlySet<string> = new Set(addressFields);

/** Exchange makes these out of other fields when a create does not state them: an empty one is stated (F10, graph.md 1.1). */
const generated: ReadonlySet<string> = new Set(['displayName', 'fileAs']);

/** What clears a field: null is refused for collections and addresses (graph.md 6, UnableToDeserializePostBody). */
function emptyText(name: FieldName): string {
  if (lists.has(name)) return '[]';
  return addresses.has(name) ? '{}' : 'null';
}

interface Encoded {
  /** All owned fields. */
  readonly update: string;
  /** Those that have a value, and empty ones that the server would fill: a new item has nothing else to clear. */
  readonly create: string;
}

/** One rendering serves thousands of copies: it is encoded once and found again by identity (PROTOCOL 4.2). */
const encodings = new WeakMap<Rendering, Encoded>();

function encoded(rendering: Rendering): Encoded {
  const known = encodings.get(rendering);
  if (known) return known;
  const filled: string[] = [];
  const cleared: string[] = [];
  const unfilled: string[] = [];
  for (const name of rendering.owned) {
    const value = rendering.fields[name];
    if (value === undefined) {
      const empty = `"${name}":${emptyText(name)}`;
      cleared.push(empty);
      if (generated.has(name)) unfilled.push(empty);
    } else filled.push(`"${name}":${JSON.stringify(value)}`);
  }
  const made = { update: `{${[...filled, ...cleared].join(',')}}`, create: [...filled, ...unfilled].join(',') };
  encodings.set(rendering, made);
  return made;
}

/** JSON text of a PATCH: every owned field, empty ones cleared. Holds nothing that only the server may set (F13). */
export const updateBody = (rendering: Rendering): string => encoded(rendering).update;

/** JSON text of a POST with the stamp in it. */
export function createBody(rendering: Rendering, stamp: string): string {
  const { create } = encoded(rendering);
  return `{${create}${create === '' ? '' : ','}${stampText(stamp)}}`;
}
