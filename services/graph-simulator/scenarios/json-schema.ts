import { z } from 'zod';
import { scenarioSchema } from './scenario-file.ts';

/** The published JSON Schema (draft 7) of scenario files, which editors take from a file's `$schema`. */
export function scenarioJsonSchema(): object {
  const schema = z.toJSONSchema(scenarioSchema, { target: 'draft-7', io: 'input' });
  return { ...schema, title: 'Scenario of the Graph simulator' };
}
