import { expect, test } from 'vitest';
import { client, simulate } from '../integration/graph-simulator/raw-client.ts';
import { type Finding, findingsVariable, readFindings } from './findings.ts';
import { models } from './sources.ts';

const told = ({ what, faults }: Finding): string => `${what}\n    ${faults.join('\n    ')}`;

test('graph 11: every answer that any test of this run received fits the schema of Graph', async () => {
  const folder = process.env[findingsVariable];
  if (folder === undefined) throw new Error('The run has no folder for findings: see globalSetup in vitest.config.ts.');
  const simulator = await simulate();
  const send = await client(simulator);
  expect((await send('GET', '/users')).status).toBe(200);
  const { checked, processes, findings } = readFindings(folder);
  expect(checked).toBeGreaterThan(0);
  process.stdout.write(
    `${checked} answers in ${processes} processes checked against ${models()
      .map(({ source }) => source)
      .join(' and ')}\n`,
  );
  expect(findings.map(told)).toEqual([]);
});
