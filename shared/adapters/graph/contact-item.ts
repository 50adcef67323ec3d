import { canonical } from '#core/canonical';
import type { Hint, Item } from '#core/item';
import { type Marks, readMarks } from './properties.ts';

type Json = Readonly<Record<string, unknown>>;

const text = (value: unknown): string => (typeof value === 'string' ? value : '');

/** The item's etag; answers that lack the annotation have it in their change key (graph.md 1.1). */
function etagOf(raw: Json): string {
  const etag = text(raw['@odata.etag']);
  if (etag) return etag;
  const key = text(raw['changeKey']);
  return key ? `W/"${key}"` : '';
}

const instant = (value: unknown): number => Date.parse(text(value)) || 0;

/** A contact as Graph shows it. `marks` when the answer was not asked for stamp and private flag. */
export function itemOf(raw: Json, marks: Marks = readMarks(raw)): Item {
  return {
    id: text(raw['id']),
    etag: etagOf(raw),
    ...canonical(raw),
    created: instant(raw['createdDateTime']),
    modified: instant(raw['lastModifiedDateTime']),
    folder: text(raw['parentFolderId']),
    ...marks,
  };
}

/** One entry of a delta page (graph.md 2.1). */
export function hintOf(raw: Json): Hint {
  const id = text(raw['id']);
  if (raw['@removed'] !== undefined) return { id, removed: true };
  const etag = etagOf(raw);
  return { id, removed: false, ...(etag && { etag }) };
}

/**
 * Whether a list may have cut the notes: it strips line breaks from notes that begin with one, and cuts them at 256
 * characters; a GET shows them whole (A-55; graph.md 1.2).
 */
export function maybeCut(item: Item): boolean {
  const notes = item.fields.personalNotes;
  return notes !== undefined && notes.length >= 256 && !/[\r\n]/.test(notes);
}
