import type { Context } from '#usecases/context';
import { Propagator, type PropagatorOptions } from '#usecases/propagate';

/** Starts a worker: it takes shards, reads their sources and writes their targets until it is closed. */
export async function startPropagator(context: Context, options: PropagatorOptions): Promise<Propagator> {
  const worker = new Propagator(context, options);
  await worker.start();
  return worker;
}
