import { StoreUnavailable } from '#ports/errors';

/** What SQLite says and what a person can do about it, by primary result code (sqlite.org/rescode.html). */
const sentences: Readonly<Record<number, (file: string) => string>> = {
  5: (file) => `${file} is locked by another process: stop the program that holds it open`,
  6: (file) => `${file} is locked by another connection of this process`,
  8: (file) => `${file} cannot be written: give the service's account write access to the file and to its folder`,
  10: (file) => `The disk failed while working on ${file}: check the volume that holds it, then start again`,
  11: (file) => `${file} is damaged: restore it from a backup, or move it away and start with an empty one`,
  13: (file) => `The disk is full: free space on the volume that holds ${file}; nothing of the failed write was stored`,
  14: (file) => `${file} cannot be opened: check that its folder exists and that the service's account may use it`,
  26: (file) => `${file} is not a database of Cardwire: move it away, or name another data folder`,
};

interface SqliteFailure extends Error {
  readonly errcode: number;
}

const isSqliteFailure = (error: unknown): error is SqliteFailure =>
  error instanceof Error && 'errcode' in error && typeof error.errcode === 'number';

/** SQLite's errors as StoreUnavailable with a sentence that names the file and the fix; any other error as it is. */
export function storeFailure(error: unknown, file: string): unknown {
  if (!isSqliteFailure(error)) return error;
  // The upper bytes only refine the primary code.
  const sentence = sentences[error.errcode & 0xff]?.(file) ?? `${file} cannot be used: ${error.message}`;
  return new StoreUnavailable(sentence, { cause: error });
}
