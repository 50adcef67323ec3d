import { invariant } from '#core/invariant';
import { endpointKey } from '#core/keys';
import type { Policy } from '#core/policy';
import type { EndpointRecord, RetryRecord } from '#core/records';
import type { CallOptions, Mailbox, Place } from '#ports/mailboxes';
import type { Outcome, Write } from '#ports/store';
import type { Book } from './books.ts';
import type { Context } from './context.ts';
import { type Leases, Lost } from './lease.ts';

/** One endpoint as its owner knows it: the record, of which it is the only writer, and what need not survive a crash. */
export interface Endpoint {
  readonly key: string;
  record: EndpointRecord;
  /** Read since the shard was taken: whatever a restored store does not know was met (L-13). */
  met: boolean;
  /** Monotonic ms until which an abandoned create may still take effect. */
  quietUntil: number;
  /** Retries, once loaded; the owner is their only writer. */
  retries: Map<number, RetryRecord> | undefined;
  /** Counts of this process, for runs and status. */
  readonly counts: { created: number; updated: number; deleted: number; failed: number };
}

/**
 * One piece of work on one endpoint: bound to the token that it began with, so that a worker which lost and regained the
 * shard in between cannot go on as if nothing had happened (PROTOCOL rationale 9).
 */
export class Pass {
  readonly context: Context;
  readonly endpoint: Endpoint;
  readonly book: Book;
  readonly policy: Policy;
  /** Tenant's GUID. */
  readonly tenantId: string;
  /** Keys of the policy's source endpoints, in the order of the configuration. */
  readonly sources: readonly string[];
  readonly call: CallOptions;
  readonly refused: (number: number, code: string) => void;
  readonly wrote: (item: string, etag: string) => void;
  readonly met: (attempt: number) => Promise<void>;
  /** Conflicts met by this pass, by card number. */
  readonly conflicts = new Map<number, number>();
  /** Items that this pass created: nobody has given them a photo yet. */
  readonly made = new Set<string>();
  readonly #leases: Leases;
  readonly #token: number;

  constructor(
    context: Context,
    leases: Leases,
    at: {
      readonly endpoint: Endpoint;
      readonly book: Book;
      readonly policy: Policy;
      readonly tenantId: string;
      readonly sources: readonly string[];
      readonly lane: 'live' | 'bulk';
      /** Told of each refusal of a card: three endpoints that refuse one version refuse it for all. */
      readonly refused: (number: number, code: string) => void;
      /** Told of each item that was written, with the etag that it has now. */
      readonly wrote: (item: string, etag: string) => void;
      /** Told when an item of ours was attempted, on Graph's clock, that no copy names. */
      readonly met: (attempt: number) => Promise<void>;
    },
  ) {
    this.context = context;
    this.#leases = leases;
    this.endpoint = at.endpoint;
    this.book = at.book;
    this.policy = at.policy;
    this.tenantId = at.tenantId;
    this.sources = at.sources;
    this.refused = at.refused;
    this.wrote = at.wrote;
    this.met = at.met;
    this.call = { lane: at.lane };
    this.#token = leases.token(at.endpoint.record.shard);
  }

  get record(): EndpointRecord {
    return this.endpoint.record;
  }

  get mailbox(): Mailbox {
    return { tenant: this.record.tenant, user: this.record.user };
  }

  /** Throws Bug when the folder is not known yet. */
  get place(): Place {
    const { folderId } = this.record;
    invariant(folderId !== null, 'the folder is resolved before its items are asked for');
    return { ...this.mailbox, folder: folderId };
  }

  /** The token, proved fresh. Called before every store write and every Graph call. Throws Lost. */
  token(): number {
    const { shard } = this.record;
    if (this.#leases.token(shard) !== this.#token) throw new Lost(shard, 'an older pass');
    return this.#token;
  }

  prove(): Promise<void> {
    return this.#leases.prove(this.record.shard, this.#token);
  }

  /** Writes groups in their order. Throws Lost when a record is fenced. */
  async write(groups: readonly (readonly Write[])[]): Promise<Outcome[][]> {
    this.token();
    const outcomes = await this.context.ports.store.write(groups.filter((group) => group.length > 0));
    if (outcomes.flat().includes('fenced')) throw new Lost(this.record.shard, 'fenced');
    return outcomes;
  }

  /** The write that sets fields of the endpoint's record; `adopted` makes the memory agree once it is stored. */
  position(set: Partial<EndpointRecord>): Write {
    return { op: 'put', kind: 'endpoint', key: this.endpoint.key, token: this.token(), set };
  }

  adopted(set: Partial<EndpointRecord>): void {
    this.endpoint.record = { ...this.endpoint.record, ...set };
  }

  /** Stores fields of the endpoint's record, after the given groups. */
  async put(set: Partial<EndpointRecord>, before: readonly (readonly Write[])[] = []): Promise<void> {
    await this.write([...before, [this.position(set)]]);
    this.adopted(set);
  }
}

/** The key of an endpoint's record, by the parts that it is made of. */
export const keyOf = (record: Pick<EndpointRecord, 'policy' | 'mailbox' | 'folder'>): string =>
  endpointKey(record.policy, record.mailbox, record.folder);
