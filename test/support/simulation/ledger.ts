import { parseStamp } from '#core/stamp';
import { pathSegments } from '../../../services/graph-simulator/engine/path.ts';
import type { GraphRequest } from '../../../services/graph-simulator/engine/wire.ts';
import type { Effect, Witness } from './cloud.ts';
import type { Machine } from './machine.ts';
import { KEY } from './scenario.ts';
import type { Contact, Truth } from './truth.ts';

/** One contact that Cardwire created: known by the request that did it, not by its stamp. */
export interface Made {
  readonly user: string;
  readonly id: string;
  readonly policy: string;
  readonly key: string;
  readonly effect: Effect;
}

/** What the people of the company have done, as far as Cardwire's writes are judged by it. */
export interface Excuses {
  /** Was the contact of this key ever away from its source: deleted, moved, hidden, excluded? */
  everAway(key: string): boolean;
  /** Was the mailbox ever out of the policy? */
  everUnwanted(policy: string, user: string): boolean;
  /** Has a person moved a copy of this key in this mailbox, or deleted its folder? */
  everMoved(user: string, key: string): boolean;
}

/** Fields that no policy of the simulation writes. */
const FREE = ['nickName', 'profession'] as const;

/**
 * Judges every write of Cardwire's at the moment it takes effect, by what really lies in the mailboxes and who put it
 * there: I8, I9, I10, I11. Nothing of the product's planning is asked.
 */
export class Ledger {
  readonly made = new Map<string, Made>();
  readonly violations: string[] = [];
  writes = { create: 0, update: 0, delete: 0, other: 0 };
  readonly #truth: Truth;
  readonly #excuses: Excuses;

  constructor(truth: Truth, excuses: Excuses) {
    this.#truth = truth;
    this.#excuses = excuses;
  }

  get total(): number {
    return this.writes.create + this.writes.update + this.writes.delete + this.writes.other;
  }

  readonly witness: Witness = (machine, request) => {
    const segments = pathSegments(request.path);
    const [, user = '', collection, folder = '', items, id] = segments;
    if (collection === 'contactFolders' && items === 'contacts' && id !== undefined)
      return this.#change(machine, request, user.toLowerCase(), id);
    if (collection === 'contactFolders' && items === 'contacts') return (effect) => this.#created(effect, user, folder);
    if (collection === 'contactFolders' && request.method === 'DELETE') return this.#folderDeleted(user, folder);
    return () => {
      this.writes.other++;
    };
  };

  #say(machine: Machine, sentence: string): void {
    this.violations.push(`${machine.name}: ${sentence}`);
  }

  #created(effect: Effect, user: string, folder: string): void {
    if (effect.answer.status !== 201) return;
    this.writes.create++;
    const body = effect.request.body as Record<string, unknown> & {
      readonly singleValueExtendedProperties?: readonly { readonly value: string }[];
    };
    const stamp = parseStamp(body.singleValueExtendedProperties?.[0]?.value ?? '');
    const { id } = effect.answer.body as { readonly id: string };
    const key = String(body[KEY]);
    if (!stamp) {
      this.#say(effect.machine, `I8: a contact without stamp was created: ${key}`);
      return;
    }
    const { policy } = stamp;
    const before = this.#living(user, policy, key).filter(
      ({ contact }) => contact.folder.id === this.#folderId(user, folder),
    );
    this.made.set(id, { user, id, policy, key, effect });
    if (before.length === 0) return;
    const excused = before.some(({ made }) => this.#isExcused(made)) || this.#excuses.everMoved(user, key);
    if (before.length > 1 && !this.#excuses.everMoved(user, key))
      this.#say(effect.machine, `I8: ${before.length + 1} copies of ${key} of ${policy} for ${user}`);
    else if (!excused)
      this.#say(effect.machine, `I8: ${key} of ${policy} created twice for ${user} without an unknown outcome`);
  }

  #folderId(user: string, folder: string): string | undefined {
    return this.#truth.folderById(user, folder)?.id;
  }

  /** Its maker may not know of it: the answer was lost, or the maker died, stood still, or lost its store since. */
  #isExcused({ effect }: Made): boolean {
    return !effect.delivered || effect.machine.shaken >= effect.at - 120_000;
  }

  /** Copies that Cardwire made and that are still there. */
  #living(user: string, policy: string, key: string): { readonly made: Made; readonly contact: Contact }[] {
    return [...this.made.values()].flatMap((made) => {
      if (made.user !== user || made.policy !== policy || made.key !== key) return [];
      const contact = this.#truth.find(user, made.id);
      return contact ? [{ made, contact }] : [];
    });
  }

  #change(machine: Machine, request: GraphRequest, user: string, id: string): (effect: Effect) => void {
    const before = this.#truth.find(user, id);
    const twins = this.made.get(id);
    const rivals = twins ? this.#living(user, twins.policy, twins.key).length : 0;
    return ({ answer }) => {
      if (answer.status >= 300) return;
      if (request.method === 'DELETE') this.writes.delete++;
      else this.writes.update++;
      if (!twins) {
        this.#say(machine, `I9: ${request.method} of ${String(before?.shown[KEY])} of ${user}, which is not ours`);
        return;
      }
      if (request.method === 'DELETE') this.#checkDelete(machine, twins, rivals);
      else this.#checkFree(machine, before, this.#truth.find(user, id));
    };
  }

  #checkDelete(machine: Machine, { user, policy, key }: Made, rivals: number): void {
    if (rivals > 1 || this.#excuses.everAway(key) || this.#excuses.everUnwanted(policy, user)) return;
    this.#say(machine, `I11: ${key} of ${policy} was deleted for ${user} without a cause`);
  }

  #checkFree(machine: Machine, before: Contact | undefined, after: Contact | undefined): void {
    for (const name of FREE)
      if (before?.shown[name] !== after?.shown[name])
        this.#say(machine, `I10: ${name} of ${String(before?.shown[KEY])} was changed`);
  }

  #folderDeleted(user: string, id: string): (effect: Effect) => void {
    const folder = this.#truth.folderById(user, id);
    const held = folder ? this.#truth.contents(user, folder).length : 0;
    return ({ answer, machine }) => {
      if (answer.status < 300) this.writes.other++;
      if (answer.status < 300 && held > 0)
        this.#say(machine, `I9: a folder of ${user} was deleted with ${held} contacts`);
    };
  }
}
