import type { EventEmitter } from 'node:events';

/** Windows knows Ctrl+C and Ctrl+Break (SIGBREAK) only; elsewhere SIGTERM is the polite request of a service manager. */
const asked = ['SIGINT', 'SIGTERM', 'SIGBREAK'] as const;
export type StopSignal = (typeof asked)[number];

export interface OnStop {
  /** The first request: finish what is under way. */
  readonly graceful: (signal: StopSignal) => void;
  /** Each further one: somebody does not want to wait. */
  readonly forceful: (signal: StopSignal) => void;
}

/** Listens for requests to stop, on `process` in production. Returns what takes the listeners off again. */
export function onStopSignals(source: Pick<EventEmitter, 'on' | 'off'>, { graceful, forceful }: OnStop): () => void {
  let requests = 0;
  const listeners = asked.map((signal) => {
    const listener = () => {
      requests += 1;
      if (requests === 1) graceful(signal);
      else forceful(signal);
    };
    source.on(signal, listener);
    return () => source.off(signal, listener);
  });
  return () => {
    for (const off of listeners) off();
  };
}
