import { join } from 'node:path';
import { openQueue } from '#adapters/sqlite/queue';
import { openStore } from '#adapters/sqlite/store';

/** Writes numbered facts and signals as fast as it can, and says which are answered, until it is killed. */
const folder = process.argv[2] ?? '';
const store = await openStore({ file: join(folder, 'store.sqlite') });
const queue = await openQueue({ file: join(folder, 'queue.sqlite'), shards: ['00', '01'] });

async function writeFrom(first: number): Promise<void> {
  for (let n = first; ; n += 4) {
    const key = String(n).padStart(8, '0');
    await store.write([
      [{ op: 'insert', kind: 'fact', key: `${key}a`, record: { value: n } }],
      [{ op: 'insert', kind: 'fact', key: `${key}b`, record: { value: 'x'.repeat(n % 3000) } }],
    ]);
    await queue.publish([{ signal: { k: 'wake', o: key, at: n }, shard: n % 2 ? '00' : 'all' }]);
    process.stdout.write(`${key}\n`);
  }
}

await Promise.all([0, 1, 2, 3].map(writeFrom));
