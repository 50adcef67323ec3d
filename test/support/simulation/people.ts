import { stampGuid, stampName } from '#core/stamp';
import type { GraphEngine } from '../../../services/graph-simulator/engine/engine.ts';
import type { Folder } from '../../../services/graph-simulator/engine/folder.ts';
import type { GraphAnswer } from '../../../services/graph-simulator/engine/wire.ts';
import type { Dice } from './dice.ts';
import type { Made } from './ledger.ts';
import { isKept, KEY, type Scenario, type SourceFolder, sample } from './scenario.ts';
import type { Contact, Truth } from './truth.ts';

const SETTLED = 10 * 60_000;
const headers = { prefer: 'IdType="ImmutableId"', 'content-type': 'application/json' };
const stampId = `String {${stampGuid}} Name ${stampName}`;

const weights = {
  creates: 5,
  edits: 10,
  deletes: 3,
  hides: 1,
  excludes: 1,
  movesOut: 1,
  movesBack: 1,
  overwritesCopy: 2,
  marksCopy: 2,
  labelsCopy: 2,
  deletesCopy: 2,
  movesCopy: 0.7,
  movesCopyBack: 0.7,
  doublesCopy: 0.7,
  makesOwn: 2,
  editsOwn: 1,
  deletesOwn: 0.5,
  renamesFolder: 0.3,
  deletesFolder: 0.15,
};

/** What a person wrote on a copy and what must stay there: by item. */
export interface Marks {
  nickName?: string;
  categories?: string[];
}

/** The people of the company, at work in their own mailboxes and in the shared ones, as Outlook would. */
export class People {
  readonly marks = new Map<string, Marks>();
  /** Contacts that are a person's own, as they must remain: by `user/id`. */
  readonly own = new Map<string, string>();
  acts = 0;
  readonly #engine: GraphEngine;
  readonly #truth: Truth;
  readonly #scenario: Scenario;
  readonly #dice: Dice;
  readonly #made: ReadonlyMap<string, Made>;
  readonly #now: () => number;
  readonly #away = new Set<string>();
  readonly #moved = new Set<string>();
  #count = 0;

  constructor(at: {
    readonly engine: GraphEngine;
    readonly truth: Truth;
    readonly scenario: Scenario;
    readonly dice: Dice;
    readonly made: ReadonlyMap<string, Made>;
    readonly now: () => number;
  }) {
    this.#engine = at.engine;
    this.#truth = at.truth;
    this.#scenario = at.scenario;
    this.#dice = at.dice;
    this.#made = at.made;
    this.#now = at.now;
    for (const { user } of at.scenario.people)
      for (const contact of at.truth.all(user)) this.#keepOwn(user, contact.id);
  }

  everAway(key: string): boolean {
    return this.#away.has(key);
  }

  everMoved(user: string, key: string): boolean {
    return this.#moved.has(`${user}/${key}`) || this.#moved.has(user);
  }

  /** Somebody does something. */
  act(): void {
    this.acts++;
    this[this.#dice.weighted(weights)]();
  }

  #request(method: 'POST' | 'PATCH' | 'DELETE', path: string, body?: object): GraphAnswer {
    return this.#engine.handle({ method, path, query: '', headers, ...(body && { body }) });
  }

