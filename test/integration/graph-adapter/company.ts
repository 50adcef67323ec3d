import { connectGraph, type GraphConnection, type GraphOptions } from '#adapters/graph/connection';
import type { CallOptions, Mailbox, Mailboxes } from '#ports/mailboxes';
import { systemChance } from '#runtime/system-chance';
import { systemClock } from '#runtime/system-clock';
import type { Company, FolderContents } from '../../../services/graph-simulator/engine/company.ts';
import { type Simulator, startSimulator } from '../../../services/graph-simulator/service.ts';
import type { SimulatorOptions } from '../../../services/graph-simulator/settings.ts';

export const live: CallOptions = { lane: 'live' };
export const bulk: CallOptions = { lane: 'bulk' };

const guid = (n: number): string => `aaaaaaaa-0000-4000-8000-${String(n).padStart(12, '0')}`;

/** People `m0`, `m1` … each with a licence and an empty mailbox, but for what is given for the first one. */
export function people(count: number, first: FolderContents = {}): Company {
  return {
    tenantId: 'bbbbbbbb-0000-4000-8000-000000000001',
    domain: 'contoso.com',
    users: Array.from({ length: count }, (_, n) => ({
      id: guid(n),
      upn: `m${n}@contoso.com`,
      displayName: `Member ${n}`,
      licensed: true,
      mailbox: { kind: 'user' as const, language: n === 0 ? 'de-DE' : 'en-US', contacts: n === 0 ? first : {} },
    })),
  };
}

export const mailbox = (n: number): Mailbox => ({ tenant: 't', user: guid(n) });

export interface Connected {
  readonly simulator: Simulator;
  readonly graph: GraphConnection;
  readonly mailboxes: Mailboxes;
  close(): Promise<void>;
}

/** A simulated company, and the adapter connected to it over HTTP. */
export async function connectTo(
  scenario: Company,
  options: SimulatorOptions = {},
  more: Partial<GraphOptions> = {},
): Promise<Connected> {
  const simulator = await startSimulator({ scenario, ...options });
  const { graphUrl, loginUrl, tenantId: id, clientId, clientSecret: secret } = simulator;
  const graph = connectGraph({
    tenants: [{ key: 't', id, cloud: 'global', clientId, secret }],
    ...{ graphUrl, loginUrl, clock: systemClock, chance: systemChance, timing: { call: 20_000 } },
    ...more,
  });
  const close = async (): Promise<void> => {
    await graph.close();
    await simulator.close();
  };
  return { simulator, graph, mailboxes: graph.mailboxes, close };
}
