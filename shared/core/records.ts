import type { Version } from './card.ts';
import type { Copy } from './copy.ts';

/** `00` … `63`, and `time` for the pseudo shard that owns clocks and membership. */
export type ShardKey = string;

/** A worker's right to a shard: the token only grows and fences every record that the worker writes. */
export interface ShardRecord {
  readonly owner: string | null;
  readonly token: number;
}

export interface WorkerRecord {
  readonly beat: number;
  readonly host: string;
  readonly version: string;
  /** From when to when it has been at work, ms since the epoch: what a restored store does not know lies between (L-13). */
  readonly started: number;
  readonly at: number;
}

/** One record of a book's log: what was decided and what was seen, together. Immutable. */
export interface CommitRecord {
  readonly book: string;
  readonly revision: number;
  readonly time: number;
  readonly token: number;
  /** How many cards were ever born in the book up to here: the next number is one more. */
  readonly cardsBorn: number;
  readonly versions: readonly Version[];
  readonly observed: Readonly<Record<string, Observed>>;
}

/** What an endpoint's reader had seen when it committed: stored into its own records by the next load after a crash. */
export interface Observed {
  /** Absent: the cursor stays where it is. Null: start from nothing. */
  readonly link?: string | null;
  /** Per card number; null removes the copy. */
  readonly copies: Readonly<Record<number, Copy | null>>;
}

export interface VersionRecord extends Version {
  readonly book: string;
  readonly revision: number;
  /** When its commit was made. */
  readonly time: number;
}

export interface PolicyRecord {
  readonly policy: string;
  readonly generation: string;
  readonly at: number;
  /** The rule as configured, as JSON text, for people. */
  readonly rule: string;
}

/** Who should have the policy's cards. Written by the owner of `time`. */
export interface MemberRecord {
  readonly policy: string;
  readonly mailbox: string;
  readonly folder: string;
  readonly shard: ShardKey;
  readonly role: Role;
  readonly tenant: string;
  /** Object id of the mailbox's owner. */
  readonly user: string;
  /** For people's eyes. */
  readonly address: string;
  /** Configured path of names below the default folder; empty is the default folder. */
  readonly path: readonly string[];
  readonly wanted: boolean;
  readonly since: number;
  readonly why: string;
}

export type Role = 'source' | 'target';
export type EndpointState = 'joining' | 'active' | 'unreachable' | 'leaving' | 'left';

export interface EndpointRecord {
  readonly policy: string;
  readonly mailbox: string;
  readonly folder: string;
  readonly shard: ShardKey;
  readonly token: number;
  readonly role: Role;
  readonly tenant: string;
  readonly user: string;
  readonly address: string;
  readonly path: readonly string[];
  /** Graph's folder id, once found. */
  readonly folderId: string | null;
  /** The folder was made by us: removed with us when empty. */
  readonly folderOurs: boolean;
  /** The policy generation that the endpoint obeys. */
  readonly generation: string;
  readonly state: EndpointState;
  readonly inDoubt: boolean;
  /** Revision up to which every card is shown by its copy or named by a retry. */
  readonly applied: number;
  readonly read: ReadPosition;
  /** Milliseconds since the epoch; 0: nothing is due. */
  readonly dueAt: number;
  /** Why it waits, as a stable code, or null. */
  readonly code: string | null;
  /** Failures in a row: the delay of the next attempt. */
  readonly tries: number;
  readonly held: boolean;
  /** Source: items that the folder counts and no list shows, such as distribution lists (B-09). */
  readonly others: number;
  /** Some copies were made since the folder was last read to its end. */
  readonly unseen: boolean;
  /** Leaving: remove what is ours, rather than leave it (K-08). */
  readonly purge: boolean;
  readonly inventoryAt: number;
}

export interface ReadPosition {
  readonly link: string | null;
  /** Own commits up to here are stored in the endpoint's records. */
  readonly revision: number;
  /** When the folder was last read to its end. */
  readonly time: number;
}

