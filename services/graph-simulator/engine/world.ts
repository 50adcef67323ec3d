import type { CloudProfile, Company, FolderContents, MailboxKind, UserSpec } from './company.ts';
import { readContactBody } from './contact-body.ts';
import { Directory, type DirectoryObject, licences, someSku } from './directory.ts';
import { privateFlag } from './extended-property.ts';
import { FieldsPool } from './fields-pool.ts';
import { GraphFault } from './graph-fault.ts';
import type { Item } from './item.ts';
import { Mailbox } from './mailbox.ts';
import type { MailboxSurroundings } from './mailbox-surroundings.ts';
import { noQuirks, type Quirks } from './quirks.ts';
import type { EngineSetting, GraphChange } from './wire.ts';

/** A message that left a mailbox: `message` is Graph's JSON, or `{ mime }` with the text that came as MIME. */
export interface SentMail {
  readonly ownerId: string;
  /** Milliseconds since the epoch. */
  readonly sentAt: number;
  readonly message: unknown;
}

const mostMails = 1000;

/**
 * All that the simulated tenant holds. Graph requests act on it through the routes; the control API, the judge and tests act on it
 * here, as another client or an administrator would. Contacts and folders are changed through their `Mailbox`.
 */
export class World {
  readonly company: Company;
  readonly cloud: CloudProfile;
  readonly setting: EngineSetting;
  readonly directory: Directory;
  readonly quirks: Quirks = { ...noQuirks };
  /** Equal fields of written contacts, once each. */
  readonly pool = new FieldsPool();
  readonly #mailboxes = new Map<string, Mailbox>();
  /** By user id: when a fresh mailbox starts to answer, in milliseconds since the epoch. */
  readonly #readyAt = new Map<string, number>();
  readonly #userPhotos = new Map<string, Uint8Array>();
  readonly #mails: SentMail[] = [];
  readonly #listeners = new Set<(change: GraphChange) => void>();
  readonly #around: MailboxSurroundings;

