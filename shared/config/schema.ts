import { z } from 'zod';
import { fieldNames } from '#core/fields';
import { durationMs } from './duration.ts';

/** The configuration file as people write it. Compiled by compile.ts; published as JSON Schema by json-schema.ts. */
const key = z
  .string()
  .regex(/^[a-z0-9-]{1,32}$/, 'must be 1 to 32 of a-z, 0-9 and -')
  .describe('1 to 32 of a-z, 0-9 and -');

const duration = z
  .string()
  .refine((text) => durationMs(text) !== undefined, 'must be a duration such as 60s, 5m or 1h')
  .describe('A duration such as 500ms, 60s, 5m, 1h, 30d');

const address = z.string().min(1).describe('User principal name, mail address, or object id');

const secret = z
  .union([
    z.strictObject({ env: z.string().min(1).describe('Name of an environment variable') }),
    z.strictObject({ file: z.string().min(1).describe('Path of a file that holds nothing else') }),
  ])
  .describe('Where a secret is found: never the secret itself');

const folder = z
  .string()
  .regex(/[^/]/, 'must be default or the path of a folder, such as Customers/Nordic')
  .describe('`default` for the Contacts folder, else a path of names below it: Customers/Nordic');

const count = (least: number, most: number) => z.int().min(least).max(most);

const rule = z.enum(['owned', 'filled', 'never']);

const fields = z
  .strictObject({
    default: rule.optional().describe('For fields that are not named. Default: owned'),
    ...Object.fromEntries(fieldNames.map((name) => [name, rule.optional()])),
  })
  .describe('owned: overwritten and cleared; filled: written while the user has no value there; never: left alone');

const source = z.strictObject({
  mailbox: address,
  folder: folder.optional().describe('Default: default'),
});

const targets = z
  .strictObject({
    mailboxes: z.array(address).min(1).optional(),
    licensed: z.literal(true).optional().describe('Every user with at least one licence'),
    except: z.array(address).optional(),
  })
  .refine((value) => (value.mailboxes === undefined) !== (value.licensed === undefined), {
    message: 'must have either mailboxes or licensed: true',
  });

const brake = z
  .strictObject({
    cards: count(0, 1_000_000).optional().describe('Default: 10'),
    percent: z.number().min(0).max(100).optional().describe('Default: 10'),
    mailboxes: count(0, 1_000_000).optional().describe('Default: 5'),
  })
  .describe('What passes both number and per cent within a day is held until a person decides');

const parallel = z.union([count(1, 50), z.literal('auto')]);

const policy = z.strictObject({
  id: key.describe('Part of every stamp and the name of the book: cannot be changed while copies exist'),
  tenant: key,
  mode: z.enum(['distribute']).describe('One way: from sources to targets'),
  trigger: z.enum(['live', 'manual']).describe('When the policy acts. There is no default'),
  sources: z.array(source).min(1),
  targets,
  targetFolder: folder,
  fields: fields.optional(),
  photos: z.boolean().optional().describe('Default: false'),
  categories: z.array(z.string().min(1)).optional().describe('Every copy gets these besides its own'),
  exclude: z.strictObject({ categories: z.array(z.string().min(1)).optional() }).optional(),
  deletedCopies: z.enum(['restore', 'keep away']).optional().describe('A copy that its user deleted. Default: restore'),
  deletedFolder: z
    .enum(['recreate', 'leave'])
    .optional()
    .describe('A target folder that its user deleted. Default: recreate'),
  leavers: z
    .enum(['remove', 'leave'])
    .optional()
    .describe('Copies of a mailbox that leaves the policy. Default: remove'),
  brake: brake.optional(),
  parallelMailboxes: parallel.optional().describe('Mailboxes at once in bulk work. Default: 5'),
  liveMailboxes: parallel.optional().describe('Mailboxes at once when news travel. Default: auto'),
});

const tenant = z
  .strictObject({
    key,
    id: z.string().min(1).describe('GUID, or initial domain such as contoso.onmicrosoft.com'),
    cloud: z.enum(['global', 'usgov', 'dod', 'china']).optional().describe('Default: global'),
    clientId: z.string().min(1),
    secret: secret.optional(),
    certificate: z
      .strictObject({ file: z.string().min(1).describe('PEM with certificate and private key') })
      .optional(),
  })
  .refine((value) => (value.secret === undefined) !== (value.certificate === undefined), {
    message: 'must have either secret or certificate',
  });

export const configSchema = z
  .strictObject({
    $schema: z.string().optional().describe('For editors'),
    installation: key.describe('Part of every stamp: cannot be changed while copies exist'),
    data: z.string().min(1).optional().describe('Folder for the state. Default: ./cardwire-data'),
    webhook: z
      .strictObject({
        publicUrl: z
          .string()
          .optional()
          .describe('https address by which Graph reaches the receiver. Without it: polling'),
        listen: z.string().optional().describe('host:port. Default: 127.0.0.1:8080'),
        secret: secret.optional(),
      })
      .optional(),
    status: z
      .strictObject({ listen: z.string().describe('host:port of the status page. Default: 127.0.0.1:8081') })
      .optional(),
    poll: duration.optional().describe('Between two looks at a source that nothing notifies. Default: 60s'),
    nightly: z
      .strictObject({
        at: z.string().regex(/^([01]\d|2[0-3]):[0-5]\d$/, 'must be HH:MM'),
        zone: z.string().describe('IANA time zone such as Europe/Berlin'),
      })
      .optional()
      .describe('Default: 02:00 UTC'),
    log: z.enum(['debug', 'info', 'warn', 'error', 'silent']).optional().describe('Default: info'),
    timing: z
      .strictObject({ settle: duration.optional(), grace: duration.optional() })
      .optional()
      .describe('Only for tests against a simulator: a shorter settle is unsafe on a real tenant'),
    tenants: z.array(tenant).min(1),
    policies: z.array(policy).min(1),
  })
  .describe('Configuration of Cardwire');

export type RawConfig = z.infer<typeof configSchema>;
export type RawPolicy = RawConfig['policies'][number];
export type RawTenant = RawConfig['tenants'][number];
