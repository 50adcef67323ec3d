import type { Company, GroupSpec, OrgContactSpec, UserSpec } from './company.ts';

export type DirectoryKind = 'user' | 'group' | 'orgContact';

/** One object of the directory. `deleted`: `soft` can be restored for 30 days, `hard` is gone (graph.md 2.6). */
export interface DirectoryObject {
  readonly id: string;
  readonly kind: DirectoryKind;
  /** By Graph's names, `id` included. */
  properties: Readonly<Record<string, unknown>>;
  deleted: 'no' | 'soft' | 'hard';
  /** Groups only: object ids, in order of joining. */
  readonly members: Set<string>;
}

/** One entry of the directory's history; what its delta queries read. */
export interface DirectoryChange {
  readonly version: number;
  /** Milliseconds since the epoch. */
  readonly at: number;
  readonly object: DirectoryObject;
  /** Names of the changed properties; `undefined` for creation, deletion and restoring, which concern all. */
  readonly properties: readonly string[] | undefined;
  /** Groups only. */
  readonly member?: { readonly id: string; readonly removed: boolean };
}

/** The SKU of a licence of which a company says no more. */
export const someSku = '05e9a617-0261-4cee-bb44-138d3ef5d965';

/** Users, groups and organisational contacts of the tenant, with the history of their changes. */
export class Directory {
  readonly #objects = new Map<string, DirectoryObject>();
  readonly #byUpn = new Map<string, DirectoryObject>();
  readonly #history: DirectoryChange[] = [];

  readonly #now: () => number;

  /** `now` in milliseconds since the epoch. */
  constructor(company: Company, now: () => number) {
    this.#now = now;
    for (const user of company.users) this.#put('user', userProperties(user), []);
    for (const group of company.groups ?? []) this.#put('group', groupProperties(group), group.members);
    for (const contact of company.orgContacts ?? []) this.#put('orgContact', orgContactProperties(contact), []);
  }

  /** Number of changes since the start. */
  get version(): number {
    return this.#history.length;
  }

  /** By object id, whatever its case; deleted ones included. */
  object(id: string): DirectoryObject | undefined {
    return this.#objects.get(id.toLowerCase());
  }

  /** By object id or user principal name, whatever the case; deleted ones included. */
  user(key: string): DirectoryObject | undefined {
    const found = this.#byUpn.get(key.toLowerCase()) ?? this.object(key);
    return found?.kind === 'user' ? found : undefined;
  }

  /** Not deleted ones, in order of creation. */
  list(kind: DirectoryKind): DirectoryObject[] {
    return this.all(kind).filter(({ deleted }) => deleted === 'no');
  }

  /** Changes later than `version` up to `until`, oldest first. */
  changesBetween(version: number, until: number): readonly DirectoryChange[] {
    return this.#history.slice(version, until);
  }

  /** The version that was reached at a time, in milliseconds since the epoch. */
  versionAt(time: number): number {
    return this.#history.findLastIndex(({ at }) => at <= time) + 1;
  }

  /** In order of creation, deleted ones included. */
  all(kind: DirectoryKind): DirectoryObject[] {
    return [...this.#objects.values()].filter((object) => object.kind === kind);
  }

  add(
    kind: DirectoryKind,
    properties: Readonly<Record<string, unknown>>,
    members: readonly string[] = [],
  ): DirectoryObject {
    const object = this.#put(kind, properties, members);
    this.#log({ object, properties: undefined });
    return object;
  }

  /** Merges properties; a user is found under a changed principal name at once, and under the old one no more. */
  change(object: DirectoryObject, properties: Readonly<Record<string, unknown>>): void {
    const before = object.properties['userPrincipalName'];
    if (typeof before === 'string') this.#byUpn.delete(before.toLowerCase());
    object.properties = { ...object.properties, ...properties };
    this.#index(object);
    this.#log({ object, properties: Object.keys(properties) });
  }

  /** With `hard`, groups lose the member; whether their history says so is `memberLossTold` (graph.md 2.6: sometimes it does not). */
  setDeleted(object: DirectoryObject, deleted: DirectoryObject['deleted'], memberLossTold = true): void {
    object.deleted = deleted;
    this.#log({ object, properties: undefined });
    if (deleted !== 'hard') return;
    for (const group of this.all('group')) {
      if (!group.members.has(object.id)) continue;
      if (memberLossTold) this.setMember(group, object.id, true);
      else group.members.delete(object.id);
    }
  }

  /** Adds or removes a direct member. A user who is only soft-deleted keeps membership (graph.md 2.6). */
  setMember(group: DirectoryObject, id: string, removed: boolean): void {
    if (removed) group.members.delete(id);
    else group.members.add(id);
    this.#log({ object: group, properties: ['members'], member: { id, removed } });
  }

  /** Direct members, or with nested groups unfolded, each once. Deleted objects are left out. */
  members(group: DirectoryObject, transitive: boolean): DirectoryObject[] {
    const found = new Map<string, DirectoryObject>();
    const visit = (from: DirectoryObject): void => {
      for (const id of from.members) {
        const member = this.object(id);
        if (member?.deleted !== 'no' || member === group || found.has(member.id)) continue;
        found.set(member.id, member);
        if (transitive && member.kind === 'group') visit(member);
      }
    };
    visit(group);
    return [...found.values()];
  }

  #put(
    kind: DirectoryKind,
    properties: Readonly<Record<string, unknown>>,
    members: readonly string[],
  ): DirectoryObject {
    const id = String(properties['id']).toLowerCase();
    const object: DirectoryObject = { id, kind, properties, deleted: 'no', members: new Set(members) };
    this.#objects.set(id, object);
    this.#index(object);
    return object;
  }

  #index(object: DirectoryObject): void {
    const upn = object.properties['userPrincipalName'];
    if (typeof upn === 'string') this.#byUpn.set(upn.toLowerCase(), object);
  }

  #log(change: Omit<DirectoryChange, 'version' | 'at'>): void {
    this.#history.push({ ...change, version: this.#history.length + 1, at: this.#now() });
  }
}

function userProperties(user: UserSpec): Record<string, unknown> {
  const hasMailbox = user.mailbox !== undefined && user.mailbox.kind !== 'none';
  return {
    businessPhones: [],
    userType: 'Member',
    ...user.properties,
    id: user.id.toLowerCase(),
    userPrincipalName: user.upn,
    displayName: user.displayName,
    mail: user.mail === undefined ? (hasMailbox ? user.upn : null) : user.mail,
    accountEnabled: user.enabled ?? true,
    ...(user.userType ? { userType: user.userType } : {}),
    assignedLicenses: licences(user.licensed ? (user.skuIds ?? [someSku]) : []),
  };
}

/** `assignedLicenses` for these SKUs. */
export function licences(skuIds: readonly string[]): { disabledPlans: string[]; skuId: string }[] {
  return skuIds.map((skuId) => ({ disabledPlans: [], skuId }));
}

function groupProperties(group: GroupSpec): Record<string, unknown> {
  return {
    groupTypes: [],
    securityEnabled: true,
    mailEnabled: false,
    ...group.properties,
    id: group.id.toLowerCase(),
    displayName: group.displayName,
    mail: group.mail ?? null,
  };
}

function orgContactProperties(contact: OrgContactSpec): Record<string, unknown> {
  return {
    addresses: [],
    phones: [],
    proxyAddresses: contact.mail === null ? [] : [`SMTP:${contact.mail}`],
    onPremisesProvisioningErrors: [],
    serviceProvisioningErrors: [],
    ...contact.properties,
    id: contact.id.toLowerCase(),
    displayName: contact.displayName,
    mail: contact.mail,
  };
}
