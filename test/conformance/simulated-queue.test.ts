import { Broker, SimQueue } from '../support/simulation/sim-queue.ts';
import { calm } from '../support/simulation/weather.ts';
import { queueSuite } from './queue.suite.ts';
import { shards } from './queue-bed.ts';
import { simulatedBed } from './simulated-beds.ts';

queueSuite({
  name: 'of the simulation',
  create: async () => {
    let broker: Broker | undefined;
    const bed = simulatedBed((time, dice) => {
      broker = new Broker(time, dice, calm(), shards);
      return (machine) => new SimQueue(broker as Broker, machine);
    });
    return { ...bed, queue: bed.first, raw: async (shard, body) => broker?.put(shard, body) };
  },
});
