import { setTimeout as pause } from 'node:timers/promises';
import type { Mailboxes } from '#ports/mailboxes';
import type { Write } from '#ports/store';
import type { Ports } from '#usecases/context';
import { usualPolicy } from './stage.ts';
import { type Reachable, startSystem } from './system.ts';

/**
 * Where a process dies: at the n-th write of this name. `sent`: the request is under way, nobody waits for its answer;
 * `after`: the effect took place and nobody noted it.
 */
export interface Kill {
  readonly of: 'graph' | 'store';
  readonly name: string;
  readonly nth: number;
  readonly moment: 'before' | 'sent' | 'after';
}

/** What a child is told: where to work, and where to die, if at all. */
export interface KillOrder {
  readonly reach: Reachable;
  readonly folder: string;
  readonly kill?: Kill;
  /** Tells of every write instead of dying. */
  readonly count: boolean;
}

/** What a counting child says of each write. */
export type Step = Pick<Kill, 'of' | 'name'>;

/** Long enough that the request has left the process, too short for its answer to have been worked with. */
const UNDER_WAY_MS = 4;

function writeName(write: Write): string {
  if (write.op === 'put') return `put ${write.kind}{${Object.keys(write.set).sort().join()}}`;
  return 'kind' in write ? `${write.op} ${write.kind}` : write.op;
}

/** What one call stores, without keys and content: calls of one name are the same step. */
const stepName = (groups: readonly (readonly Write[])[]): string =>
  groups
    .map((group) => [...new Set(group.map(writeName))].sort().join(' + '))
    .filter((name) => name !== '')
    .join(' → ');

type Around = <T>(of: Kill['of'], name: string, write: () => Promise<T>) => Promise<T>;

const die = (): void => void process.kill(process.pid, 'SIGKILL');

/** Kills this very process at one write, without a word, as a power cut would. */
function doom(kill: Kill): Around {
  let met = 0;
  return async (of, name, write) => {
    if (of !== kill.of || name !== kill.name || ++met !== kill.nth) return write();
    if (kill.moment === 'before') die();
    const done = write();
    if (kill.moment === 'sent') await pause(UNDER_WAY_MS).then(die);
    await done.catch(() => undefined);
    die();
    return done;
  };
}

const tell: Around = (of, name, write) => {
  process.send?.({ of, name } satisfies Step);
  return write();
};

/** Every write to a mailbox and to the store passes here. */
function watched(ports: Ports, around: Around): Ports {
  const { store, mailboxes } = ports;
  const graph: Partial<Mailboxes> = {
    create: (...args) => around('graph', 'create', () => mailboxes.create(...args)),
    update: (...args) => around('graph', 'update', () => mailboxes.update(...args)),
    delete: (...args) => around('graph', 'delete', () => mailboxes.delete(...args)),
    setPhoto: (...args) => around('graph', 'setPhoto', () => mailboxes.setPhoto(...args)),
    makeFolder: (...args) => around('graph', 'makeFolder', () => mailboxes.makeFolder(...args)),
  };
  const records: Ports['store'] = {
    write: (groups) => around('store', stepName(groups), () => store.write(groups)),
    get: (kind, keys) => store.get(kind, keys),
    range: (...args) => store.range(...args),
    find: (...args) => store.find(...args),
    copies: (...args) => store.copies(...args),
    copiesByItem: (...args) => store.copiesByItem(...args),
    close: () => store.close(),
  };
  return { ...ports, store: records, mailboxes: { ...mailboxes, ...graph } };
}

function wrap(order: KillOrder): (ports: Ports) => Ports {
  if (order.count) return (ports) => watched(ports, tell);
  const { kill } = order;
  return kill ? (ports) => watched(ports, doom(kill)) : (ports) => ports;
}

const order = JSON.parse(process.env['KILL_ORDER'] ?? '{}') as KillOrder;
await startSystem(order.reach, [usualPolicy({ photos: true })], {
  folder: order.folder,
  pollMs: 150,
  timing: { settle: 1200, grace: 100, beat: 250, retry: [100, 500] },
  wrap: wrap(order),
});
