import type { ContactGenerator } from './company.ts';
import type { FieldsPool } from './fields-pool.ts';
import type { GraphChange } from './wire.ts';

/** What all mailboxes of a world share. */
export interface MailboxSurroundings {
  readonly tenantId: string;
  readonly pool: FieldsPool;
  readonly generators: Readonly<Record<string, ContactGenerator>>;
  /** When the world began, in seconds since the epoch. */
  readonly startSecond: number;
  /** Now, in whole seconds since the epoch. */
  readonly second: () => number;
  /** Whether anybody listens; if not, changes need not be described. */
  readonly watched: () => boolean;
  readonly publish: (change: GraphChange) => void;
}
