import { readFileSync } from 'node:fs';
import { Ajv } from 'ajv';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { parse } from 'yaml';
import { jsonSchema } from '#config/json-schema';
import { loadConfig } from '#config/load';

const env = { CARDWIRE_WEBHOOK_SECRET: 'w', CARDWIRE_CLIENT_SECRET: 'canary-secret' };
const sample = readFileSync('deploy/cardwire.config.sample.yaml', 'utf8');
const readFile = (path: string): string => {
  throw Object.assign(new Error(path), { code: 'ENOENT' });
};
const load = (text: string, more: Record<string, string | undefined> = {}) =>
  loadConfig(text, { file: '/etc/cardwire/cardwire.config.yaml', env: { ...env, ...more }, readFile });
const paths = (text: string): string[] => load(text).problems.map(({ path }) => path);

test('the shipped sample is a valid configuration without a problem', () => {
  const { config, problems } = load(sample);
  expect(problems).toEqual([]);
  expect(config?.policies[0]).toMatchObject({
    trigger: 'manual',
    sources: [{ mailbox: 'shared.contacts@contoso.com', folder: ['Customers', 'Nordic'] }],
    targetFolder: ['Company contacts'],
    rules: { displayName: 'owned', mobilePhone: 'filled' },
    parallelMailboxes: 5,
    liveMailboxes: 'auto',
  });
  expect(config?.data).toBe('/etc/cardwire/cardwire-data');
});

test('the published schema is fresh and accepts the sample', () => {
  expect(readFileSync('deploy/cardwire.config.schema.json', 'utf8')).toBe(jsonSchema());
  const validate = new Ajv({ strict: false }).compile(JSON.parse(jsonSchema()) as object);
  expect(validate(parse(sample))).toBe(true);
  expect(validate({ ...(parse(sample) as object), installation: 'Not Allowed' })).toBe(false);
});

test('H-06: a trigger is never assumed', () => {
  const { problems } = load(sample.replace(/ {4}trigger: manual.*\n/, ''));
  expect(problems).toEqual([
    { path: 'policies.0.trigger', message: expect.stringContaining('There is no default'), level: 'error' },
  ]);
});

test('I-16: every problem comes at once, with its path', () => {
  const broken = sample
    .replace('installation: contoso', 'installation: Con_toso')
    .replace('zone: Europe/Berlin', 'zone: Europe/Nowhere')
    .replace('mode: distribute', 'mode: mirror')
    .replace('targetFolder:', 'targetFoldr:');
  const found = load(broken).problems;
  expect(found.map(({ path }) => path)).toEqual(
    expect.arrayContaining([
      'installation',
      'nightly.zone',
      'policies.0.mode',
      'policies.0.targetFolder',
      'policies.0.targetFoldr',
    ]),
  );
  expect(found.find(({ path }) => path === 'policies.0.targetFoldr')?.message).toContain('did you mean targetFolder?');
});

test('what no single field can tell is told, too', () => {
  const broken = sample
    .replace('tenant: contoso', 'tenant: fabrikam')
    .replace('https://sync', 'http://sync')
    .replace('zone: Europe/Berlin', 'zone: Europe/Nowhere')
    .replace('ann@contoso.com', 'shared.contacts@contoso.com')
    .replace('targetFolder: Company contacts', 'targetFolder: customers/nordic');
  expect(paths(broken)).toEqual(
    expect.arrayContaining(['policies.0.tenant', 'webhook.publicUrl', 'nightly.zone', 'policies.0.sources.0']),
  );
});

test('a secret comes from its source only, and appears in no problem', () => {
  expect(load(sample, { CARDWIRE_CLIENT_SECRET: undefined }).problems).toEqual([
    { path: 'tenants.0.secret', message: expect.stringContaining('CARDWIRE_CLIENT_SECRET is not set'), level: 'error' },
  ]);
  const written = load(sample.replace('secret: { env: CARDWIRE_CLIENT_SECRET }', 'secret: canary-secret'));
  expect(written.config).toBeUndefined();
  expect(JSON.stringify(written.problems)).not.toContain('canary-secret');
  expect(written.problems[0]).toMatchObject({
    path: 'tenants.0.secret',
    message: expect.stringContaining('{env: NAME}'),
  });
});

test('F-05: a vanity domain as tenant is a warning with its reason', () => {
  const { config, problems } = load(sample.replace('11111111-2222-4333-8444-555555555555', 'contoso.com'));
  expect(config).toBeDefined();
  expect(problems).toEqual([{ path: 'tenants.0.id', message: expect.stringContaining('GUID'), level: 'warning' }]);
});

test('a file that cannot be read, and text that is no YAML, say so', () => {
  const certificate = sample.replace(/secret: \{ env: CARDWIRE_CLIENT_SECRET \}.*/, 'certificate: { file: app.pem }');
  expect(load(certificate).problems[0]?.message).toContain('/etc/cardwire/app.pem cannot be read (ENOENT)');
  expect(load('installation: [unclosed').problems[0]?.message).toContain('not readable');
});

test.each([
  ['a mapping within a mapping', 'installation: canary-secret: more\n'],
  ['a quote that is never closed', 'secret: "canary-secret\n'],
  ['a secret that begins with a star', 'tenants:\n  - secret: *canary-secret\n'],
  ['a secret that begins with an ampersand', 'secret: &canary-secret\n'],
  ['a secret that begins with a per cent sign', 'secret: %canary-secret\n'],
  ['a secret in place of the file', 'canary-secret'],
  ['a list in place of the file', '- canary-secret'],
  ['a number in place of a secret', 'tenants: [{ secret: 4711 }]'],
  ['nothing', ''],
])('%s is told, and not quoted', (_name, text) => {
  const { config, problems } = load(text);
  expect(config).toBeUndefined();
  expect(problems.length).toBeGreaterThan(0);
  expect(JSON.stringify(problems)).not.toMatch(/canary-secret|4711/);
});

test('whatever stands in the file, loading it answers and does not throw', () => {
  fc.assert(
    fc.property(
      fc.oneof(
        fc.string(),
        fc.json(),
        fc.string().map((part) => sample.replace('contoso', part)),
      ),
      (text) => {
        expect(load(text).problems).toBeInstanceOf(Array);
      },
    ),
  );
});

test('JSON is understood, with blanks or tabs', () => {
  const { config } = load(JSON.stringify(parse(sample), null, '\t'));
  expect(config).toEqual(load(sample).config);
});

test('a mistake in one place does not hide those of another', () => {
  const broken = sample.replace('clientId:', 'clientIt:').replace('tenant: contoso', 'tenant: fabrikam');
  const { problems } = load(broken, { CARDWIRE_WEBHOOK_SECRET: undefined });
  expect(problems.map(({ path }) => path).toSorted()).toEqual([
    'policies.0.tenant',
    'tenants.0.clientId',
    'tenants.0.clientIt',
    'webhook.secret',
  ]);
});

test('limits may change without a new generation, content may not', () => {
  const generation = (text: string): string | undefined => load(text).config?.policies[0]?.generation;
  const first = generation(sample);
  expect(generation(sample.replace('cards: 10', 'cards: 50'))).toBe(first);
  expect(generation(sample.replace('mobilePhone: filled', 'mobilePhone: never'))).not.toBe(first);
});
