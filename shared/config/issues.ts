import type { z } from 'zod';
import type { Problem } from './config.ts';
import { configSchema } from './schema.ts';

type Issue = z.core.$ZodIssue;

/** Turns what the schema found into sentences with path, fault and fix. Values are not quoted: one might be a secret. */
export function issueProblems(issues: readonly Issue[], value: unknown): Problem[] {
  return issues.flatMap((issue) => problemsOf(issue, value));
}

function problemsOf(issue: Issue, value: unknown): Problem[] {
  const path = issue.path.map(String).join('.');
  const at = (name: string): string => (path === '' ? name : `${path}.${name}`);
  const error = (where: string, message: string): Problem => ({ path: where, message, level: 'error' });
  if (issue.code === 'unrecognized_keys')
    return issue.keys.map((name) => error(at(name), unknownKey(name, issue.path)));
  const given = valueAt(value, issue.path);
  if (path.endsWith('secret') && typeof given === 'string')
    return [error(path, 'a secret must not stand in the file: use {env: NAME} or {file: PATH}')];
  if (given === undefined && issue.path.length > 0) return [error(path, missing(issue))];
  const later = laterOf(path, given);
  return [error(path, later ?? plain(issue))];
}

/** Words of the documentation whose time has not come. */
function laterOf(path: string, given: unknown): string | undefined {
  if (path.endsWith('.mode') && given === 'mirror') return 'mirror is not available in this version: use distribute';
  if (path.endsWith('.trigger') && given === 'scheduled')
    return 'scheduled is not available in this version: use live or manual';
  return undefined;
}

function missing(issue: Issue): string {
  if (issue.path.at(-1) === 'trigger')
    return 'is missing: write live or manual. There is no default; begin with manual';
  return `is missing: ${plain(issue)}`;
}

function plain(issue: Issue): string {
  switch (issue.code) {
    case 'invalid_value':
      return `must be one of ${issue.values.map(String).join(', ')}`;
    case 'invalid_type':
      return `must be ${article(issue.expected)}`;
    case 'too_small':
      return `must be at least ${issue.minimum}${issue.origin === 'array' ? ' entries' : ''}${issue.origin === 'string' ? ' characters' : ''}`;
    case 'too_big':
      return `must be at most ${issue.maximum}`;
    case 'invalid_union':
      return 'has none of the forms that are allowed here: see the sample';
    default:
      return issue.message;
  }
}

const article = (type: string): string => (/^[aeiou]/.test(type) ? `an ${type}` : `a ${type}`);

function valueAt(value: unknown, path: readonly PropertyKey[]): unknown {
  return path.reduce<unknown>(
    (at, name) => (at === null || typeof at !== 'object' ? undefined : Reflect.get(at, name)),
    value,
  );
}

/** The keys that are known nearest to where a strange one stands. */
function unknownKey(name: string, path: readonly PropertyKey[]): string {
  const near = allKeys().filter((known) => distance(known.toLowerCase(), name.toLowerCase()) <= 2);
  const [best] = near;
  const where = path.length === 0 ? 'at the top' : 'here';
  return `is unknown ${where}: ${best ? `did you mean ${best}?` : 'remove it, or look at the sample for the right name'}`;
}

function allKeys(): string[] {
  const names = new Set<string>();
  const collect = (schema: unknown): void => {
    if (schema === null || typeof schema !== 'object') return;
    const { shape } = schema as { shape?: Record<string, unknown> };
    for (const [name, inner] of Object.entries(shape ?? {})) {
      names.add(name);
      collect(inner);
    }
    const { def } = schema as { def?: { innerType?: unknown; element?: unknown; options?: unknown[] } };
    for (const inner of [def?.innerType, def?.element, ...(def?.options ?? [])]) collect(inner);
  };
  collect(configSchema);
  return [...names];
}

/** Levenshtein. */
function distance(a: string, b: string): number {
  let row = Array.from({ length: b.length + 1 }, (_, i) => i);
  for (let i = 1; i <= a.length; i++) {
    const next = [i];
    for (let j = 1; j <= b.length; j++) {
      const change = (row[j - 1] ?? 0) + (a[i - 1] === b[j - 1] ? 0 : 1);
      next.push(Math.min((row[j] ?? 0) + 1, (next[j - 1] ?? 0) + 1, change));
    }
    row = next;
  }
  return row[b.length] ?? 0;
}
