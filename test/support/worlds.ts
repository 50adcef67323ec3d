import type { Company, ContactBody, UserSpec } from '../../services/graph-simulator/engine/company.ts';

const userId = (n: number): string => `00000000-0000-4000-8000-${String(n).padStart(12, '0')}`;

export const contact = (n: number): ContactBody => ({
  displayName: `Person ${n}`,
  givenName: 'Person',
  surname: `${n}`,
  companyName: 'Example AG',
  businessPhones: [`+41 44 555 ${String(n).padStart(4, '0')}`],
  emailAddresses: [{ name: `Person ${n}`, address: `person${n}@fabrikam.test` }],
});

export interface WorldOptions {
  readonly contacts?: readonly ContactBody[];
  /** Personal distribution lists in the source folder. */
  readonly lists?: number;
  /** Targets; ada, bob, cleo unless told. */
  readonly people?: readonly string[];
}

/**
 * The distribute world of the field cases: `source@contoso.test` with a folder `Customers`, and people with two contacts
 * of their own each.
 */
export function distributeWorld({
  contacts = [],
  lists = 0,
  people = ['ada', 'bob', 'cleo'],
}: WorldOptions = {}): Company {
  const source: UserSpec = {
    id: userId(1),
    upn: 'source@contoso.test',
    displayName: 'Source',
    licensed: false,
    mailbox: {
      kind: 'shared',
      contacts: { folders: [{ displayName: 'Customers', explicit: contacts, distributionLists: lists }] },
    },
  };
  const users = people.map(
    (name, i): UserSpec => ({
      id: userId(i + 2),
      upn: `${name}@contoso.test`,
      displayName: name,
      licensed: true,
      mailbox: { kind: 'user', contacts: { explicit: [contact(9000 + i), contact(9100 + i)] } },
    }),
  );
  return { tenantId: '11111111-2222-4333-8444-555555555555', domain: 'contoso.test', users: [source, ...users] };
}
