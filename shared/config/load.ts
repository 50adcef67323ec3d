import { dirname, resolve } from 'node:path';
import { compilePolicy } from './compile.ts';
import type { Config, Listen, Loaded, Problem, Tenant } from './config.ts';
import { crossChecks } from './cross-checks.ts';
import { durationMs } from './duration.ts';
import { issueProblems } from './issues.ts';
import { configSchema, type RawConfig, type RawTenant } from './schema.ts';
import { type SoundParts, soundParts } from './sound-parts.ts';
import { readYaml } from './yaml-text.ts';

/** Where a configuration comes from: everything that is not in its text. */
export interface Surroundings {
  /** Path of the file, for relative paths in it. */
  readonly file: string;
  readonly env: Readonly<Record<string, string | undefined>>;
  /** Throws when the file cannot be read. */
  readonly readFile: (path: string) => string;
}

/**
 * Reads a configuration in YAML or JSON. All problems come at once, each with its path and what to do; with an error
 * among them there is no configuration. Secrets are read from their source and appear in no problem.
 */
export function loadConfig(text: string, surroundings: Surroundings): Loaded {
  const read = readYaml(text);
  if ('faults' in read)
    return { problems: read.faults.map((fault) => ({ path: '', message: `not readable: ${fault}`, level: 'error' })) };
  const parsed = configSchema.safeParse(read.value);
  const parts = soundParts(read.value);
  const reader = new Reader(surroundings);
  if (!parsed.success) {
    readReferences(parts, reader);
    const problems = issueProblems(parsed.error.issues, read.value);
    return { problems: [...problems, ...crossChecks(parts), ...reader.problems] };
  }
  const config = compile(parsed.data, reader, surroundings);
  const problems = [...crossChecks(parts), ...reader.problems];
  return problems.some(({ level }) => level === 'error') ? { problems } : { config, problems };
}

/** Without a configuration to make: only to tell what else is missing. */
function readReferences({ tenants, webhook }: SoundParts, reader: Reader): void {
  for (const { index, entry } of tenants) tenantOf(entry, reader, `tenants.${index}`);
  if (webhook?.secret) reader.secret('webhook.secret', webhook.secret);
  if (webhook?.listen !== undefined) reader.listen('webhook.listen', webhook.listen);
}

function compile(raw: RawConfig, reader: Reader, { file }: Surroundings): Config {
  const { webhook, timing } = raw;
  const settle = timing?.settle && durationMs(timing.settle);
  const grace = timing?.grace && durationMs(timing.grace);
  const secret = webhook?.secret && reader.secret('webhook.secret', webhook.secret);
  return {
    installation: raw.installation,
    data: resolve(dirname(file), raw.data ?? 'cardwire-data'),
    webhook: {
      listen: reader.listen('webhook.listen', webhook?.listen ?? '127.0.0.1:8080'),
      ...(webhook?.publicUrl && { publicUrl: webhook.publicUrl.replace(/\/+$/, '') }),
      ...(secret && { secret }),
    },
    status: reader.listen('status.listen', raw.status?.listen ?? '127.0.0.1:8081'),
    pollMs: durationMs(raw.poll ?? '60s') ?? 60_000,
    nightly: raw.nightly ?? { at: '02:00', zone: 'UTC' },
    log: raw.log ?? 'info',
    timing: { ...(settle && { settle }), ...(grace && { grace }) },
    tenants: raw.tenants.map((tenant, i) => tenantOf(tenant, reader, `tenants.${i}`)),
    policies: raw.policies.map(compilePolicy),
  };
}

function tenantOf(raw: RawTenant, reader: Reader, path: string): Tenant {
  const { key, id, clientId, cloud = 'global' } = raw;
  const secret = raw.secret && reader.secret(`${path}.secret`, raw.secret);
  const pem = raw.certificate && reader.file(`${path}.certificate.file`, raw.certificate.file);
  return { key, id, clientId, cloud, ...(secret && { secret }), ...(pem && { certificate: { pem } }) };
}

/** Reads what a configuration refers to, and gathers what is missing. */
class Reader {
  readonly problems: Problem[] = [];
  readonly #surroundings: Surroundings;

  constructor(surroundings: Surroundings) {
    this.#surroundings = surroundings;
  }

  #miss(path: string, message: string): undefined {
    this.problems.push({ path, message, level: 'error' });
  }

  secret(path: string, from: { env: string } | { file: string }): string | undefined {
    if ('file' in from) return this.file(`${path}.file`, from.file)?.trim();
    const value = this.#surroundings.env[from.env]?.trim();
    return (
      value || this.#miss(path, `the environment variable ${from.env} is not set, or blank: set it before the start`)
    );
  }

  file(path: string, name: string): string | undefined {
    const file = resolve(dirname(this.#surroundings.file), name);
    try {
      const text = this.#surroundings.readFile(file);
      return text.trim() === '' ? this.#miss(path, `the file ${file} is empty`) : text;
    } catch (cause) {
      const code = cause instanceof Error && 'code' in cause ? String(cause.code) : 'unknown';
      return this.#miss(
        path,
        `the file ${file} cannot be read (${code}): check path and rights of the account that runs Cardwire`,
      );
    }
  }

  listen(path: string, text: string): Listen {
    const [, host = '', port = ''] = /^(\[[^\]]+\]|[^:]+):(\d{1,5})$/.exec(text) ?? [];
    if (host === '' || Number(port) > 65_535) this.#miss(path, `must be host:port such as 127.0.0.1:8080, is ${text}`);
    return { host: host.replace(/^\[|\]$/g, ''), port: Number(port) };
  }
}