export interface RetryRecord {
  readonly endpoint: string;
  readonly number: number;
  readonly token: number;
  readonly shard: ShardKey;
  readonly policy: string;
  /** Null: parked, it waits for a person. */
  readonly due: number | null;
  readonly tries: number;
  readonly code: string;
  readonly reason: string;
  readonly requestId?: string;
  readonly since: number;
  /** The card's version when it was parked: a newer one is tried anew. */
  readonly revision: number;
}

export type HoldKind = 'deletions' | 'source empty' | 'values' | 'members';

/** What the brake stopped. */
export interface HoldRecord {
  readonly policy: string;
  /** Endpoint whose reading would have done it; the policy itself for members. */
  readonly endpoint: string;
  readonly shard: ShardKey;
  readonly token: number;
  readonly kind: HoldKind;
  /** Card numbers, or mailbox keys for members. */
  readonly cards: readonly (number | string)[];
  readonly reason: string;
  readonly since: number;
  readonly state: 'held' | 'released' | 'discarded';
  /** Filled by the answer. */
  readonly approver?: string;
  readonly answered?: number;
}

export type OrderKind = 'run' | 'reconcile' | 'release' | 'discard' | 'retry' | 'remove';

/** A command of a person or of the clock. Immutable but for `state`, which the owner of `time` closes. */
export interface OrderRecord {
  readonly kind: OrderKind;
  readonly policy: string;
  /** Null for all endpoints; else endpoint keys, a hold's key, or a plan's key, by kind. */
  readonly scope: readonly string[] | null;
  readonly by: string;
  readonly reason: string;
  readonly at: number;
  /** Count that the person named, for release and discard. */
  readonly count?: number;
  readonly state: 'open' | 'closed';
}

export interface RunCounts {
  readonly created: number;
  readonly updated: number;
  readonly deleted: number;
  readonly skipped: number;
  readonly failed: number;
}

/** Progress and report of one order in one shard. */
export interface RunRecord {
  readonly order: string;
  readonly shard: ShardKey;
  readonly token: number;
  readonly policy: string;
  readonly kind: OrderKind;
  /** `reading` until every source of the shard was read; then `applying`; then `done`. */
  readonly phase: 'reading' | 'applying' | 'done';
  readonly started: number;
  readonly ended: number | null;
  readonly endpoints: number;
  readonly endpointsDone: number;
  readonly counts: RunCounts;
  /** Drift found by kind, for reconcile. */
  readonly drift: Readonly<Record<string, number>>;
  /** One sentence each, naming mailbox and remedy; capped. */
  readonly problems: readonly string[];
}

export interface SubscriptionRecord {
  readonly tenant: string;
  readonly mailbox: string;
  readonly user: string;
  readonly resource: string;
  readonly id: string;
  readonly expires: number;
  /** Hash of address and clientState that it was made with: made anew when the webhook's are others. */
  readonly proof: string;
  readonly state: 'active' | 'refused' | 'none';
  /** Why notifications are not to be had, in words. */
  readonly reason: string | null;
  readonly token: number;
}

export interface LetterRecord {
  readonly queue: string;
  readonly body: string;
  readonly reason: string;
  readonly at: number;
}

export interface BlobRecord {
  /** Base64. */
  readonly bytes: string;
}

/** A stored preview: exactly what a run of it does, or it is refused as stale (promise 8). */
export interface PlanRecord {
  readonly policy: string;
  readonly at: number;
  readonly by: string;
  readonly generation: string;
  /** Operations as JSON-ready values. */
  readonly body: unknown;
}

/** Small facts of the installation: `installation`, `schema`, `nightly`, `books/<id>`. */
export interface FactRecord {
  readonly value: unknown;
}

export interface RecordKinds {
  shard: ShardRecord;
  worker: WorkerRecord;
  commit: CommitRecord;
  version: VersionRecord;
  policy: PolicyRecord;
  member: MemberRecord;
  endpoint: EndpointRecord;
  retry: RetryRecord;
  hold: HoldRecord;
  order: OrderRecord;
  run: RunRecord;
  subscription: SubscriptionRecord;
  letter: LetterRecord;
  blob: BlobRecord;
  plan: PlanRecord;
  fact: FactRecord;
}
export type RecordKind = keyof RecordKinds;
