/**
 * A company as the simulator finds it at start. Scenario files and builders produce this value; the engine only reads it.
 * Everything optional has the default that its comment names.
 */
export interface Company {
  /** GUID. */
  readonly tenantId: string;
  /** Verified domain, e.g. `contoso.com`: user names within it count as known to the tenant (graph.md 6, unknown users). */
  readonly domain: string;
  readonly displayName?: string;
  /** `global`. `china` has no contact delta, only `global` has permanentDelete (graph.md 2.3, 1.4). */
  readonly cloud?: CloudProfile;
  readonly users: readonly UserSpec[];
  readonly groups?: readonly GroupSpec[];
  readonly orgContacts?: readonly OrgContactSpec[];
  /** By flavour name; every `GeneratedContacts.flavour` must be found here. */
  readonly generators?: Readonly<Record<string, ContactGenerator>>;
}

export type CloudProfile = 'global' | 'usGov' | 'usGovDod' | 'china';

/** `none`: a directory user without a mailbox in Exchange Online (guest, on-premises, never licensed). */
export type MailboxKind = 'user' | 'shared' | 'room' | 'equipment' | 'none';

export interface UserSpec {
  /** GUID, the object id. */
  readonly id: string;
  readonly upn: string;
  /** Defaults to `upn` if there is a mailbox, else null. */
  readonly mail?: string | null;
  readonly displayName: string;
  /** Without a licence a mailbox of kind `user` answers MailboxNotEnabledForRESTAPI; the other kinds need none. */
  readonly licensed: boolean;
  /** SKU ids behind `licensed`. One made-up SKU. */
  readonly skuIds?: readonly string[];
  /** accountEnabled. True. */
  readonly enabled?: boolean;
  /** `Member`. */
  readonly userType?: 'Member' | 'Guest';
  /** JPEG, base64. None. */
  readonly photo?: string;
  /** Any other Graph property of a user, by its Graph name: givenName, surname, department, businessPhones, ... */
  readonly properties?: Readonly<Record<string, unknown>>;
  /** Kind `none`. */
  readonly mailbox?: MailboxSpec;
}

export interface MailboxSpec {
  readonly kind: MailboxKind;
  /** BCP 47; decides the name of the default folder. `en-US`. */
  readonly language?: string;
  /** What the default Contacts folder holds, and the folders below it. */
  readonly contacts?: FolderContents;
}

export interface FolderContents {
  /** Written out, in Graph's own form (the body of a POST), `singleValueExtendedProperties` included. */
  readonly explicit?: readonly ContactBody[];
  /** Costs no memory until somebody writes one of them. */
  readonly generated?: GeneratedContacts;
  /** Personal distribution lists: counted by `$count`, never listed (graph.md 1.2). 0. */
  readonly distributionLists?: number;
  readonly folders?: readonly FolderSpec[];
}

/** Names may repeat among siblings here, as Outlook and EWS allow (graph.md 1.6). */
export interface FolderSpec extends FolderContents {
  readonly displayName: string;
}

export interface GeneratedContacts {
  /** Key of `Company.generators`. */
  readonly flavour: string;
  readonly seed: number;
  readonly count: number;
}

/** Pure: the same (seed, index) gives the same contact for ever. 0 <= index < count. Called at every read of a contact that nobody wrote. */
export type ContactGenerator = (seed: number, index: number) => ContactBody;

/** A contact in Graph's JSON form, as one would POST it. */
export type ContactBody = Readonly<Record<string, unknown>>;

export interface GroupSpec {
  /** GUID. */
  readonly id: string;
  readonly displayName: string;
  readonly mail?: string | null;
  /** Object ids of users, groups (nesting) and orgContacts. */
  readonly members: readonly string[];
  /** Any other Graph property of a group: groupTypes, securityEnabled, mailEnabled, ... */
  readonly properties?: Readonly<Record<string, unknown>>;
}

export interface OrgContactSpec {
  /** GUID. */
  readonly id: string;
  readonly displayName: string;
  readonly mail: string | null;
  /** Any other Graph property: givenName, companyName, phones, addresses, ... */
  readonly properties?: Readonly<Record<string, unknown>>;
}
