import { lockFolder } from '#adapters/sqlite/lock';
import type { Config } from '#config/config';
import type { Event } from '#core/event';
import { clientState } from '#messages/client-state';
import type { Context } from '#usecases/context';
import type { Propagator } from '#usecases/propagate';
import { startPropagator } from '../propagator/service.ts';
import { timeDuties } from '../reconciler/service.ts';
import { type Composed, compose } from './compose.ts';
import type { Environment } from './settings.ts';

/** The working part of Cardwire in this process: the one owner of its data folder. */
export interface Engine extends Composed {
  readonly worker: Propagator;
}

export interface EngineOptions {
  /** Absent: the configuration's data folder. */
  readonly folder?: string;
  readonly emit: (event: Event) => void;
  /** Runs when everything but the worker is there; what it returns is called before the ports close. */
  readonly before?: (context: Context) => Promise<() => Promise<void>>;
}

/**
 * Locks the data folder and starts propagator and reconciler over it. Throws FolderLocked when another process works on
 * it, StoreUnavailable when it cannot be used.
 */
export async function startEngine(config: Config, environment: Environment, options: EngineOptions): Promise<Engine> {
  const folder = options.folder ?? config.data;
  const lock = folder === ':memory:' ? undefined : lockFolder(folder);
  const undo: (() => Promise<void>)[] = [async () => lock?.release()];
  const close = async (): Promise<void> => {
    for (const step of undo.splice(0).reverse()) await step();
  };
  try {
    const composed = await compose(config, environment, { folder, emit: options.emit });
    undo.push(() => composed.close());
    if (options.before) undo.push(await options.before(composed.context));
    const { secret } = config.webhook;
    const duties = timeDuties({
      nightly: config.nightly,
      address: config.webhook.publicUrl ?? '',
      clientState: (tenant, mailbox) => clientState(secret ?? '', tenant, mailbox),
    });
    const worker = await startPropagator(composed.context, { exclusive: true, duties });
    undo.push(() => worker.close());
    return { ...composed, worker, close };
  } catch (cause) {
    await close();
    throw cause;
  }
}
