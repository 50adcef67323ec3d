import type { FieldName, Fields } from './fields.ts';

/**
 * What a write sends: all owned fields, empty ones included, so that clearing travels. One object is made per card and
 * shared by all its copies: adapters may keep their encoding of it by identity.
 */
export interface Rendering {
  readonly owned: readonly FieldName[];
  /** Only owned fields that have a value. */
  readonly fields: Fields;
}
