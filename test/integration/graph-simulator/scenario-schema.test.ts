import { readFile } from 'node:fs/promises';
import { Ajv } from 'ajv';
import { expect, test } from 'vitest';
import { scenarioJsonSchema } from '../../../services/graph-simulator/scenarios/json-schema.ts';
import { companyOf, scenarioSchema } from '../../../services/graph-simulator/scenarios/scenario-file.ts';
import { at } from './raw-client.ts';

const published = new URL('../../../services/graph-simulator/scenario.schema.json', import.meta.url);
const readme = new URL('../../../services/graph-simulator/README.md', import.meta.url);

test('issue 6, item 4: the published JSON Schema is what the reader of scenario files takes', async () => {
  expect(JSON.parse(await readFile(published, 'utf8'))).toEqual(JSON.parse(JSON.stringify(scenarioJsonSchema())));
});

test('issue 6, item 4: the example of the README passes the schema and the reader; a misspelt field passes neither', async () => {
  const check = new Ajv({ strict: false, validateFormats: false }).compile(scenarioJsonSchema());
  const text = await readFile(readme, 'utf8');
  const block = /## Scenario files\n\n```json\n([\s\S]*?)```/.exec(text)?.[1] ?? '';
  const example: unknown = JSON.parse(block);
  expect(check(example)).toBe(true);
  expect(companyOf(scenarioSchema.parse(example), 1).users).toHaveLength(3);
  const misspelt = { users: [{ upn: 'lea@example.org', folder: [] }] };
  expect(check(misspelt)).toBe(false);
  expect(scenarioSchema.safeParse(misspelt).success).toBe(false);
  expect(at(check.errors, 0, 'params', 'additionalProperty')).toBe('folder');
});
