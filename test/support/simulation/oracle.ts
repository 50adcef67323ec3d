import type { Policy } from '#core/policy';
import { parseStamp } from '#core/stamp';
import type { Ledger } from './ledger.ts';
import type { People } from './people.ts';
import { KEY, type Scenario } from './scenario.ts';
import type { Contact, Truth } from './truth.ts';

/** Fields that travel as they are. */
const PLAIN = [
  'displayName',
  'givenName',
  'surname',
  'jobTitle',
  'mobilePhone',
  'businessPhones',
  'personalNotes',
  'businessAddress',
] as const;

const folded = (names: readonly string[]): string =>
  [...new Set(names.map((name) => name.toLowerCase()))].sort().join();
const categoriesOf = ({ shown }: Contact): readonly string[] => (shown['categories'] ?? []) as readonly string[];
const addressesOf = ({ shown }: Contact): string =>
  ((shown['emailAddresses'] ?? []) as { address?: string }[]).map(({ address }) => address).join();
const empty = (value: unknown): string => JSON.stringify(value ?? '');

/**
 * Says what every mailbox must hold once all has come to rest, from the sources and what people did, and what is
 * otherwise: I9, I10, I12, I13, I17. It shares no code with the planning of the product.
 */
export class Oracle {
  readonly #truth: Truth;
  readonly #scenario: Scenario;
  readonly #people: People;
  readonly #ledger: Ledger;

  constructor(truth: Truth, scenario: Scenario, people: People, ledger: Ledger) {
    this.#truth = truth;
    this.#scenario = scenario;
    this.#people = people;
    this.#ledger = ledger;
  }

  /** Everything that is wrong under these rules. */
  wrong(policies: readonly Policy[]): string[] {
    const found = this.#ownTouched();
    for (const policy of policies)
      for (const { user, address } of this.#scenario.people) found.push(...this.#mailbox(policy, user, address));
    return found;
  }

  #ownTouched(): string[] {
    return [...this.#people.own].flatMap(([where, before]) => {
      const slash = where.indexOf('/');
      const contact = this.#truth.find(where.slice(0, slash), where.slice(slash + 1));
      const now = JSON.stringify(contact?.shown);
      return now === before ? [] : [`I9: a person's own contact was ${before} and is ${now}`];
    });
  }

  #travelling(policy: Policy): Contact[] {
    return policy.sources.flatMap(({ mailbox, folder }) => {
      const name = folder === 'default' ? undefined : folder[0];
      const source = this.#scenario.sources.find((one) => one.address === mailbox && one.name === name);
      const at = source && this.#truth.folder(source.user, source.name);
      if (!source || !at) return [];
      return this.#truth
        .contents(source.user, at)
        .filter(({ stamp }) => stamp === undefined || parseStamp(stamp) === undefined)
        .filter((contact) => !contact.private && !folded(categoriesOf(contact)).split(',').includes('internal'));
    });
  }

  #mailbox(policy: Policy, user: string, address: string): string[] {
    const { mailboxes } = policy.targets;
    const wanted = mailboxes !== 'licensed' && mailboxes.includes(address) ? this.#travelling(policy) : [];
    const copies = [...this.#ledger.made.values()].flatMap((made) => {
      if (made.user !== user || made.policy !== policy.id) return [];
      const contact = this.#truth.find(user, made.id);
      return contact && contact.folder.displayName !== 'Elsewhere' ? [contact] : [];
    });
    const keys = (contacts: readonly Contact[]): string =>
      contacts
        .map(({ shown }) => String(shown[KEY]))
        .sort()
        .join();
    const where = `${policy.id} for ${address}`;
    if (keys(wanted) !== keys(copies)) return [`I17: ${where} has [${keys(copies)}] instead of [${keys(wanted)}]`];
    return copies.flatMap((copy) => {
      const source = wanted.find(({ shown }) => shown[KEY] === copy.shown[KEY]);
      return source ? this.#differences(policy, source, copy).map((text) => `I17: ${where}: ${text}`) : [];
    });
  }

  #differences(policy: Policy, source: Contact, copy: Contact): string[] {
    const marks = this.#people.marks.get(copy.id);
    const key = String(copy.shown[KEY]);
    const pairs: [name: string, wanted: string, is: string][] = PLAIN.map((name) => [
      name,
      empty(source.shown[name]),
      empty(copy.shown[name]),
    ]);
    pairs.push(['emailAddresses', addressesOf(source), addressesOf(copy)]);
    pairs.push(['nickName', empty(marks?.nickName), empty(copy.shown['nickName'])]);
    const categories = [...categoriesOf(source), ...policy.categories, ...(marks?.categories ?? [])];
    pairs.push(['categories', folded(categories), folded(categoriesOf(copy))]);
    return pairs.flatMap(([name, wanted, is]) => (wanted === is ? [] : [`${key}: ${name} is ${is}, not ${wanted}`]));
  }
}