  #patch(user: string, id: string, body: object): boolean {
    return this.#request('PATCH', `/users/${user}/contacts/${encodeURIComponent(id)}`, body).status === 200;
  }

  #next(): number {
    return ++this.#count;
  }

  // In the sources.

  #source(): { readonly at: SourceFolder; readonly folder: Folder } | undefined {
    const at = this.#dice.pick(this.#scenario.sources);
    const folder = at && this.#truth.folder(at.user, at.name);
    return folder && { at, folder };
  }

  /** A contact of a source that is no copy. */
  #sourceContact(): (Contact & { readonly user: string }) | undefined {
    const source = this.#source();
    if (!source) return undefined;
    const { user } = source.at;
    const contact = this.#dice.pick(this.#truth.contents(user, source.folder).filter(({ stamp }) => !stamp));
    return contact && { ...contact, user };
  }

  #mayLeave(): (Contact & { readonly user: string }) | undefined {
    const contact = this.#sourceContact();
    return contact && !isKept(String(contact.shown[KEY])) ? contact : undefined;
  }

  #touched(user: string, id: string): void {
    if (this.own.has(`${user}/${id}`)) this.#keepOwn(user, id);
  }

  creates(): void {
    const source = this.#source();
    if (!source) return;
    const n = this.#next();
    const path = `/users/${source.at.user}/contactFolders/${source.folder.id}/contacts`;
    const { status, body } = this.#request('POST', path, sample(`new-${n}`, 500_000 + n));
    if (status === 201 && source.at.name === undefined) this.#keepOwn(source.at.user, (body as { id: string }).id);
  }

  edits(): void {
    const contact = this.#sourceContact();
    if (!contact) return;
    const n = this.#next();
    const change = this.#dice.pick([
      { jobTitle: `Rank ${n}` },
      { jobTitle: null, businessPhones: [] },
      { displayName: `Name ${n}`, surname: `Sur ${n}` },
      { personalNotes: `note ${n}` },
      { personalNotes: '' },
      { mobilePhone: `+41 79 ${n}` },
      { categories: [`Group ${n % 3}`] },
      { categories: [] },
      { businessAddress: { city: `City ${n}` } },
      { nickName: `nick ${n}` },
      { emailAddresses: [{ name: 'x', address: `other${n}@fabrikam.test` }] },
    ]);
    this.#patch(contact.user, contact.id, change ?? {});
    this.#touched(contact.user, contact.id);
  }

  deletes(): void {
    const contact = this.#mayLeave();
    if (!contact) return;
    this.#away.add(String(contact.shown[KEY]));
    this.own.delete(`${contact.user}/${contact.id}`);
    this.#request('DELETE', `/users/${contact.user}/contacts/${encodeURIComponent(contact.id)}`);
  }

  hides(): void {
    const contact = this.#mayLeave();
    if (!contact) return;
    this.#away.add(String(contact.shown[KEY]));
    const mailbox = this.#truth.mailbox(contact.user);
    const item = mailbox.itemById(contact.id);
    if (item) this.#engine.world.setPrivate(mailbox, item, !contact.private);
    this.#touched(contact.user, contact.id);
  }

  excludes(): void {
    const contact = this.#mayLeave();
    if (!contact) return;
    this.#away.add(String(contact.shown[KEY]));
    this.#patch(contact.user, contact.id, { categories: ['internal'] });
    this.#touched(contact.user, contact.id);
  }

  movesOut(): void {
    const contact = this.#mayLeave();
    if (!contact) return;
    this.#away.add(String(contact.shown[KEY]));
    this.#move(contact.user, contact.id, this.#otherFolder(contact.user));
    this.#touched(contact.user, contact.id);
  }

  movesBack(): void {
    const source = this.#source();
    if (!source) return;
    const { user } = source.at;
    const out = this.#dice.pick(this.#truth.contents(user, this.#otherFolder(user)).filter(({ stamp }) => !stamp));
    if (out) this.#move(user, out.id, source.folder);
    if (out) this.#touched(user, out.id);
  }

  #otherFolder(user: string): Folder {
    const known = this.#truth.folder(user, 'Elsewhere');
    const mailbox = this.#truth.mailbox(user);
    return known ?? mailbox.createFolder(mailbox.contacts, 'Elsewhere');
  }

  #move(user: string, id: string, folder: Folder): void {
    const mailbox = this.#truth.mailbox(user);
    const item = mailbox.itemById(id);
    if (item) mailbox.moveContact(item, folder);
  }

  // On copies.

  /** A copy that Cardwire made, that is still where it was made or wherever its user has put it. */
  #copy(where: (contact: Contact) => boolean = () => true): (Contact & { readonly user: string }) | undefined {
    const made = this.#dice.pick([...this.#made.values()]);
    const contact = made && this.#truth.find(made.user, made.id);
    return contact && where(contact) ? { ...contact, user: made.user } : undefined;
  }

  overwritesCopy(): void {
    const copy = this.#copy();
    const change = this.#dice.pick([
      { jobTitle: `mine ${this.#next()}` },
      { surname: null },
      { businessPhones: ['1'] },
    ]);
    if (copy) this.#patch(copy.user, copy.id, change ?? {});
  }

  marksCopy(): void {
    const copy = this.#copy();
    if (!copy) return;
    const nickName = `mine ${this.#next()}`;
    if (this.#patch(copy.user, copy.id, { nickName }))
      this.marks.set(copy.id, { ...this.marks.get(copy.id), nickName });
  }

  labelsCopy(): void {
    const copy = this.#copy();
    if (!copy) return;
    const label = `Mine ${this.#next()}`;
    const categories = [...(copy.shown['categories'] as string[]), label];
    const before = this.marks.get(copy.id);
    if (this.#patch(copy.user, copy.id, { categories }))
      this.marks.set(copy.id, { ...before, categories: [...(before?.categories ?? []), label] });
  }

  deletesCopy(): void {
    const copy = this.#copy();
    if (copy) this.#request('DELETE', `/users/${copy.user}/contacts/${encodeURIComponent(copy.id)}`);
  }

  movesCopy(): void {
    const copy = this.#copy(({ folder }) => folder.displayName !== 'Elsewhere');
    if (!copy) return;
    this.#moved.add(`${copy.user}/${String(copy.shown[KEY])}`);
    this.#move(copy.user, copy.id, this.#otherFolder(copy.user));
  }

  movesCopyBack(): void {
    const copy = this.#copy(({ folder }) => folder.displayName === 'Elsewhere');
    const policy = copy && this.#made.get(copy.id)?.policy;
    const beside = [...this.#made.values()].filter((made) => made.user === copy?.user && made.policy === policy);
    const one = this.#dice.pick(beside);
    const home = one && this.#truth.find(one.user, one.id)?.folder;
    if (copy && home) this.#move(copy.user, copy.id, home);
  }

  /** Copy and paste: the double carries our stamp and is its user's (PROTOCOL 2.9: not told apart when fresh). */
  doublesCopy(): void {
    const copy = this.#copy(({ shown }) => this.#now() - Date.parse(String(shown['createdDateTime'])) > SETTLED);
    if (!copy?.stamp) return;
    const { displayName, businessPhones } = copy.shown;
    const { status, body } = this.#request('POST', `/users/${copy.user}/contactFolders/${copy.folder.id}/contacts`, {
      displayName,
      businessPhones,
      [KEY]: `double-${this.#next()}`,
      singleValueExtendedProperties: [{ id: stampId, value: copy.stamp }],
    });
    if (status === 201) this.#keepOwn(copy.user, (body as { id: string }).id);
  }

  // Beside them.

  #keepOwn(user: string, id: string): void {
    const contact = this.#truth.find(user, id);
    if (contact) this.own.set(`${user}/${id}`, JSON.stringify(contact.shown));
    else this.own.delete(`${user}/${id}`);
  }

  makesOwn(): void {
    const place = this.#copy();
    if (!place) return;
    const body = sample(`own-${this.#next()}`, 700_000 + this.#count);
    const made = this.#request('POST', `/users/${place.user}/contactFolders/${place.folder.id}/contacts`, body);
    if (made.status === 201) this.#keepOwn(place.user, (made.body as { id: string }).id);
  }

  #ownContact(): { readonly user: string; readonly id: string } | undefined {
    const where = this.#dice.pick([...this.own.keys()]) ?? '';
    const slash = where.indexOf('/');
    const [user, id] = [where.slice(0, slash), where.slice(slash + 1)];
    const key = String(this.#truth.find(user, id)?.shown[KEY]);
    return id === '' || isKept(key) ? undefined : { user, id };
  }

  editsOwn(): void {
    const own = this.#ownContact();
    if (!own) return;
    this.#patch(own.user, own.id, { jobTitle: `own ${this.#next()}` });
    this.#keepOwn(own.user, own.id);
  }

  deletesOwn(): void {
    const own = this.#ownContact();
    if (!own) return;
    this.#away.add(String(this.#truth.find(own.user, own.id)?.shown[KEY]));
    this.own.delete(`${own.user}/${own.id}`);
    this.#request('DELETE', `/users/${own.user}/contacts/${encodeURIComponent(own.id)}`);
  }

  /** A target folder: it is followed by its id (K-03). */
  renamesFolder(): void {
    const copy = this.#copy(({ folder }) => folder.displayName !== 'Elsewhere' && folder.parent?.parent !== null);
    const mailbox = copy && this.#truth.mailbox(copy.user);
    if (!copy || copy.folder === mailbox?.contacts) return;
    mailbox?.updateFolder(copy.folder, `Renamed ${this.#next()}`);
  }

  /** A target folder with all that is in it, the person's own contacts, too. */
  deletesFolder(): void {
    const copy = this.#copy(({ folder }) => folder.displayName !== 'Elsewhere');
    const mailbox = copy && this.#truth.mailbox(copy.user);
    if (!copy || !mailbox || copy.folder === mailbox.contacts) return;
    this.#moved.add(copy.user);
    for (const contact of this.#truth.contents(copy.user, copy.folder)) this.own.delete(`${copy.user}/${contact.id}`);
    mailbox.deleteFolder(copy.folder);
  }
}
