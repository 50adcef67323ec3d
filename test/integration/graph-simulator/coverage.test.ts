import { readdir, readFile } from 'node:fs/promises';
import { expect, test } from 'vitest';

const root = new URL('../../../', import.meta.url);
const folders = ['test/integration/graph-simulator/', 'test/unit/graph-simulator/'];

/** Sections that the names of tests in a text are about: `graph 1.6`, `graph.md 3.2 and 3.4`, `graph.md section 6`, `graph 1.8, 2.1`. */
function sectionsIn(text: string): Set<string> {
  const named = text.matchAll(/graph(?:\.md)? (?:section )?(\d[\d.]*(?:(?:, | and )\d[\d.]*)*)/g);
  const sections = [...named].flatMap(([, list = '']) => list.split(/, | and /));
  // `graph.md 12, 10` names an entry of section 12 in the other spelling.
  return new Set(sections.map((section) => section.replace(/\.$/, '')));
}

async function testFiles(): Promise<Map<string, string>> {
  const texts = new Map<string, string>();
  for (const folder of folders) {
    const files = (await readdir(new URL(folder, root))).filter((file) => file.endsWith('.test.ts'));
    for (const file of files)
      texts.set(file.replace('.test.ts', ''), await readFile(new URL(folder + file, root), 'utf8'));
  }
  return texts;
}

test('issue 6, item 1: the tests that the README names are there and name the sections beside them', async () => {
  const readme = await readFile(new URL('services/graph-simulator/README.md', root), 'utf8');
  const part = readme.slice(readme.indexOf('## Which test shows what'), readme.indexOf('## Left out'));
  const rows = [...part.matchAll(/^\| (?!Area|---)(.+?) \| (.+?) \| (.+?) \|$/gm)];
  expect(rows.length).toBeGreaterThan(15);
  const texts = await testFiles();
  for (const [, area = '', sections = '', tests = ''] of rows) {
    const names = [...tests.matchAll(/`([^`]+)`/g)].map(([, name = '']) => name);
    for (const name of names) expect([...texts.keys()], area).toContain(name);
    const named = sectionsIn(names.map((name) => texts.get(name) ?? '').join('\n'));
    for (const section of sections.split(', ')) expect([...named], `${area}: ${section}`).toContain(section);
  }
});