  constructor(company: Company, setting: EngineSetting) {
    this.company = company;
    this.cloud = company.cloud ?? 'global';
    this.setting = setting;
    this.directory = new Directory(company, setting.now);
    this.#around = {
      tenantId: company.tenantId,
      pool: this.pool,
      generators: company.generators ?? {},
      startSecond: Math.floor(setting.now() / 1000),
      second: () => Math.floor(setting.now() / 1000),
      watched: () => this.#listeners.size > 0,
      publish: (change) => this.publish(change),
    };
    for (const user of company.users) {
      this.#openMailbox(user);
      if (user.photo !== undefined) this.setUserPhoto(user.id, Buffer.from(user.photo, 'base64'));
    }
  }

  /** What was sent by `sendMail`, oldest first, bounded. */
  get mails(): readonly SentMail[] {
    return this.#mails;
  }

  /** Keeps a message that was sent. */
  keepMail(mail: SentMail): void {
    if (this.#mails.length >= mostMails) this.#mails.shift();
    this.#mails.push(mail);
  }

  /** The photo of a user by object id, JPEG. */
  userPhoto(id: string): Uint8Array | undefined {
    return this.#userPhotos.get(id);
  }

  /** Gives a user another photo, or none. */
  setUserPhoto(id: string, bytes: Uint8Array | null): void {
    if (bytes) this.#userPhotos.set(id, bytes);
    else this.#userPhotos.delete(id);
  }

  /** Listeners hear of each change after it took place. Returns the way to stop. */
  onChange(listener: (change: GraphChange) => void): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  publish(change: GraphChange): void {
    for (const listener of this.#listeners) listener(change);
  }

  /** The mailbox of a user by object id or user principal name, whether or not Graph would serve it now; undefined if there is none. */
  mailbox(key: string): Mailbox | undefined {
    const user = this.directory.user(key);
    return user && this.#mailboxes.get(user.id);
  }

  get mailboxes(): Iterable<Mailbox> {
    return this.#mailboxes.values();
  }

  /**
   * The mailbox as a request meets it. Throws 404 `ErrorInvalidUser` or, outside the tenant's domain, `ResourceNotFound` for an
   * unknown user, and `MailboxNotEnabledForRESTAPI` without a mailbox in service (graph.md 6, section 11).
   */
  servedMailbox(key: string): Mailbox {
    const user = this.directory.user(key);
    if (user?.deleted !== 'no') throw this.#unknownUser(key);
    const mailbox = this.#mailboxes.get(user.id);
    const unlicensed = mailbox?.kind === 'user' && !isLicensed(user);
    if (!mailbox || unlicensed || (this.#readyAt.get(user.id) ?? 0) > this.setting.now()) {
      throw new GraphFault(404, 'MailboxNotEnabledForRESTAPI', 'REST API is not yet supported for this mailbox.');
    }
    return mailbox;
  }

  /** Adds a user with a mailbox, if it has one, that answers at once. */
  addUser(user: UserSpec): DirectoryObject {
    const [properties] = new Directory(
      { ...this.company, users: [user], groups: [], orgContacts: [] },
      this.setting.now,
    ).list('user');
    const added = this.directory.add('user', properties?.properties ?? {});
    this.#openMailbox(user);
    this.publish({ kind: 'created', entity: 'user', ownerId: added.id });
    return added;
  }

  /** Changes properties of a user, group or orgContact by Graph's names. */
  changeObject(object: DirectoryObject, properties: Readonly<Record<string, unknown>>): void {
    this.directory.change(object, properties);
    this.publish({ kind: 'updated', entity: object.kind, ownerId: object.id });
  }

  /** `soft`: can be restored; `hard`: gone; `no`: restored. The mailbox is out of service meanwhile and keeps what it holds. */
  setDeleted(object: DirectoryObject, deleted: DirectoryObject['deleted']): void {
    this.directory.setDeleted(object, deleted, !this.quirks.memberLossUntold);
    this.publish({ kind: deleted === 'no' ? 'updated' : 'deleted', entity: object.kind, ownerId: object.id });
  }

  setMember(group: DirectoryObject, id: string, removed: boolean): void {
    this.directory.setMember(group, id, removed);
    this.publish({ kind: 'updated', entity: 'group', ownerId: group.id });
  }

  /**
   * Gives or takes a licence. A user without any mailbox gets an empty one with the licence, which starts to answer
   * `readyAfterMs` later (about 15 minutes in the real service, graph.md 6).
   */
  setLicensed(user: DirectoryObject, licensed: boolean, readyAfterMs = 0): void {
    if (licensed) this.#readyAt.set(user.id, this.setting.now() + readyAfterMs);
    if (licensed && !this.#mailboxes.has(user.id)) {
      this.#mailboxes.set(user.id, new Mailbox(user.id, 'user', 'en-US', {}, this.#around));
    }
    this.changeObject(user, { assignedLicenses: licences(licensed ? [someSku] : []) });
  }

  /** What "Private" in Outlook does to a contact. */
  setPrivate(mailbox: Mailbox, item: Item, isPrivate: boolean): void {
    const singleValueExtendedProperties = [{ id: privateFlag, value: String(isPrivate) }];
    mailbox.updateContact(item, readContactBody({ singleValueExtendedProperties }, true));
  }

  /** As if Exchange had lost what it keeps for delta queries of contacts and folders in a mailbox: every token answers 410. */
  forgetSyncStates(mailbox: Mailbox): void {
    for (const folder of mailbox.folders) folder.syncStates.forget();
  }

  #openMailbox(user: UserSpec): void {
    const kind: MailboxKind = user.mailbox?.kind ?? 'none';
    if (kind === 'none') return;
    const contents: FolderContents = user.mailbox?.contacts ?? {};
    const id = user.id.toLowerCase();
    this.#mailboxes.set(id, new Mailbox(id, kind, user.mailbox?.language ?? 'en-US', contents, this.#around));
  }

  #unknownUser(key: string): GraphFault {
    const ofTenant = !key.includes('@') || key.toLowerCase().endsWith(`@${this.company.domain.toLowerCase()}`);
    return ofTenant
      ? new GraphFault(404, 'ErrorInvalidUser', `The requested user '${key}' is invalid.`)
      : new GraphFault(404, 'ResourceNotFound', 'Resource could not be discovered.');
  }
}

function isLicensed(user: DirectoryObject): boolean {
  const assigned = user.properties['assignedLicenses'];
  return Array.isArray(assigned) && assigned.length > 0;
}
