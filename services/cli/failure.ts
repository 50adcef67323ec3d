import { FolderLocked } from '#adapters/sqlite/lock';
import type { Problem } from '#config/config';
import { Denied, PortError } from '#ports/errors';
import { ListenFailed } from '#runtime/listen';

/** Exit codes that a pipeline can trust. */
export const exit = { done: 0, problems: 1, usage: 2, held: 3 } as const;

/** Ends a verb with one clear sentence, what to do included, and an exit code. */
export class Failure extends Error {
  override readonly name = 'Failure';
  readonly code: number;
  constructor(message: string, code: number = exit.problems, options?: ErrorOptions) {
    super(message, options);
    this.code = code;
  }
}

/** Problems of a configuration, one a line. */
export const configFailure = (file: string, problems: readonly Problem[]): Failure =>
  new Failure(
    [
      `${file} cannot be used:`,
      ...problems.map(({ path, message }) => `  ${path === '' ? 'file' : path}: ${message}`),
    ].join('\n'),
    exit.usage,
  );

/** Any error as a sentence for a person. A bug keeps its stack: nobody can mend it from a sentence. */
export function explain(error: unknown): { readonly message: string; readonly code: number } {
  if (error instanceof Failure) return { message: error.message, code: error.code };
  if (error instanceof ListenFailed || error instanceof FolderLocked)
    return { message: error.message, code: exit.usage };
  if (error instanceof Denied) return { message: error.message, code: exit.problems };
  if (error instanceof PortError) return { message: error.message, code: exit.problems };
  if (error instanceof RangeError) return { message: error.message, code: exit.usage };
  if (error instanceof Error) return { message: `unexpected: ${error.stack ?? error.message}`, code: exit.problems };
  return { message: `unexpected: ${String(error)}`, code: exit.problems };
}
