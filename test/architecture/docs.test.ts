import { existsSync, globSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { expect, test } from 'vitest';
import { permissionNeeds } from '#core/permissions';

const documents = globSync('{*.md,{services,shared,deploy}/**/*.md}').filter((path) => !path.includes('node_modules'));

test("F-12: the administrator's table of permissions is the one in the code", () => {
  const guide = readFileSync('deploy/administrator.md', 'utf8');
  const rows = permissionNeeds.map(
    ({ feature, anyOf, without }) => `| ${feature} | \`${anyOf.join('` or `')}\` | ${without} |`,
  );
  const table = /<!-- permissions[^\n]*\n([\s\S]*?)\n<!-- \/permissions -->/.exec(guide)?.[1] ?? '';
  expect(table.split('\n').slice(2)).toEqual(rows);
});

test('every file that a document names is there', () => {
  const missing = documents.flatMap((document) => {
    const text = readFileSync(document, 'utf8');
    const links = [...text.matchAll(/\]\((?!https?:|#)([^)#]+)/g)].map(([, path]) =>
      join(dirname(document), path as string),
    );
    const named = [...text.matchAll(/`((?:services|shared|test|deploy)\/[\w./-]+)`/g)].map(
      ([, path]) => path as string,
    );
    return [...links, ...named].filter((path) => !existsSync(path)).map((path) => `${document}: ${path}`);
  });
  expect(missing).toEqual([]);
});
