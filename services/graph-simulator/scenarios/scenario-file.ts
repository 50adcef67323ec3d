import { createHash } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { z } from 'zod';
import type { Company, FolderContents, FolderSpec, GroupSpec, OrgContactSpec, UserSpec } from '../engine/company.ts';
import { generators } from './contacts.ts';
import { company } from './generated-company.ts';

const properties = z.record(z.string(), z.unknown()).optional().describe('more properties, by their Graph names');
const guid = z.guid().optional();

const contents = {
  contacts: z.array(z.record(z.string(), z.unknown())).optional().describe('each as the body of a POST'),
  generated: z
    .strictObject({
      flavour: z.enum(['business', 'private']).default('business'),
      seed: z.int().optional(),
      count: z.int().nonnegative(),
    })
    .optional(),
  distributionLists: z.int().nonnegative().optional().describe('counted by $count, never listed'),
};

const folder = z.strictObject({
  displayName: z.string().min(1),
  ...contents,
  get folders(): z.ZodOptional<z.ZodArray<z.ZodType<FolderInput>>> {
    return z.array(folder as z.ZodType<FolderInput>).optional();
  },
});

interface ContentsInput {
  readonly contacts?: readonly Readonly<Record<string, unknown>>[] | undefined;
  readonly generated?:
    | { readonly flavour: string; readonly seed?: number | undefined; readonly count: number }
    | undefined;
  readonly distributionLists?: number | undefined;
  readonly folders?: readonly FolderInput[] | undefined;
}

interface FolderInput extends ContentsInput {
  readonly displayName: string;
}

/**
 * A scenario file. Users and groups are named by user principal name and display name; ids are optional and follow from
 * the names, so that the same file always gives the same ids.
 */
export const scenarioSchema = z.strictObject({
  $schema: z.string().optional(),
  domain: z.string().default('contoso.com'),
  displayName: z.string().optional(),
  tenantId: guid,
  cloud: z.enum(['global', 'usGov', 'usGovDod', 'china']).optional(),
  generate: z
    .strictObject({
      mailboxes: z.int().nonnegative().optional(),
      contacts: z.int().nonnegative().optional().describe('in the shared mailbox'),
      ownContacts: z.int().nonnegative().optional().describe('in each mailbox'),
    })
    .optional()
    .describe('a generated company to start from; what follows is added to it'),
  users: z
    .array(
      z.strictObject({
        upn: z.string().min(1),
        id: guid,
        displayName: z.string().optional(),
        mail: z.string().nullable().optional(),
        licensed: z.boolean().default(true),
        enabled: z.boolean().optional(),
        userType: z.enum(['Member', 'Guest']).optional(),
        photo: z.base64().optional().describe('JPEG, base64'),
        mailbox: z.enum(['user', 'shared', 'room', 'equipment', 'none']).default('user'),
        language: z.string().optional(),
        properties,
        ...contents,
        folders: z.array(folder as z.ZodType<FolderInput>).optional(),
      }),
    )
    .default([]),
  groups: z
    .array(
      z.strictObject({
        displayName: z.string().min(1),
        id: guid,
        mail: z.string().nullable().optional(),
        members: z
          .array(z.string())
          .default([])
          .describe('user principal names, display names of groups and org contacts, or ids'),
        properties,
      }),
    )
    .default([]),
  orgContacts: z
    .array(
      z.strictObject({
        displayName: z.string().min(1),
        id: guid,
        mail: z.string().nullable().default(null),
        properties,
      }),
    )
    .default([]),
});

type Scenario = z.infer<typeof scenarioSchema>;

/** A GUID that follows from a name. */
function idOf(kind: string, name: string): string {
  const hex = createHash('sha256').update(`${kind} ${name.toLowerCase()}`).digest('hex');
  return [hex.slice(0, 8), hex.slice(8, 12), `4${hex.slice(13, 16)}`, `8${hex.slice(17, 20)}`, hex.slice(20, 32)].join(
    '-',
  );
}

/** Drops keys without a value: absent and undefined are not the same to the engine. */
function given<T extends object>(value: T): { [K in keyof T]: Exclude<T[K], undefined> } {
  const entries = Object.entries(value).filter(([, held]) => held !== undefined);
  return Object.fromEntries(entries) as { [K in keyof T]: Exclude<T[K], undefined> };
}

