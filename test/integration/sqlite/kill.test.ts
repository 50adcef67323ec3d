import { join } from 'node:path';
import { expect, test, vi } from 'vitest';
import { openQueue } from '#adapters/sqlite/queue';
import { openStore } from '#adapters/sqlite/store';
import { killNow, linesOf, startChild } from './children.ts';
import { testFolder } from './folder.ts';

/** Runs the writer until it has answered so many, and kills it in the middle of the next ones. */
async function writeAndKill(folder: string, until: number): Promise<string[]> {
  const child = startChild('crash-writer.ts', folder);
  const answered: string[] = [];
  for await (const line of linesOf(child)) {
    answered.push(line);
    if (answered.length === until) await killNow(child);
  }
  return answered;
}

test.each([1, 40, 300])(
  'promise 3: killed after %i answers, all that was answered is there, in whole writes',
  async (until) => {
    const folder = testFolder();
    const answered = await writeAndKill(folder, until);
    const store = await openStore({ file: join(folder, 'store.sqlite') });
    const facts = await store.range('fact', '0', '9', 100_000);
    const keys = new Set(facts.map(({ key }) => key));
    expect(answered.flatMap((key) => [`${key}a`, `${key}b`]).filter((key) => !keys.has(key))).toEqual([]);
    const firsts = [...keys].filter((key) => key.endsWith('a')).map((key) => key.slice(0, -1));
    expect(firsts.filter((key) => !keys.has(`${key}b`))).toEqual([]);
    expect(keys.size).toBe(firsts.length * 2);
    await store.write([[{ op: 'insert', kind: 'fact', key: 'after', record: { value: 1 } }]]);
    await store.close();

    const queue = await openQueue({ file: join(folder, 'queue.sqlite'), shards: ['00', '01'] });
    const got: string[] = [];
    await queue.consume('00', ({ signal }) => got.push(signal.k === 'wake' ? signal.o : ''), {
      prefetch: 100_000,
      spoiled: async () => undefined,
    });
    await vi.waitFor(() => expect(got).toEqual(expect.arrayContaining(answered)), { timeout: 10_000 });
    expect(new Set(got).size).toBe(got.length);
    await queue.close();
  },
);
