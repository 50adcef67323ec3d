import type { GraphAnswer } from '../engine/wire.ts';
import type { GraphCall } from '../http/graph-call.ts';
import { type FaultKind, type FaultSpec, faultSchema, kindOf } from './fault.ts';
import { faultAnswer } from './fault-answer.ts';
import { faultMatch } from './fault-match.ts';
import { mailboxTroubles } from './mailbox-troubles.ts';

/** What the faults do to one call. */
export interface Disturbance {
  readonly delayMs: number;
  /** Answered instead of the truth; `dropped` cuts the connection. */
  readonly instead?: { readonly answer: GraphAnswer; readonly afterEffect: boolean; readonly dropped: boolean };
  /** The call as the engine is to see it. */
  readonly changed?: GraphCall;
  /** What becomes of the engine's answer. */
  readonly rewrite?: (answer: GraphAnswer) => GraphAnswer;
}

/** Kinds that do more than answer: they change the call or the answer; undefined when this call is none of theirs. */
export type FaultEffect = (call: GraphCall, spec: FaultSpec) => Pick<Disturbance, 'changed' | 'rewrite'> | undefined;

/** A fault in force. */
export interface Fault {
  readonly id: number;
  readonly kind: FaultKind;
  readonly spec: FaultSpec;
  /** How often it has struck. */
  readonly struck: number;
}

interface Entry extends Fault {
  readonly until: number;
  readonly most: number;
  readonly matches: (call: GraphCall) => boolean;
  passed: number;
  struck: number;
}

/** How the book tells time, draws chances and knows mailboxes. */
export interface FaultSetting {
  readonly now: () => number;
  readonly random: () => number;
  /** Object id of a mailbox's owner from an id or user principal name. */
  readonly mailboxIdOf: (key: string) => string;
  readonly effects: Partial<Record<FaultKind, FaultEffect>>;
}

const shown = ({ id, kind, spec, struck }: Entry): Fault => ({ id, kind, spec, struck });

function mostOf(spec: FaultSpec): number {
  // Remembering takes the write and the reads after it, so these two kinds last until they are taken back.
  // So does the trouble of a mailbox.
  const lasting =
    spec.forMs !== undefined || ['staleReads', 'lyingDelta', ...Object.keys(mailboxTroubles)].includes(spec.kind ?? '');
  const times = spec.times ?? (lasting ? 0 : 1);
  return times === 0 ? Number.POSITIVE_INFINITY : times;
}

function insteadOf({ spec, kind, struck, until }: Entry, now: number): Disturbance['instead'] {
  if (kind === 'drop')
    return { answer: { status: 500, headers: {} }, afterEffect: spec.drop === 'after', dropped: true };
  const turns = spec.turns ?? mailboxTroubles[kind];
  if (kind !== 'answer' && !turns) return undefined;
  const words = turns?.[(struck - 1) % turns.length] ?? spec;
  const rest = Number.isFinite(until) ? until - now : undefined;
  return { answer: faultAnswer(words, rest), afterEffect: spec.afterEffect ?? false, dropped: false };
}

function delayOf(spec: FaultSpec, random: () => number): number {
  if (spec.delayMs === undefined) return 0;
  if (typeof spec.delayMs === 'number') return spec.delayMs;
  const [least, most] = spec.delayMs;
  return least + random() * (most - least);
}

type Rewrite = Disturbance['rewrite'];

/** One rewriting after the other. */
function both(first: Rewrite, second: Rewrite): Rewrite {
  if (!first || !second) return first ?? second;
  return (answer) => second(first(answer));
}

/** The faults in force, tried in the order in which they were added, and what they make of a call. */
export class FaultBook {
  readonly #setting: FaultSetting;
  #entries: Entry[] = [];
  #lastId = 0;

  constructor(setting: FaultSetting) {
    this.#setting = setting;
  }

  /** @throws ZodError or SyntaxError when the value is no fault */
  add(fault: unknown): Fault {
    const spec = faultSchema.parse(fault);
    const entry: Entry = {
      id: ++this.#lastId,
      kind: kindOf(spec),
      spec,
      until: spec.forMs === undefined ? Number.POSITIVE_INFINITY : this.#setting.now() + spec.forMs,
      most: mostOf(spec),
      matches: faultMatch(spec, this.#setting.mailboxIdOf),
      passed: 0,
      struck: 0,
    };
    this.#entries.push(entry);
    return shown(entry);
  }

  remove(id: number): boolean {
    const before = this.#entries.length;
    this.#entries = this.#entries.filter((entry) => entry.id !== id);
    return this.#entries.length < before;
  }

  clear(): void {
    this.#entries = [];
  }

  list(): Fault[] {
    this.#tidy();
    return this.#entries.map(shown);
  }

  /** Undefined when nothing matches; a match counts as a strike. The first answer or cut connection is the last word. */
  disturb(call: GraphCall): Disturbance | undefined {
    if (this.#entries.length === 0) return undefined;
    let found: Disturbance | undefined;
    for (const entry of this.#entries) {
      if (found?.instead) break;
      found = this.#add(found, entry, call);
    }
    if (found) this.#tidy();
    return found;
  }

  /** Strikes a fault of a kind that is about a mailbox's notifications; its spec, or undefined. */
  strike(kind: FaultKind, mailbox: string): FaultSpec | undefined {
    const about = ({ spec }: Entry): boolean =>
      spec.mailbox === undefined || this.#setting.mailboxIdOf(spec.mailbox) === mailbox;
    const struck = this.#entries.find((entry) => entry.kind === kind && about(entry) && this.#strikes(entry));
    return struck?.spec;
  }

  #add(found: Disturbance | undefined, entry: Entry, call: GraphCall): Disturbance | undefined {
    if (entry.kind.startsWith('notifications') || !entry.matches(call)) return found;
    const effect = this.#setting.effects[entry.kind];
    const change = effect?.(found?.changed ?? call, entry.spec);
    if ((effect && !change) || !this.#strikes(entry)) return found;
    const instead = insteadOf(entry, this.#setting.now());
    const rewrite = both(found?.rewrite, change?.rewrite);
    return {
      ...found,
      ...change,
      ...(rewrite && { rewrite }),
      ...(instead && { instead }),
      delayMs: (found?.delayMs ?? 0) + delayOf(entry.spec, this.#setting.random),
    };
  }

  #strikes(entry: Entry): boolean {
    if (this.#over(entry)) return false;
    if (entry.passed++ < (entry.spec.skip ?? 0)) return false;
    const { probability } = entry.spec;
    if (probability !== undefined && this.#setting.random() >= probability) return false;
    entry.struck++;
    return true;
  }

  #over(entry: Entry): boolean {
    return entry.struck >= entry.most || this.#setting.now() >= entry.until;
  }

  #tidy(): void {
    if (this.#entries.some((entry) => this.#over(entry)))
      this.#entries = this.#entries.filter((entry) => !this.#over(entry));
  }
}
