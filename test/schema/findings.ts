import { appendFileSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { threadId } from 'node:worker_threads';

/** What observers in many processes found, one file a process, in a folder that belongs to one test run. */
export interface Finding {
  readonly what: string;
  readonly faults: readonly string[];
}

/** Names the folder to every process of the run; unset: nobody asked for findings. */
export const findingsVariable = 'CARDWIRE_SCHEMA_FINDINGS';

const ownName = (): string => `${process.pid}-${threadId}`;

/** Notes one answer that broke the schema. At once, since a process may be killed at any time. */
export function noteFinding(folder: string, finding: Finding): void {
  mkdirSync(folder, { recursive: true });
  appendFileSync(path.join(folder, `${ownName()}.findings`), `${JSON.stringify(finding)}\n`);
}

/** Notes how many answers this process has checked so far. */
export function noteCount(folder: string, count: number): void {
  mkdirSync(folder, { recursive: true });
  writeFileSync(path.join(folder, `${ownName()}.count`), String(count));
}

/** Everything noted in a folder, by whatever process. */
export function readFindings(folder: string): {
  readonly checked: number;
  readonly processes: number;
  readonly findings: readonly Finding[];
} {
  const names = readdirSync(folder);
  const text = (name: string): string => readFileSync(path.join(folder, name), 'utf8');
  const counts = names.filter((name) => name.endsWith('.count')).map((name) => Number(text(name)));
  const lines = names.filter((name) => name.endsWith('.findings')).flatMap((name) => text(name).trim().split('\n'));
  return {
    checked: counts.reduce((sum, count) => sum + count, 0),
    processes: counts.length,
    findings: lines.map((line) => JSON.parse(line)),
  };
}
