import { spawn } from 'node:child_process';
import { mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, test } from 'vitest';
import { difference } from '../../services/cli/demo/compare.ts';
import { type Said, said } from '../support/cli.ts';

/** Its temporary folders are made in one of the test's own, so that leftovers can be told from those of others. */
const demo = (temporary: string, ...more: readonly string[]): Promise<Said> => {
  const main = join(process.cwd(), 'services/cli/main.ts');
  return said(spawn(process.execPath, [main, 'demo', ...more], { env: { ...process.env, TMPDIR: temporary } }));
};
const folder = mkdtempSync(join(tmpdir(), 'cardwire-demo-test-'));

afterAll(() => rmSync(folder, { recursive: true, force: true }));

test('the demo fills a company, shows each edit arriving, and proves the end over HTTP', async () => {
  const { code, out, err } = await demo(folder, '--once', '--mailboxes', '4', '--contacts', '6', '--seed', '7');
  expect(code, out + err).toBe(0);
  expect(out).toContain('Filled 4 mailboxes with 6 contacts each');
  for (const step of ['a new contact', 'a new mobile number', 'a new job title', 'a deletion'])
    expect(out).toMatch(
      new RegExp(`${step}.*: Graph took .* to notify; from there the first mailbox had it after .*the last of 4 after`),
    );
  expect(out).toMatch(/an edit while ada@contoso.com answers 429: .* the last of 3 after/);
  expect(out).toContain(
    'All 4 mailboxes have exactly the 6 contacts of the source, and their own contacts as they were.',
  );
  expect(readdirSync(folder)).toEqual([]);
});

test('what differs is named: missing, changed and doubled contacts', () => {
  const ann = { id: '1', displayName: 'Ann', jobTitle: 'CTO' };
  const bob = { id: '2', displayName: 'Bob' };
  expect(difference('ada', [ann, bob], [{ ...ann, id: '9', '@odata.etag': 'x' }, bob])).toEqual([]);
  expect(difference('ada', [ann, bob], [ann])).toEqual(['ada: "Bob" is missing or differs (1)']);
  expect(difference('ada', [ann], [ann, { ...ann, id: '3' }])).toEqual(['ada: "Ann" is too many or differs (1)']);
  expect(difference('ada', [ann], [{ ...ann, jobTitle: 'CEO' }])).toHaveLength(2);
});

test('numbers that are none are told', async () => {
  expect(await demo(folder, '--once', '--mailboxes', 'many')).toMatchObject({
    code: 2,
    err: "error: option '--mailboxes <n>' argument 'many' is invalid. It takes a whole number.\n",
  });
});
