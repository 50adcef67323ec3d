import type { Company } from '../engine/company.ts';
import { company } from './generated-company.ts';
import { readScenarioFile } from './scenario-file.ts';

/** The scenarios that have a name. */
const named: Readonly<Record<string, (seed: number) => Company>> = {
  default: (seed) => company({ seed }),
  small: (seed) => company({ seed, mailboxes: 3, contacts: 5, ownContacts: 2 }),
  large: (seed) => company({ seed, mailboxes: 1000, contacts: 1000, ownContacts: 20 }),
  huge: (seed) => company({ seed, mailboxes: 10_000, contacts: 1000, ownContacts: 1000 }),
};

/** Names that `--scenario` knows. */
export const scenarioNames: readonly string[] = Object.keys(named);

/**
 * The company behind an option: a value, the name of a scenario, or the path of a scenario file.
 *
 * @throws Error with a sentence that says what is wrong
 */
export async function findCompany(scenario: Company | string, seed: number): Promise<Company> {
  if (typeof scenario !== 'string') return scenario;
  const make = named[scenario];
  return make ? make(seed) : readScenarioFile(scenario, seed);
}
