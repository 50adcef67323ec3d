import type { Company, GroupSpec, UserSpec } from '../engine/company.ts';
import { seededGuid, seededRandom } from '../http/seeded-random.ts';
import { generators } from './contacts.ts';
import { departments, givenNames, jobTitles, surnames } from './names.ts';

/** How large a company is to be. */
export interface CompanySize {
  /** Licensed user mailboxes; default 25. */
  readonly mailboxes?: number;
  /** Contacts in the shared folder `Customers`; default 120. */
  readonly contacts?: number;
  /** Contacts of one's own in each mailbox; default 5. */
  readonly ownContacts?: number;
  readonly seed?: number;
  /** Default contoso.com. */
  readonly domain?: string;
}

/** First parts of mailbox addresses that people read in examples; later ones are numbered. */
const wellKnown = ['ada', 'bob', 'cleo', 'dora', 'emil', 'fay', 'gus', 'hana', 'ivo', 'june', 'kai', 'lena'];

const pick = <T>(items: readonly T[], random: () => number): T => items[Math.floor(random() * items.length)] as T;

function person(
  index: number,
  random: () => number,
  { domain, ownContacts, seed }: Required<Pick<CompanySize, 'domain' | 'ownContacts' | 'seed'>>,
): UserSpec {
  const name = wellKnown[index] ?? `user${(index + 1).toString().padStart(5, '0')}`;
  const wellKnownName = wellKnown[index] && name.slice(0, 1).toUpperCase() + name.slice(1);
  const givenName = wellKnownName ?? pick(givenNames, random);
  const surname = pick(surnames, random);
  return {
    id: seededGuid(random),
    upn: `${name}@${domain}`,
    displayName: `${givenName} ${surname}`,
    licensed: true,
    properties: {
      givenName,
      surname,
      department: pick(departments, random),
      jobTitle: pick(jobTitles, random),
      companyName: 'Contoso Ltd.',
      businessPhones: [`+1 425 555 ${(index + 1).toString().padStart(4, '0')}`],
      usageLocation: 'US',
    },
    mailbox: {
      kind: 'user',
      contacts: ownContacts > 0 ? { generated: { flavour: 'private', seed: seed + index, count: ownContacts } } : {},
    },
  };
}

function unlicensed(domain: string, random: () => number): UserSpec[] {
  return [
    {
      id: seededGuid(random),
      upn: `former.colleague@${domain}`,
      displayName: 'Former Colleague',
      licensed: false,
      enabled: false,
      mailbox: { kind: 'user' },
    },
    { id: seededGuid(random), upn: `on.premises@${domain}`, displayName: 'Olaf On-Premises', licensed: false },
    { id: seededGuid(random), upn: `service.account@${domain}`, displayName: 'Service Account', licensed: false },
    {
      id: seededGuid(random),
      upn: `gina_fabrikam.com#EXT#@contoso.onmicrosoft.com`,
      mail: 'gina@fabrikam.com',
      displayName: 'Gina Guest',
      licensed: false,
      userType: 'Guest',
    },
  ];
}

function groupsOf(domain: string, people: readonly UserSpec[], random: () => number): GroupSpec[] {
  const ids = people.map(({ id }) => id);
  const sales: GroupSpec = {
    id: seededGuid(random),
    displayName: 'Sales',
    mail: `sales@${domain}`,
    members: ids.slice(0, 8),
    properties: { mailEnabled: true, securityEnabled: true },
  };
  const salesEmea: GroupSpec = {
    id: seededGuid(random),
    displayName: 'Sales EMEA',
    mail: `sales.emea@${domain}`,
    members: ids.slice(8, 12),
    properties: { mailEnabled: true, securityEnabled: true },
  };
  const everyone: GroupSpec = {
    id: seededGuid(random),
    displayName: 'Field Staff',
    mail: null,
    members: [...ids.slice(12, 20), sales.id, salesEmea.id],
  };
  // Nested: Sales EMEA is part of Sales, both are part of Field Staff.
  return [{ ...sales, members: [...sales.members, salesEmea.id] }, salesEmea, everyone];
}

/**
 * A company: licensed people with contacts of their own, a shared mailbox `shared.contacts@contoso.com` whose folder
 * `Customers` holds business contacts, unlicensed users, three groups (nested), organisational contacts.
 * Generated contacts cost no memory until somebody writes them, so 10,000 mailboxes of 1,000 contacts are possible.
 */
export function company(size: CompanySize = {}): Company {
  const { mailboxes = 25, contacts = 120, ownContacts = 5, seed = 1, domain = 'contoso.com' } = size;
  const random = seededRandom(seed);
  const tenantId = seededGuid(random);
  const people = Array.from({ length: mailboxes }, (_, index) => person(index, random, { domain, ownContacts, seed }));
  const shared: UserSpec = {
    id: seededGuid(random),
    upn: `shared.contacts@${domain}`,
    displayName: 'Shared Contacts',
    licensed: false,
    enabled: false,
    mailbox: {
      kind: 'shared',
      contacts: {
        folders: [{ displayName: 'Customers', generated: { flavour: 'business', seed, count: contacts } }],
      },
    },
  };
  return {
    tenantId,
    domain,
    displayName: 'Contoso',
    users: [...people, shared, ...unlicensed(domain, random)],
    groups: groupsOf(domain, people, random),
    orgContacts: [
      {
        id: seededGuid(random),
        displayName: 'Bob Ext',
        mail: 'bob@fabrikam.com',
        properties: { givenName: 'Bob', surname: 'Ext', companyName: 'Fabrikam', jobTitle: 'Buyer' },
      },
      {
        id: seededGuid(random),
        displayName: 'Hotel Desk',
        mail: 'desk@fabrikam.com',
        properties: { companyName: 'Fabrikam Hotels' },
      },
    ],
    generators,
  };
}
