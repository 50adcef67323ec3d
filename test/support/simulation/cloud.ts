import { Agent } from 'undici';
import { Caller } from '#adapters/graph/caller';
import { cloudOf } from '#adapters/graph/clouds';
import { Composer } from '#adapters/graph/composer';
import { graphContacts } from '#adapters/graph/contacts';
import { graphDirectory } from '#adapters/graph/directory';
import { graphFolders } from '#adapters/graph/folders';
import { GraphTime } from '#adapters/graph/graph-time';
import { OpenBatches } from '#adapters/graph/open-batches';
import { graphPhotos } from '#adapters/graph/photos';
import { type GraphAnswer as Answer, noAnswer } from '#adapters/graph/request';
import { timed } from '#adapters/graph/sender';
import type { Tenant } from '#adapters/graph/tenant';
import type { Timing } from '#core/timing';
import type { Directory } from '#ports/directory';
import type { Mailboxes } from '#ports/mailboxes';
import type { Company } from '../../../services/graph-simulator/engine/company.ts';
import { createEngine, type GraphEngine } from '../../../services/graph-simulator/engine/engine.ts';
import type { GraphAnswer, GraphRequest } from '../../../services/graph-simulator/engine/wire.ts';
import { type BatchItem, batchEntry, readBatch } from '../../../services/graph-simulator/http/batch.ts';
import { graphError } from '../../../services/graph-simulator/http/errors.ts';
import { seededRandom, shuffled } from '../../../services/graph-simulator/http/seeded-random.ts';
import type { Dice } from './dice.ts';
import { BEGIN, type Machine } from './machine.ts';
import type { SimulatedTime } from './time.ts';
import type { Weather } from './weather.ts';

/** One request of Cardwire's that Graph has carried out. */
export interface Effect {
  readonly machine: Machine;
  readonly request: GraphRequest;
  readonly answer: GraphAnswer;
  readonly at: number;
  /** Its true answer reached a process that was awake. */
  delivered: boolean;
}

/** Sees requests around their effect: what it returns is called with the effect. */
export type Witness = (machine: Machine, request: GraphRequest) => (effect: Effect) => void;

/** What a mailbox in trouble answers to everything. */
export type Trouble = 'moved' | 'full' | 'scoped away' | 'gone';
const troubles: Readonly<Record<Trouble, () => GraphAnswer>> = {
  moved: () => graphError(404, 'MailboxInfoStale', 'Mailbox info is stale.'),
  full: () => graphError(507, 'ErrorQuotaExceeded', 'The mailbox is full.'),
  'scoped away': () => graphError(403, 'ErrorAccessDenied', 'Access is denied.'),
  gone: () => graphError(404, 'ErrorInvalidUser', 'The requested user is invalid.'),
};

export interface CloudSetting {
  readonly time: SimulatedTime;
  readonly dice: Dice;
  readonly weather: Weather;
  readonly timing: Timing;
  readonly seed: number;
}

const ownerOf = ({ path }: GraphRequest): string | undefined => /^\/users\/([^/]+)\//.exec(path)?.[1]?.toLowerCase();

/** Graph as the processes of the simulation reach it: the simulator's engine behind a network with weather. */
export class Cloud {
  readonly engine: GraphEngine;
  readonly troubles = new Map<string, Trouble>();
  /** Requests that Graph has carried out for each mailbox and now has open. */
  readonly open = new Map<string, number>();
  witness: Witness = () => () => undefined;
  readonly #setting: CloudSetting;
  readonly #company: Company;
  readonly #throttled = new Map<string, number>();

  constructor(company: Company, setting: CloudSetting) {
    this.#company = company;
    this.#setting = setting;
    this.engine = createEngine(company, {
      now: () => BEGIN + setting.time.now,
      random: seededRandom(setting.seed, 99),
      linkRoot: () => 'https://graph.microsoft.com/v1.0',
    });
  }

