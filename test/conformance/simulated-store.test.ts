import { MemoryRecords } from '../support/simulation/memory-records.ts';
import { SimStore } from '../support/simulation/sim-store.ts';
import { calm } from '../support/simulation/weather.ts';
import { simulatedBed } from './simulated-beds.ts';
import { storeSuite } from './store.suite.ts';

for (const [name, storeTorn] of [
  ['of the simulation', 0],
  ['of the simulation, groups landing piece by piece', 0.7],
] as const)
  storeSuite({
    name,
    create: async () => {
      const bed = simulatedBed((time, dice) => {
        const site = { time, dice, weather: { ...calm(), storeTorn }, records: new MemoryRecords() };
        return (machine) => new SimStore(site, machine);
      });
      return { ...bed, store: bed.first };
    },
  });
