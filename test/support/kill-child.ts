import type { Mailboxes } from '#ports/mailboxes';
import type { Ports } from '#usecases/context';
import { usualPolicy } from './stage.ts';
import { type Reachable, startSystem } from './system.ts';

/** What a child is told: where to work, and at which step to die. */
export interface KillOrder {
  readonly reach: Reachable;
  readonly folder: string;
  /** Steps are writes to a mailbox or to the store; 0: never. */
  readonly step: number;
  /** `after`: the effect took place and nobody noted it. */
  readonly moment: 'before' | 'after';
  readonly of: 'graph' | 'store';
}

/** Kills this very process at the n-th write, without a word, as a power cut would. */
function doomed(ports: Ports, { step, moment, of }: KillOrder): Ports {
  let steps = 0;
  const at = async <T>(kind: KillOrder['of'], write: () => Promise<T>): Promise<T> => {
    const mine = kind === of && ++steps === step;
    if (kind === of) process.send?.({ steps });
    if (mine && moment === 'before') process.kill(process.pid, 'SIGKILL');
    const done = await write();
    if (mine) process.kill(process.pid, 'SIGKILL');
    return done;
  };
  const { store, mailboxes } = ports;
  const graph: Partial<Mailboxes> = {
    create: (...args) => at('graph', () => mailboxes.create(...args)),
    update: (...args) => at('graph', () => mailboxes.update(...args)),
    delete: (...args) => at('graph', () => mailboxes.delete(...args)),
    makeFolder: (...args) => at('graph', () => mailboxes.makeFolder(...args)),
  };
  const watched: Ports['store'] = {
    write: (groups) => at('store', () => store.write(groups)),
    get: (kind, keys) => store.get(kind, keys),
    range: (...args) => store.range(...args),
    find: (...args) => store.find(...args),
    copies: (...args) => store.copies(...args),
    copiesByItem: (...args) => store.copiesByItem(...args),
    close: () => store.close(),
  };
  return { ...ports, store: watched, mailboxes: { ...mailboxes, ...graph } };
}

const order = JSON.parse(process.env['KILL_ORDER'] ?? '{}') as KillOrder;
const system = await startSystem(order.reach, [usualPolicy()], {
  folder: order.folder,
  pollMs: 150,
  timing: { settle: 1200, grace: 100, beat: 250, retry: [100, 500] },
  wrap: (ports) => (order.step > 0 ? doomed(ports, order) : ports),
});
process.send?.({ started: true });
process.once('SIGTERM', async () => {
  await system.close();
  process.exit(0);
});
