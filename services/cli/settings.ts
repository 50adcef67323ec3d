import { existsSync, readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import type { Config, Problem } from '#config/config';
import { loadConfig } from '#config/load';
import { configFailure, exit, Failure } from './failure.ts';

/** What the process was started in: handed in by main.ts, the only place that reads it. */
export interface Environment {
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly out: (text: string) => void;
  readonly err: (text: string) => void;
  readonly tty: boolean;
}

export const defaultFile = 'cardwire.config.yaml';

/** Reads and compiles a configuration file. Throws Failure with every problem. */
export function readConfig(
  file: string,
  { env }: Environment,
): { readonly config: Config; readonly warnings: readonly Problem[] } {
  const path = resolve(file);
  if (!existsSync(path))
    throw new Failure(
      `There is no configuration at ${path}. Copy deploy/cardwire.config.sample.yaml and name it with --config.`,
      exit.usage,
    );
  const { config, problems } = loadConfig(textOf(path), {
    file: path,
    env,
    readFile: (name) => readFileSync(name, 'utf8'),
  });
  if (!config) throw configFailure(path, problems);
  return { config, warnings: problems };
}

function textOf(path: string): string {
  try {
    return readFileSync(path, 'utf8');
  } catch (cause) {
    const why = cause instanceof Error && 'code' in cause && cause.code === 'EISDIR' ? 'it is a folder' : String(cause);
    throw new Failure(
      `The configuration ${path} cannot be read: ${why}. Name a readable file with --config.`,
      exit.usage,
    );
  }
}
