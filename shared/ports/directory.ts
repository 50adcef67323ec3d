/** A person or room as the directory knows it. */
export interface Member {
  /** Object id. */
  readonly user: string;
  /** User principal name: for people's eyes. */
  readonly address: string;
}

/** Who is there. Methods may throw Throttled, Unanswered, Denied (ports/errors). */
export interface Directory {
  /** By address (UPN or mail) or object id; undefined when the tenant has no such user. */
  find(tenant: string, who: string): Promise<Member | undefined>;
  /** Every user with at least one licence, whatever account state or kind. */
  licensed(tenant: string): Promise<readonly Member[]>;
  /** The tenant's GUID, whether it was configured by GUID or by domain: part of card ids and keys. */
  tenantId(tenant: string): Promise<string>;
}
