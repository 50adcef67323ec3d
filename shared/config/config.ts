import type { Policy } from '#core/policy';

/** The configuration, compiled: defaults are settled, durations are milliseconds, secrets are read. */
export interface Config {
  readonly installation: string;
  readonly data: string;
  readonly webhook: Webhook;
  readonly status: Listen;
  readonly pollMs: number;
  readonly nightly: { readonly at: string; readonly zone: string };
  readonly log: 'debug' | 'info' | 'warn' | 'error' | 'silent';
  readonly timing: { readonly settle?: number; readonly grace?: number };
  readonly tenants: readonly Tenant[];
  readonly policies: readonly Policy[];
}

export interface Listen {
  readonly host: string;
  readonly port: number;
}

export interface Webhook {
  readonly listen: Listen;
  /** Absent: policies poll. */
  readonly publicUrl?: string;
  readonly secret?: string;
}

export interface Tenant {
  readonly key: string;
  readonly id: string;
  readonly cloud: 'global' | 'usgov' | 'dod' | 'china';
  readonly clientId: string;
  readonly secret?: string;
  readonly certificate?: { readonly pem: string };
}

/** One thing that is wrong, or worth knowing: where, and what to do. Never quotes a secret. */
export interface Problem {
  /** Such as `policies.0.targets`; empty for the file as a whole. */
  readonly path: string;
  readonly message: string;
  readonly level: 'error' | 'warning';
}

export type Loaded =
  | { readonly config: Config; readonly problems: readonly Problem[] }
  | { readonly config?: never; readonly problems: readonly Problem[] };
