import { openStore } from '#adapters/sqlite/store';
import { fileBed, memoryBed } from './sqlite-beds.ts';
import { storeSuite } from './store.suite.ts';

const open = (file: string) => openStore({ file });

storeSuite({
  name: 'sqlite in a file',
  create: async () => {
    const bed = await fileBed(open);
    return { ...bed, store: bed.first };
  },
});

storeSuite({
  name: 'sqlite in memory',
  lasting: false,
  create: async () => {
    const bed = await memoryBed(open);
    return { ...bed, store: bed.first };
  },
});
