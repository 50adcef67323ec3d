import { compilePolicy } from '#config/compile';
import type { Config } from '#config/config';
import type { Reach } from './simulator-thread.ts';

export const SHARED = 'shared.contacts@contoso.com';
export const SOURCE = 'Customers';
export const TARGET = 'Company contacts';

/** The demo's company as an administrator would configure it; addresses are those of this machine. */
export function demoConfig(reach: Reach, data: string, webhookPort: number): Config {
  return {
    installation: 'demo',
    data,
    webhook: {
      listen: { host: '127.0.0.1', port: webhookPort },
      publicUrl: `http://127.0.0.1:${webhookPort}/graph`,
      secret: 'demo only: proves notifications of the simulator',
    },
    status: { host: '127.0.0.1', port: 0 },
    pollMs: 60_000,
    nightly: { at: '02:00', zone: 'UTC' },
    log: 'silent',
    // The simulator never acts later than this.
    timing: { settle: 10_000, grace: 2_000 },
    tenants: [
      { key: 'contoso', id: reach.tenantId, cloud: 'global', clientId: reach.clientId, secret: reach.clientSecret },
    ],
    policies: [
      compilePolicy({
        id: 'customers',
        tenant: 'contoso',
        mode: 'distribute',
        trigger: 'live',
        sources: [{ mailbox: SHARED, folder: SOURCE }],
        targets: { licensed: true },
        targetFolder: TARGET,
        parallelMailboxes: 'auto',
      }),
    ],
  };
}
