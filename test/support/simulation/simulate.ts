import type { Event } from '#core/event';
import { allShards } from '#core/identity';
import type { Policy } from '#core/policy';
import { defaultTiming, type Timing } from '#core/timing';
import { clientState } from '#messages/client-state';
import type { Context } from '#usecases/context';
import { Propagator } from '#usecases/propagate';
import { Timekeeper } from '#usecases/timekeeper';
import { Cloud } from './cloud.ts';
import { Dice } from './dice.ts';
import { Ledger } from './ledger.ts';
import { BEGIN, Machine } from './machine.ts';
import { MemoryRecords } from './memory-records.ts';
import { Oracle } from './oracle.ts';
import { People } from './people.ts';
import { drawScenario, type Scenario } from './scenario.ts';
import { Broker, SimQueue } from './sim-queue.ts';
import { SimStore } from './sim-store.ts';
import { Storm } from './storm.ts';
import { SECRET, Subscriber } from './subscriptions.ts';
import { SimulatedTime } from './time.ts';
import { Truth } from './truth.ts';
import { calm, type Weather } from './weather.ts';

const SECOND = 1000;
const MINUTE = 60 * SECOND;

/** As on a real tenant, but for slower beats, which are most of the work, and the longest waits. */
export const timing: Timing = {
  ...defaultTiming,
  beat: 10 * SECOND,
  stop: 24 * SECOND,
  death: 40 * SECOND,
  unreachable: [MINUTE, 10 * MINUTE],
  retry: [2 * SECOND, 3 * MINUTE],
};

/** Between two nightly passes: nights are short here. */
const NIGHT = 30 * MINUTE;
/** After the storm: every wait that it left behind is over. */
const REST = 18 * MINUTE;
/** What a nightly pass takes at the longest. */
const PASS = 9 * MINUTE;

export interface SimulationOptions {
  /** Without any fault: people only. */
  readonly calm?: boolean;
  /** Told of every event of the product and every act of the storm, for a trace. */
  readonly trace?: (line: string) => void;
}

export interface Outcome {
  readonly seed: number;
  readonly violations: readonly string[];
  readonly faults: Readonly<Record<string, number>>;
  readonly acts: number;
  readonly writes: number;
  /** Milliseconds that were simulated. */
  readonly simulated: number;
  readonly events: number;
}

/** One place where a process of Cardwire runs, and is started again. */
interface Seat {
  machine: Machine;
  worker: Propagator;
  policies: readonly Policy[];
}

/** A simulated world: Graph, a store, a queue, people, and processes of Cardwire that come and go. */
export class Simulation {
  readonly seed: number;
  readonly time = new SimulatedTime();
  readonly weather: Weather = calm();
  readonly scenario: Scenario;
  readonly cloud: Cloud;
  readonly truth: Truth;
  readonly people: People;
  readonly ledger: Ledger;
  readonly broker: Broker;
  readonly subscriber: Subscriber;
  readonly records = new MemoryRecords();
  readonly exclusive: boolean;
  readonly seats: (Seat | undefined)[];
  readonly violations: string[] = [];
  /** Who was taken out of a policy by an edit. */
  readonly unwanted = new Set<string>();
  policies: readonly Policy[];
  readonly #trace: (line: string) => void;
  readonly #storeDice: Dice;
  #born = 0;

  constructor(seed: number, options: SimulationOptions = {}) {
    this.seed = seed;
    const stream = (n: number): Dice => new Dice(seed, n);
    const plan = stream(1);
    this.#trace = options.trace ?? (() => undefined);
    this.#storeDice = stream(2);
    this.scenario = drawScenario(plan);
    this.policies = this.scenario.policies;
    const { time, weather } = this;
    this.cloud = new Cloud(this.scenario.company, { time, dice: stream(3), weather, timing, seed });
    this.truth = new Truth(this.cloud.engine.world);
    this.ledger = new Ledger(this.truth, {
      everAway: (key) => this.people.everAway(key),
      everMoved: (user, key) => this.people.everMoved(user, key),
      everUnwanted: (policy, user) => this.unwanted.has(`${policy}/${user}`),
    });
    this.people = new People({
      engine: this.cloud.engine,
      truth: this.truth,
      scenario: this.scenario,
      dice: stream(4),
      made: this.ledger.made,
      now: () => BEGIN + time.now,
    });
    this.cloud.witness = this.ledger.witness;
    this.broker = new Broker(time, stream(5), weather, allShards);
    this.subscriber = new Subscriber(time, stream(6), weather, this.broker);
    this.cloud.engine.onChange((change) => this.subscriber.hear(change));
    this.exclusive = plan.chance(0.3);
    this.seats = this.exclusive ? [undefined] : [undefined, undefined];
  }

