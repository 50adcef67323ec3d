import { parentPort, workerData } from 'node:worker_threads';
import { startSimulator } from '../../graph-simulator/service.ts';
import type { Reach, ThreadOptions } from './simulator-thread.ts';

/** Runs in the worker thread: starts the simulator and says how to reach it. */
const { scenario, seed, latencyMs } = workerData as ThreadOptions;
const simulator = await startSimulator({
  scenario,
  seed,
  latencyMs,
  allowHttpWebhooks: true,
  // The journal and the judge would be the largest things in memory with a thousand mailboxes.
  journalSize: 1000,
});
const { graphUrl, loginUrl, controlUrl, tenantId, clientId, clientSecret } = simulator;
parentPort?.postMessage({ graphUrl, loginUrl, controlUrl, tenantId, clientId, clientSecret } satisfies Reach);
