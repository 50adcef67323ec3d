import type { GraphAnswer } from '../engine/wire.ts';
import type { GraphCall } from '../http/graph-call.ts';
import { type FaultKind, type FaultSpec, faultSchema, kindOf } from './fault.ts';
import { faultAnswer } from './fault-answer.ts';

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

/** A fault in force. */
export interface Fault {
  readonly id: number;
  readonly kind: FaultKind;
  readonly spec: FaultSpec;
  /** How often it has struck. */
  readonly struck: number;
}

/** What a matching kind needs from a module of its own, e.g. memory of what was there before a write. */
export type FaultEffect = (call: GraphCall, spec: FaultSpec) => Pick<Disturbance, 'changed' | 'rewrite'> | undefined;

/** The faults in force, and what they make of a call. */
export interface FaultBook {
  /** @throws ZodError when the value is no fault */
  add(fault: unknown): Fault;
  remove(id: number): boolean;
  clear(): void;
  list(): readonly Fault[];
  /** Undefined when nothing matches; a match counts as a strike. */
  disturb(call: GraphCall): Disturbance | undefined;
  /** Strikes a fault of a kind that is about a mailbox's notifications; its spec, or undefined. */
  strike(kind: FaultKind, mailbox: string): FaultSpec | undefined;
}

interface Entry {
  readonly id: number;
  readonly kind: FaultKind;
  readonly spec: FaultSpec;
  readonly until?: number;
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

function pathTest(path: string | undefined): (text: string) => boolean {
  // What is not about batches as a whole strikes the requests inside them, one by one.
  if (path === undefined) return (text) => text !== '/$batch';
  const expression = /^\/(.+)\/([a-z]*)$/.exec(path);
  if (expression && /[\\^$.*+?()[\]|]/.test(expression[1] as string) && !path.includes('$batch')) {
    const pattern = new RegExp(expression[1] as string, expression[2]);
    return (text) => pattern.test(text);
  }
  return (text) => text.toLowerCase().includes(path.toLowerCase());
}

function matcher(spec: FaultSpec, setting: FaultSetting): (call: GraphCall) => boolean {
  const methods = spec.method === undefined ? undefined : [spec.method].flat().map((method) => method.toUpperCase());
  const onPath = pathTest(spec.path);
  return ({ request, mailbox, caller }) =>
    (!methods || methods.includes(request.method)) &&
    onPath(request.query && spec.path?.includes('?') ? `${request.path}?${request.query}` : request.path) &&
    (spec.mailbox === undefined || mailbox === setting.mailboxIdOf(spec.mailbox)) &&
    (spec.app === undefined || caller.app.clientId === spec.app);
}

const limitOf = (spec: FaultSpec): number => {
  const times = spec.times ?? (spec.forMs === undefined ? 1 : 0);
  return times === 0 ? Number.POSITIVE_INFINITY : times;
};

function insteadOf(entry: Entry, now: number): Disturbance['instead'] {
  const { spec, kind } = entry;
  const rest = entry.until === undefined ? undefined : entry.until - now;
  if (kind === 'drop')
    return { answer: { status: 500, headers: {} }, afterEffect: spec.drop === 'after', dropped: true };
  if (kind !== 'answer') return undefined;
  const words = spec.turns?.[(entry.struck - 1) % spec.turns.length] ?? spec;
  return { answer: faultAnswer(words, rest), afterEffect: spec.afterEffect ?? false, dropped: false };
}

function delayOf(spec: FaultSpec, random: () => number): number {
  if (spec.delayMs === undefined) return 0;
  if (typeof spec.delayMs === 'number') return spec.delayMs;
  const [least, most] = spec.delayMs;
  return least + random() * (most - least);
}

/** A book of faults; the order of entry is the order in which they are tried. */
export function createFaultBook(setting: FaultSetting): FaultBook {
  let entries: Entry[] = [];
  let lastId = 0;

  const strikes = (entry: Entry): boolean => {
    if (entry.until !== undefined && setting.now() >= entry.until) return false;
    if (entry.struck >= limitOf(entry.spec)) return false;
    if (entry.passed++ < (entry.spec.skip ?? 0)) return false;
    if (entry.spec.probability !== undefined && setting.random() >= entry.spec.probability) return false;
    entry.struck++;
    return true;
  };

  const tidy = (): void => {
    const now = setting.now();
    const over = (entry: Entry): boolean =>
      (entry.until !== undefined && now >= entry.until) || entry.struck >= limitOf(entry.spec);
    if (entries.some(over)) entries = entries.filter((entry) => !over(entry));
  };

  const disturb = (call: GraphCall): Disturbance | undefined => {
    if (entries.length === 0) return undefined;
    let found: Disturbance | undefined;
    for (const entry of entries) {
      if (entry.kind.startsWith('notifications') || found?.instead || !entry.matches(call)) continue;
      const effect = setting.effects[entry.kind];
      const change = effect?.(found?.changed ?? call, entry.spec);
      if ((effect && !change) || !strikes(entry)) continue;
      const instead = insteadOf(entry, setting.now());
      const earlier = found?.rewrite;
      const later = change?.rewrite;
      const rewrite = earlier && later ? (answer: GraphAnswer) => later(earlier(answer)) : (later ?? earlier);
      found = {
        ...found,
        ...change,
        ...(rewrite && { rewrite }),
        ...(instead && { instead }),
        delayMs: (found?.delayMs ?? 0) + delayOf(entry.spec, setting.random),
      };
    }
    tidy();
    return found;
  };

  return {
    add(fault) {
      const spec = faultSchema.parse(fault);
      const entry: Entry = {
        id: ++lastId,
        kind: kindOf(spec),
        spec,
        matches: matcher(spec, setting),
        passed: 0,
        struck: 0,
        ...(spec.forMs !== undefined && { until: setting.now() + spec.forMs }),
      };
      entries.push(entry);
      return entry;
    },
    remove(id) {
      const before = entries.length;
      entries = entries.filter((entry) => entry.id !== id);
      return entries.length < before;
    },
    clear() {
      entries = [];
    },
    list: () => entries.map(({ id, kind, spec, struck }) => ({ id, kind, spec, struck })),
    disturb,
    strike(kind, mailbox) {
      const about = ({ spec }: Entry): boolean =>
        spec.mailbox === undefined || setting.mailboxIdOf(spec.mailbox) === mailbox;
      const entry = entries.find((candidate) => candidate.kind === kind && about(candidate) && strikes(candidate));
      return entry?.spec;
    },
  };
}