  trace(line: () => string): void {
    this.#trace(`${(this.time.now / 1000).toFixed(3).padStart(9)} ${line()}`);
  }

  /** Starts a process at a place where none runs. */
  start(seat: number, skew = 0): void {
    if (this.seats[seat]?.machine.alive) return;
    const machine = new Machine(this.time, `p${seat}.${this.#born++}`, this.seed, skew);
    const { policies } = this;
    const site = { time: this.time, dice: this.#storeDice, weather: this.weather, records: this.records };
    const context: Context = {
      ports: {
        store: new SimStore(site, machine),
        queue: new SimQueue(this.broker, machine),
        ...this.cloud.connect(machine),
        subscriptions: this.subscriber.port(machine),
        pictures: { fit: async (bytes) => bytes },
        clock: machine.clock,
        chance: machine.chance,
      },
      setting: {
        installation: 'simulated',
        policies: new Map(policies.map((policy) => [policy.id, policy])),
        timing,
        pollMs: MINUTE,
        stateless: false,
        version: 'simulated',
        host: machine.name,
      },
      emit: (event) => this.#hear(machine, event),
    };
    const worker = new Propagator(context, {
      exclusive: this.exclusive,
      duties: (owner) =>
        new Timekeeper(owner, {
          clientState: (tenant, mailbox) => clientState(SECRET, tenant, mailbox),
          address: 'https://here.test/graph',
          lastNightly: (now) => Math.floor(now / NIGHT) * NIGHT,
        }),
    });
    this.seats[seat] = { machine, worker, policies };
    this.trace(() => `${machine.name} starts`);
    worker.start().catch((cause: unknown) => {
      this.trace(() => `${machine.name} does not start: ${String(cause)}`);
      machine.kill();
      this.time.in(5 * SECOND, () => this.start(seat, skew));
    });
  }

  #hear(machine: Machine, event: Event): void {
    this.trace(() => `${machine.name} ${JSON.stringify(event)}`);
    if (event.type === 'trouble' && /^(Bug|\w*Error)$/.test(event.code))
      this.violations.push(`${machine.name}: ${event.code} ${event.message}`);
  }

  /** Starts whatever does not run, or runs by an older configuration. */
  settleSeats(): void {
    for (const [n, seat] of this.seats.entries()) {
      if (seat?.machine.alive && seat.machine.paused) seat.machine.resume();
      if (seat) seat.machine.doom = undefined;
      if (seat?.machine.alive && seat.policies !== this.policies) seat.machine.kill();
      if (!seat?.machine.alive) this.start(n);
    }
  }

  /** The storm, then rest, then what must hold. */
  async run(options: SimulationOptions): Promise<Outcome> {
    const storm = new Storm(this, new Dice(this.seed, 7), options.calm === true);
    for (const n of this.seats.keys()) this.time.in(n * 3 * SECOND, () => this.start(n));
    await this.time.run(storm.begin());
    storm.end();
    this.settleSeats();
    this.trace(() => 'the storm is over');
    const end = Math.ceil((this.time.now + REST) / NIGHT) * NIGHT + PASS;
    await this.time.run(end);
    const oracle = new Oracle(this.truth, this.scenario, this.people, this.ledger);
    this.violations.push(...this.ledger.violations, ...oracle.wrong(this.policies));
    const { total } = this.ledger;
    if (this.violations.length === 0) {
      await this.time.run(end + NIGHT);
      if (this.ledger.total > total) this.violations.push(`I15: ${this.ledger.total - total} writes in a quiet world`);
    }
    const { seed, violations, time } = this;
    for (const seat of this.seats) seat?.machine.kill();
    return {
      seed,
      violations,
      faults: storm.faults,
      acts: this.people.acts,
      writes: this.ledger.total,
      simulated: time.now,
      events: time.acts,
    };
  }
}

/** One seed, one run. */
export const simulate = (seed: number, options: SimulationOptions = {}): Promise<Outcome> =>
  new Simulation(seed, options).run(options);
