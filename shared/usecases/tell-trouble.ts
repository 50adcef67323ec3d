import { PortError } from '#ports/errors';
import type { Context } from './context.ts';

/** Tells operators of an error that ended some work; the code says which port failed and how. Throws nothing. */
export function tellTrouble({ emit }: Context, where: string, cause: unknown): void {
  const error = cause instanceof Error ? cause : new Error(String(cause));
  const code = error instanceof PortError ? error.kind : error.name;
  emit({ type: 'trouble', where, code, message: error.message });
}
