import { Worker } from 'node:worker_threads';

/** How to reach the simulator of the demo; no address ends in a slash. */
export interface Reach {
  readonly graphUrl: string;
  readonly loginUrl: string;
  readonly controlUrl: string;
  readonly tenantId: string;
  readonly clientId: string;
  readonly clientSecret: string;
}

export interface SimulatorThread extends Reach {
  close(): Promise<void>;
}

export interface ThreadOptions {
  /** Path of a scenario file. */
  readonly scenario: string;
  readonly seed: number;
  readonly latencyMs: number;
}

/** The Graph simulator in a thread of its own, so that its work and ours do not wait for each other. */
export async function startSimulatorThread(options: ThreadOptions): Promise<SimulatorThread> {
  const worker = new Worker(new URL('./simulator-worker.ts', import.meta.url), { workerData: options });
  const reach = await new Promise<Reach>((resolve, reject) => {
    worker.once('message', resolve);
    worker.once('error', reject);
  });
  return {
    ...reach,
    async close() {
      await worker.terminate();
    },
  };
}
