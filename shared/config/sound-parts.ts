import { configSchema, type RawConfig, type RawPolicy, type RawTenant } from './schema.ts';

/** An entry of a list, and where in the list it stood. */
export interface Placed<T> {
  readonly index: number;
  readonly entry: T;
}

/** What of a file is well-formed by itself, so that one mistake does not hide the next. */
export interface SoundParts {
  readonly tenants: readonly Placed<RawTenant>[];
  readonly policies: readonly Placed<RawPolicy>[];
  /** Keys of all tenants that have one, also of those with mistakes elsewhere. */
  readonly tenantKeys: ReadonlySet<string>;
  readonly webhook?: NonNullable<RawConfig['webhook']>;
  readonly nightly?: NonNullable<RawConfig['nightly']>;
}

const { tenants, policies, webhook, nightly } = configSchema.shape;

const member = (around: unknown, key: string): unknown =>
  typeof around === 'object' && around !== null ? Reflect.get(around, key) : undefined;

const listOf = (value: unknown): readonly unknown[] => (Array.isArray(value) ? value : []);

interface Schema<T> {
  safeParse(value: unknown): { readonly success: boolean; readonly data?: T };
}

function soundOf<T>(schema: Schema<T>, value: unknown): T | undefined {
  return schema.safeParse(value).data;
}

function soundEntries<T>(schema: Schema<T>, list: unknown): readonly Placed<T>[] {
  return listOf(list).flatMap((value, index) => {
    const entry = soundOf(schema, value);
    return entry === undefined ? [] : [{ index, entry }];
  });
}

/** Takes the file apart. Works on anything. */
export function soundParts(file: unknown): SoundParts {
  const hook = soundOf(webhook, member(file, 'webhook'));
  const night = soundOf(nightly, member(file, 'nightly'));
  const keys = listOf(member(file, 'tenants')).map((tenant) => member(tenant, 'key'));
  return {
    tenants: soundEntries(tenants.element, member(file, 'tenants')),
    policies: soundEntries(policies.element, member(file, 'policies')),
    tenantKeys: new Set(keys.filter((key) => typeof key === 'string')),
    ...(hook && { webhook: hook }),
    ...(night && { nightly: night }),
  };
}
