import type { Trouble } from './cloud.ts';
import type { Dice } from './dice.ts';
import type { Simulation } from './simulate.ts';
import { calm, type Weather } from './weather.ts';

const SECOND = 1000;
const MINUTE = 60 * SECOND;

/** The worst of each trouble. */
const worst: Weather = {
  storeFails: 0.05,
  storeTorn: 0.5,
  storeStalls: 0.01,
  queueFails: 0.2,
  signalLost: 0.7,
  signalDoubled: 0.5,
  signalLate: 0.5,
  notificationLost: 1,
  notificationDoubled: 0.5,
  notificationLate: 0.7,
  requestLost: 0.1,
  answerLost: 0.1,
  requestLate: 0.05,
  throttled: 0.05,
  failedBefore: 0.1,
  failedAfter: 0.1,
};

/** Everything that goes wrong for a while, drawn by the dice. */
export class Storm {
  readonly faults: Record<string, number> = {};
  readonly #world: Simulation;
  readonly #dice: Dice;
  readonly #calm: boolean;
  #over = false;

  constructor(world: Simulation, dice: Dice, isCalm: boolean) {
    this.#world = world;
    this.#dice = dice;
    this.#calm = isCalm;
  }

  /** Returns when it will be over. */
  begin(): number {
    const length = this.#dice.span(10 * MINUTE, 60 * MINUTE);
    this.#repeat(2 * SECOND, 2 * MINUTE, () => this.#world.people.act());
    if (this.#calm) return length;
    this.#repeat(10 * SECOND, 10 * MINUTE, () => this.#change());
    this.#repeat(20 * SECOND, 20 * MINUTE, () => this.#kill());
    this.#repeat(30 * SECOND, 30 * MINUTE, () => this.#pause());
    this.#repeat(MINUTE, 60 * MINUTE, () => this.#trouble());
    this.#repeat(MINUTE, 60 * MINUTE, () => this.#expire());
    this.#repeat(MINUTE, 60 * MINUTE, () => this.#count('subscription dropped', this.#world.subscriber.dropOne()));
    this.#repeat(MINUTE, 90 * MINUTE, () => this.#jump());
    return length;
  }

  end(): void {
    this.#over = true;
    Object.assign(this.#world.weather, calm());
    this.#world.cloud.troubles.clear();
  }

  #repeat(from: number, to: number, act: () => void): void {
    this.#world.time.in(this.#dice.span(from, to), () => {
      if (this.#over) return;
      act();
      this.#repeat(from, to, act);
    });
  }

  #count(kind: string, _done?: unknown): void {
    this.faults[kind] = (this.faults[kind] ?? 0) + 1;
    this.#world.trace(() => `-- ${kind}`);
  }

  #change(): void {
    const dice = this.#dice;
    const { weather } = this.#world;
    for (const [name, most] of Object.entries(worst))
      weather[name as keyof Weather] = dice.chance(0.3) ? most * dice.random() ** 2 : 0;
    this.#count('weather');
  }

  #kill(): void {
    const dice = this.#dice;
    const seat = dice.int(0, this.#world.seats.length - 1);
    const machine = this.#world.seats[seat]?.machine;
    if (!machine?.alive) return;
    machine.onDeath(() => {
      this.#count('death');
      this.#world.time.in(dice.span(SECOND, 3 * MINUTE), () => this.#world.start(seat, this.#skew()));
    });
    if (dice.chance(0.3)) machine.kill();
    else machine.doom = { left: dice.int(1, 30), moment: dice.chance(0.5) ? 'before' : 'after' };
  }

  #skew(): number {
    return this.#dice.chance(0.2) ? this.#dice.int(-5 * MINUTE, 5 * MINUTE) : 0;
  }

  #pause(): void {
    const { seats, time, broker } = this.#world;
    const machine = this.#dice.pick(seats)?.machine;
    if (!machine?.alive || machine.paused) return;
    machine.pause();
    broker.watch(machine);
    this.#count('pause');
    time.in(this.#dice.span(SECOND, 5 * MINUTE), () => machine.paused && machine.resume());
  }

  #trouble(): void {
    const { cloud, scenario, time } = this.#world;
    const users = [...scenario.people, ...scenario.sources].map(({ user }) => user);
    const user = this.#dice.pick(users) ?? '';
    const trouble = this.#dice.pick<Trouble>(['moved', 'full', 'scoped away', 'gone']) ?? 'moved';
    cloud.troubles.set(user, trouble);
    this.#count(`mailbox ${trouble}`);
    time.in(this.#dice.span(5 * SECOND, 20 * MINUTE), () => cloud.troubles.delete(user));
  }

  #expire(): void {
    const { world } = this.#world.cloud.engine;
    const mailbox = this.#dice.pick([...world.mailboxes]);
    if (mailbox) world.forgetSyncStates(mailbox);
    this.#count('links expired');
  }

  #jump(): void {
    const machine = this.#dice.pick(this.#world.seats)?.machine;
    if (machine) machine.skew += this.#dice.int(-5 * MINUTE, 5 * MINUTE);
    this.#count('clock jumped');
  }
}
