import { readFile } from 'node:fs/promises';
import type { Company } from '../engine/company.ts';
import { generators } from './contacts.ts';

/** Reads a scenario file (JSON). */
export async function readScenarioFile(path: string, _seed: number): Promise<Company> {
  const text = await readFile(path, 'utf8');
  return { ...(JSON.parse(text) as Company), generators };
}