function contentsOf(input: ContentsInput, seed: number): FolderContents {
  const { contacts, generated, distributionLists, folders } = input;
  return {
    ...(contacts && { explicit: contacts }),
    ...(generated && {
      generated: { flavour: generated.flavour, seed: generated.seed ?? seed, count: generated.count },
    }),
    ...(distributionLists !== undefined && { distributionLists }),
    ...(folders && { folders: folders.map((child) => folderOf(child, seed)) }),
  };
}

const folderOf = (input: FolderInput, seed: number): FolderSpec => ({
  displayName: input.displayName,
  ...contentsOf(input, seed),
});

function userOf(input: Scenario['users'][number], seed: number): UserSpec {
  const { upn, id, displayName, licensed, mailbox, language, mail, enabled, userType, photo } = input;
  return {
    id: id ?? idOf('user', upn),
    upn,
    displayName: displayName ?? upn.split('@')[0] ?? upn,
    licensed: mailbox === 'user' && licensed,
    ...given({ mail, enabled, userType, photo, properties: input.properties }),
    mailbox: { kind: mailbox, contacts: contentsOf(input, seed), ...given({ language }) },
  } as UserSpec;
}

function groupsOf(scenario: Scenario, known: ReadonlyMap<string, string>): GroupSpec[] {
  return scenario.groups.map(({ displayName, id, mail, members, properties: more }) => {
    const ids = members.map((member) => known.get(member.toLowerCase()));
    const stranger = members[ids.indexOf(undefined)];
    if (stranger !== undefined)
      throw new Error(`Group "${displayName}" has a member "${stranger}" that nothing describes.`);
    return {
      id: id ?? idOf('group', displayName),
      displayName,
      ...given({ mail, properties: more }),
      members: ids,
    } as GroupSpec;
  });
}

const orgContactOf = (input: Scenario['orgContacts'][number]): OrgContactSpec =>
  ({
    id: input.id ?? idOf('orgContact', input.displayName),
    displayName: input.displayName,
    mail: input.mail,
    ...given({ properties: input.properties }),
  }) as OrgContactSpec;

/** Ids by every name that a group may call a member by. */
function namesOf(base: Company, users: readonly UserSpec[], scenario: Scenario): Map<string, string> {
  const names = new Map<string, string>();
  const note = (name: string, id: string): void => void names.set(name.toLowerCase(), id).set(id.toLowerCase(), id);
  for (const { upn, id } of [...base.users, ...users]) note(upn, id);
  for (const { displayName, id } of base.groups ?? []) note(displayName, id);
  for (const { displayName, id } of scenario.groups) note(displayName, id ?? idOf('group', displayName));
  for (const { displayName, id } of scenario.orgContacts) note(displayName, id ?? idOf('orgContact', displayName));
  return names;
}

/**
 * The company that a scenario describes.
 *
 * @throws Error with a sentence when a group has a member that nothing describes
 */
export function companyOf(scenario: Scenario, seed: number): Company {
  const { generate, domain, tenantId } = scenario;
  const empty: Company = { tenantId: tenantId ?? idOf('tenant', domain), domain, users: [] };
  const base = generate ? { ...company({ ...given(generate), domain, seed }), ...given({ tenantId }) } : empty;
  const users = scenario.users.map((user) => userOf(user, seed));
  return {
    ...base,
    domain,
    ...given({ displayName: scenario.displayName, cloud: scenario.cloud }),
    users: [...base.users, ...users],
    groups: [...(base.groups ?? []), ...groupsOf(scenario, namesOf(base, users, scenario))],
    orgContacts: [...(base.orgContacts ?? []), ...scenario.orgContacts.map(orgContactOf)],
    generators,
  } as Company;
}

async function textOf(path: string): Promise<string> {
  try {
    return await readFile(path, 'utf8');
  } catch {
    throw new Error(`There is no scenario named ${path}, and no file of this name can be read.`);
  }
}

/**
 * Reads a scenario file (JSON).
 *
 * @throws Error with a sentence that names the file and every place that is wrong
 */
export async function readScenarioFile(path: string, seed: number): Promise<Company> {
  const text = await textOf(path);
  let json: unknown;
  try {
    json = JSON.parse(text);
  } catch (error) {
    throw new Error(`${path} is no JSON: ${error instanceof Error ? error.message : ''}`);
  }
  const read = scenarioSchema.safeParse(json);
  if (!read.success) throw new Error(`${path} is no scenario:\n${z.prettifyError(read.error)}`);
  return companyOf(read.data, seed);
}
