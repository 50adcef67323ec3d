import { globSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { expect, test } from 'vitest';

/**
 * Which folders each folder may import, from the middle outwards. `node` is Node's own modules, `npm` any package.
 * The simulator reaches nothing of shared/: what it believes of Graph must not come from our own client.
 */
const rules: readonly [folder: RegExp, may: RegExp][] = [
  [/^shared\/core$/, /^$/],
  [/^shared\/ports$/, /^shared\/core$/],
  [/^shared\/usecases$/, /^(npm:p-queue|shared\/(core|ports))$/],
  [/^shared\/adapters\//, /^(node|npm.*|shared\/(core|ports|messages|runtime|observability))$/],
  [/^shared\/(runtime|observability|config|messages)$/, /^(node|npm.*|shared\/(core|ports))$/],
  [/^services\/graph-simulator$/, /^(node|npm.*|shared\/(runtime|observability))$/],
  [/^services\/cli$/, /^(node|npm.*|shared\/.*|services\/[a-z-]+\/service\.ts)$/],
  [/^services\//, /^(node|npm.*|shared\/.*)$/],
];

const folderOf = (path: string): string => /^(services|shared\/adapters|shared)\/[^/]+/.exec(path)?.[0] ?? path;

/** The one Node module that core may use: hashing is a pure function of its bytes. */
const pure = (file: string, specifier: string): boolean =>
  file === 'shared/core/digest.ts' && specifier === 'node:crypto';

function target(from: string, specifier: string): string {
  if (specifier.startsWith('node:')) return 'node';
  if (specifier.startsWith('#')) return folderOf(`shared/${specifier.slice(1)}`);
  if (!specifier.startsWith('.')) return `npm:${specifier}`;
  const path = join(dirname(from), specifier);
  // A service's only door is its service.ts.
  return folderOf(from) === 'services/cli' && /^services\/(?!cli\/)[^/]+\/service\.ts$/.test(path)
    ? path
    : folderOf(path);
}

const imports = /\b(?:from|import)\s*\(?\s*'([^']+)'/g;

function brokenImports(file: string, text: string): string[] {
  const own = folderOf(file);
  const rule = rules.find(([folder]) => folder.test(own));
  if (!rule) return [`${file}: no layer rule covers ${own}`];
  return [...text.matchAll(imports)]
    .map(([, specifier]) => specifier as string)
    .filter((specifier) => !pure(file, specifier))
    .filter((specifier) => target(file, specifier) !== own && !rule[1].test(target(file, specifier)))
    .map((specifier) => `${file} imports ${specifier}`);
}

test('every import points inwards', () => {
  const files = globSync('{shared,services}/*/**/*.ts');
  expect(files.flatMap((file) => brokenImports(file, readFileSync(file, 'utf8')))).toEqual([]);
});

test('the rule sees what it is there to see', () => {
  const cases: [file: string, text: string][] = [
    ['shared/core/card.ts', "import { readFile } from 'node:fs';"],
    ['shared/core/card.ts', "import type {\n Store } from '#ports/store';"],
    ['shared/ports/store.ts', "export type { X } from '../usecases/read.ts';"],
    ['shared/usecases/read.ts', "const x = await import('../adapters/graph/client.ts');"],
    ['services/receiver/service.ts', "import { start } from '../propagator/service.ts';"],
    ['services/cli/main.ts', "import { inner } from '../receiver/handshake.ts';"],
    ['services/graph-simulator/main.ts', "import { clouds } from '#adapters/graph/clouds';"],
  ];
  for (const [file, text] of cases) expect(brokenImports(file, text), `${file}: ${text}`).toHaveLength(1);
});