  /** The ports of one process: the product's own adapter, up to where bytes would leave. */
  connect(machine: Machine): { readonly mailboxes: Mailboxes; readonly directory: Directory } {
    const { clock, chance } = machine;
    const time = new GraphTime(clock);
    const deadline = this.#setting.timing.call;
    const send = timed((body) => this.#send(machine, body), clock, time);
    const composer = new Composer({ clock, chance, send, slots: new OpenBatches(8) });
    const caller = new Caller({ composer, clock, chance, deadline });
    const tenant: Tenant = { key: 'contoso', id: this.#company.tenantId, cloud: cloudOf('global', {}), caller, time };
    const find = (): Tenant => tenant;
    return {
      mailboxes: {
        ...graphContacts(find),
        ...graphPhotos(find),
        ...graphFolders(find, chance),
        now: () => time.now(),
      },
      directory: graphDirectory(find, new Agent(), deadline),
    };
  }

  #send(machine: Machine, body: string): Promise<Answer> {
    const { time, dice, weather, timing } = this.#setting;
    return machine.call((resolve) => {
      const items = readBatch(JSON.parse(body));
      if ('status' in items) throw new Error(`a batch that Graph refuses: ${JSON.stringify(items.body)}`);
      const lost = dice.chance(weather.requestLost);
      const late = !lost && dice.chance(weather.requestLate);
      const unheard = late || dice.chance(weather.answerLost);
      const silence = dice.chance(0.3) ? dice.span(10, timing.call) : timing.call;
      if (lost || unheard) time.in(silence, () => resolve(noAnswer));
      if (lost) return;
      const way = late ? dice.span(silence, timing.settle * 0.95) : dice.span(10, dice.chance(0.02) ? 8000 : 150);
      time.in(way, () =>
        this.#carryOut(machine, items, (entries, effects) => {
          if (unheard) return;
          time.in(dice.span(5, 100), () => {
            for (const effect of effects) effect.delivered = machine.alive && !machine.paused;
            const headers = { Date: new Date(BEGIN + time.now).toUTCString() };
            resolve({ status: 200, headers, body: { responses: shuffled(entries, dice.random) } });
          });
        }),
      );
    });
  }

  /** The items of a batch, each at a moment of its own. */
  #carryOut(
    machine: Machine,
    items: readonly BatchItem[],
    done: (entries: readonly object[], effects: readonly Effect[]) => void,
  ): void {
    const { time, dice } = this.#setting;
    const entries: object[] = [];
    const effects: Effect[] = [];
    for (const item of items) {
      const owner = ownerOf(item.request);
      if (owner) this.open.set(owner, (this.open.get(owner) ?? 0) + 1);
      time.in(dice.span(1, 60), () => {
        if (owner) this.open.set(owner, (this.open.get(owner) ?? 0) - 1);
        entries.push(batchEntry(item.id, this.#answer(machine, item.request, effects)));
        if (entries.length === items.length) done(entries, effects);
      });
    }
  }

  #answer(machine: Machine, request: GraphRequest, effects: Effect[]): GraphAnswer {
    const { time, dice, weather } = this.#setting;
    const owner = ownerOf(request);
    const pause = (this.#throttled.get(owner ?? '') ?? 0) - time.now;
    if (owner && pause > 0) return this.#wait(429, 'ApplicationThrottled', pause);
    const trouble = owner && this.troubles.get(owner);
    if (trouble && (trouble !== 'full' || request.method !== 'GET')) return troubles[trouble]();
    if (owner && dice.chance(weather.throttled)) {
      const wish = dice.span(1000, 150_000);
      this.#throttled.set(owner, time.now + wish);
      return dice.chance(0.7)
        ? this.#wait(429, 'ApplicationThrottled', wish)
        : this.#wait(503, 'ErrorServerBusy', wish);
    }
    if (dice.chance(weather.failedBefore)) return graphError(dice.pick([500, 502, 504]) ?? 500, 'x', 'failed');
    const answer = this.#handle(machine, request, effects);
    if (dice.chance(weather.failedAfter)) {
      const last = effects.at(-1);
      if (last?.request === request) effects.pop();
      return graphError(dice.pick([500, 504]) ?? 500, 'x', 'failed');
    }
    return answer;
  }

  #wait(status: number, code: string, ms: number): GraphAnswer {
    const answer = graphError(status, code, 'Wait.');
    return { ...answer, headers: { ...answer.headers, 'retry-after': String(Math.ceil(ms / 1000)) } };
  }

  #handle(machine: Machine, request: GraphRequest, effects: Effect[]): GraphAnswer {
    if (request.method === 'GET') return this.engine.handle(request);
    let answer: GraphAnswer = graphError(504, 'x', 'its sender died');
    machine.effect(() => {
      const witness = this.witness(machine, request);
      answer = this.engine.handle(request);
      const effect: Effect = { machine, request, answer, at: this.#setting.time.now, delivered: false };
      witness(effect);
      effects.push(effect);
    });
    return answer;
  }
}
