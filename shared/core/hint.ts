import { hash8 } from './digest.ts';

/**
 * A hint names an item without showing its id: `<hash of id>`, and `.<hash of id and etag>` when the etag is known. The
 * first half tells whether a reading met the item, the second whether the change was our own write.
 */
export const hintOf = (itemId: string, etag?: string): string =>
  etag === undefined ? hash8(itemId) : `${hash8(itemId)}.${hash8(`${itemId}\n${etag}`)}`;

/** The half that names the item. */
export const hintItem = (hint: string): string => hint.split('.')[0] as string;
