import { type ChildProcessByStdio, spawn } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';
import type { Readable } from 'node:stream';

export type Child = ChildProcessByStdio<null, Readable, null>;

/** Runs a script beside this file in a process of its own. */
export const startChild = (script: string, ...args: readonly string[]): Child =>
  spawn(process.execPath, [new URL(script, import.meta.url).pathname, ...args], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });

/** Its output, line by line, to the end. */
export const linesOf = (child: Child): AsyncIterable<string> => createInterface({ input: child.stdout });

/** Ends it as a power cut would; resolves when the system has taken everything from it. */
export async function killNow(child: Child): Promise<void> {
  const gone = once(child, 'exit');
  child.kill('SIGKILL');
  await gone;
}
