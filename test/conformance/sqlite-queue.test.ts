import { openQueue } from '#adapters/sqlite/queue';
import { queueSuite } from './queue.suite.ts';
import { shards } from './queue-bed.ts';
import { fileBed, memoryBed } from './sqlite-beds.ts';

const open = (file: string) => openQueue({ file, shards });

const suite = (name: string, lasting: boolean, makeBed: typeof fileBed<Awaited<ReturnType<typeof open>>>) =>
  queueSuite({
    name,
    lasting,
    create: async () => {
      const bed = await makeBed(open);
      return { ...bed, queue: bed.first, raw: (shard, body) => bed.last().publishBodies([{ body, shard }]) };
    },
  });

suite('sqlite in a file', true, fileBed);
suite('sqlite in memory', false, memoryBed);
