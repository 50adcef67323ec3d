import { Dice } from '../support/simulation/dice.ts';
import { Machine } from '../support/simulation/machine.ts';
import { SimulatedTime } from '../support/simulation/time.ts';

interface Closable {
  close(): Promise<void>;
}

/** What is opened by a simulated process, in a simulated time that runs as fast as it can while a test waits. */
export function simulatedBed<T extends Closable>(open: (time: SimulatedTime, dice: Dice) => (machine: Machine) => T) {
  const time = new SimulatedTime();
  const handle = open(time, new Dice(1, 1));
  let running = true;
  const pumped = (async () => {
    while (running) await time.run(time.now + 10);
  })();
  let started = 0;
  let machine = new Machine(time, 'w0', 1, 0);
  let last = handle(machine);
  const openAgain = (): T => {
    machine = new Machine(time, `w${++started}`, 1, 0);
    last = handle(machine);
    return last;
  };
  return {
    first: last,
    reopen: async () => {
      await last.close();
      return openAgain();
    },
    crash: async () => {
      machine.kill();
      // The tests' own code goes on and waits for what it had begun.
      machine.alive = true;
      return openAgain();
    },
    end: async () => {
      running = false;
      await pumped;
    },
  };
}
