import { Agent, type RequestInit, fetch as trustingFetch } from 'undici';
import { afterEach, vi } from 'vitest';
import type { Simulator } from '../../../services/graph-simulator/service.ts';
import { askToken, at, simulate } from './raw-client.ts';

const agents: Agent[] = [];

afterEach(async () => {
  vi.unstubAllGlobals();
  for (const agent of agents.splice(0)) await agent.destroy();
});

/**
 * A simulator that speaks TLS, with a token. Clients of other makers send their token to https addresses only; the
 * simulator's own certificate is trusted by the fetch that they find.
 */
export async function secureSimulator(): Promise<{ simulator: Simulator; token: string }> {
  const simulator = await simulate({ tls: true });
  const dispatcher = new Agent({ connect: { ca: simulator.certificatePem ?? '' } });
  agents.push(dispatcher);
  vi.stubGlobal('fetch', (url: string, init: RequestInit) => trustingFetch(url, { ...init, dispatcher }));
  const { body } = await askToken(simulator);
  return { simulator, token: String(at(body, 'access_token')) };
}
