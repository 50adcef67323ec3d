import type { Policy } from '#core/policy';
import type { Company, ContactBody, UserSpec } from '../../../services/graph-simulator/engine/company.ts';
import { aPolicy } from '../system.ts';
import type { Dice } from './dice.ts';

/** A source folder: where people of the company keep contacts that others get. */
export interface SourceFolder {
  /** Object id of the mailbox's owner. */
  readonly user: string;
  readonly address: string;
  /** Name below the default folder; none for the default folder. */
  readonly name: string | undefined;
}

export interface Scenario {
  readonly company: Company;
  readonly sources: readonly SourceFolder[];
  /** Targets by object id and address. */
  readonly people: readonly { readonly user: string; readonly address: string }[];
  readonly policies: readonly Policy[];
}

/** The field by which the oracle knows a contact again: nobody edits it. */
export const KEY = 'companyName';

const userId = (n: number): string => `00000000-0000-4000-8000-${String(n).padStart(12, '0')}`;

export const sample = (key: string, n: number): ContactBody => ({
  displayName: `Person ${n}`,
  givenName: 'Person',
  surname: `${n}`,
  [KEY]: key,
  businessPhones: [`+41 44 555 ${n}`],
  emailAddresses: [{ name: `Person ${n}`, address: `person${n}@fabrikam.test` }],
});

const contacts = (key: string, count: number, from: number): ContactBody[] =>
  Array.from({ length: count }, (_, n) => sample(`${key}-${from + n}`, from + n));

/** Contacts of this name never leave their source, so that none is ever emptied. */
export const isKept = (key: string): boolean => key.startsWith('keep');

function folderSpec(name: string, dice: Dice, from: number) {
  const explicit = [...contacts('keep', 2, from), ...contacts('card', dice.int(0, 8), from + 10)];
  return { displayName: name, explicit };
}

/** A small company with one or two policies over it, drawn by the dice. */
export function drawScenario(dice: Dice): Scenario {
  const names = ['ada', 'bob', 'cleo', 'dora', 'emil'].slice(0, dice.int(2, 5));
  const source = (n: number, name: string, folders: readonly string[]): UserSpec => ({
    id: userId(n),
    upn: `${name}@contoso.test`,
    displayName: name,
    licensed: false,
    mailbox: {
      kind: 'shared',
      contacts: { folders: folders.map((folder, i) => folderSpec(folder, dice, n * 1000 + i * 100)) },
    },
  });
  const shared = [source(1, 'sales', ['Customers', 'Leads']), source(2, 'buying', ['Suppliers'])];
  const people = names.map(
    (name, i): UserSpec => ({
      id: userId(10 + i),
      upn: `${name}@contoso.test`,
      displayName: name,
      licensed: true,
      mailbox: { kind: 'user', contacts: { explicit: contacts(i === 0 ? 'keep' : 'own', 2, 100_000 + i * 100) } },
    }),
  );
  const folders: SourceFolder[] = [
    { user: userId(1), address: 'sales@contoso.test', name: 'Customers' },
    { user: userId(1), address: 'sales@contoso.test', name: 'Leads' },
    { user: userId(2), address: 'buying@contoso.test', name: 'Suppliers' },
  ];
  const persons = people.map(({ id, upn }) => ({ user: id, address: upn }));
  // The default folder of the first person, in which others' copies may lie, too.
  const ownFolder: SourceFolder = { user: userId(10), address: 'ada@contoso.test', name: undefined };
  const policies = drawPolicies(dice, folders, ownFolder, names);
  return {
    company: {
      tenantId: '11111111-2222-4333-8444-555555555555',
      domain: 'contoso.test',
      users: [...shared, ...people],
    },
    sources: policies.length > 1 ? [...folders, ownFolder] : folders,
    people: persons,
    policies,
  };
}

function drawPolicies(
  dice: Dice,
  folders: readonly SourceFolder[],
  ownFolder: SourceFolder,
  names: readonly string[],
): Policy[] {
  const choice = ({ address, name }: SourceFolder) => ({
    mailbox: address,
    folder: name === undefined ? ('default' as const) : [name],
  });
  const everyone = names.map((name) => `${name}@contoso.test`);
  const first = drawPolicy('customers', {
    sources: (dice.chance(0.4) ? folders.slice(0, 2) : folders.slice(0, 1)).map(choice),
    targets: { mailboxes: everyone, except: [] },
    targetFolder: dice.chance(0.3) ? 'default' : ['Company'],
    categories: dice.chance(0.5) ? ['Company'] : [],
  });
  if (dice.chance(0.5)) return [first];
  const second = drawPolicy('others', {
    sources: [dice.chance(0.5) ? (folders[2] as SourceFolder) : ownFolder].map(choice),
    targets: { mailboxes: everyone.slice(1), except: [] },
    targetFolder: dice.chance(0.5) ? ['Others'] : first.targetFolder,
  });
  return [first, second];
}

function drawPolicy(id: string, changes: Pick<Policy, 'sources' | 'targets'> & Partial<Policy>): Policy {
  const policy = aPolicy({
    id,
    exclude: { categories: ['Internal'] },
    // Everybody may let go: the brake's own tests stop mass deletions.
    brake: { cards: 100_000, percent: 100, mailboxes: 100_000 },
    ...changes,
  });
  return regenerated({ ...policy, rules: { ...policy.rules, nickName: 'never' } }, 1);
}

/** The policy as it stands in the configuration after so many edits. */
export const regenerated = (policy: Policy, edit: number): Policy => ({ ...policy, generation: `edit-${edit}` });
