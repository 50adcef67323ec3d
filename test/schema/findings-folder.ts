import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { findingsVariable } from './findings.ts';

let folder: string | undefined;

/** Before a run: a folder for what the observers of all its processes find. */
export function setup(): void {
  folder = mkdtempSync(path.join(tmpdir(), 'graph-schema-'));
  process.env[findingsVariable] = folder;
}

/** After the run. */
export function teardown(): void {
  if (folder !== undefined) rmSync(folder, { recursive: true, force: true });
}
