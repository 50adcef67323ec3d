import { copyFileSync, existsSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

/** What the adapters on SQLite have in common for a test. */
interface Closable {
  close(): Promise<void>;
}

/** The database as a dying process leaves it: the file and its log as they are at this moment. */
function snapshot(from: string, to: string): void {
  for (const part of ['', '-wal']) if (existsSync(from + part)) copyFileSync(from + part, to + part);
}

/** A folder with one database in it, opened by `open`; see StoreBed and QueueBed for what the methods mean. */
export async function fileBed<T extends Closable>(open: (file: string) => Promise<T>) {
  const folder = mkdtempSync(join(tmpdir(), 'cardwire-'));
  let file = join(folder, 'data.sqlite');
  const opened = [await open(file)];
  const last = (): T => opened.at(-1) as T;
  const openAgain = async (): Promise<T> => {
    opened.push(await open(file));
    return last();
  };
  return {
    first: last(),
    last,
    reopen: async () => {
      await last().close();
      return openAgain();
    },
    crash: async () => {
      const left = join(folder, `crash-${opened.length}.sqlite`);
      snapshot(file, left);
      file = left;
      return openAgain();
    },
    end: async () => {
      for (const one of opened) await one.close();
      rmSync(folder, { recursive: true, force: true });
    },
  };
}

const never = (): Promise<never> => Promise.reject(new Error('its data end with it'));

/** A database in memory: there is nothing to open again. */
export async function memoryBed<T extends Closable>(open: (file: string) => Promise<T>) {
  const first = await open(':memory:');
  return { first, last: () => first, reopen: never, crash: never, end: () => first.close() };
}
