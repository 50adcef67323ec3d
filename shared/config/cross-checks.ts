import type { Problem } from './config.ts';
import type { RawPolicy } from './schema.ts';
import type { Placed, SoundParts } from './sound-parts.ts';

const error = (path: string, message: string): Problem => ({ path, message, level: 'error' });
const warning = (path: string, message: string): Problem => ({ path, message, level: 'warning' });

function doubled(values: readonly Placed<string>[], path: (i: number) => string, what: string): Problem[] {
  return values.flatMap(({ index, entry }) =>
    values.some((other) => other.index < index && other.entry.toLowerCase() === entry.toLowerCase())
      ? [error(path(index), `${what} ${entry} is used twice: give each its own`)]
      : [],
  );
}

const folderOf = (folder: string | undefined): string => (folder ?? 'default').normalize('NFC').toLowerCase();

function checkPolicy({ entry: policy, index: i }: Placed<RawPolicy>, tenants: ReadonlySet<string>): Problem[] {
  const problems: Problem[] = [];
  if (!tenants.has(policy.tenant))
    problems.push(error(`policies.${i}.tenant`, `there is no tenant ${policy.tenant}: use the key of one of tenants`));
  const listed = new Set((policy.targets.mailboxes ?? []).map((who) => who.toLowerCase()));
  for (const [n, { mailbox, folder }] of policy.sources.entries())
    if (listed.has(mailbox.toLowerCase()) && folderOf(folder) === folderOf(policy.targetFolder))
      problems.push(
        error(
          `policies.${i}.sources.${n}`,
          'this folder is a target of the same policy, too: name another targetFolder, or take the mailbox out of targets',
        ),
      );
  const rules = policy.fields as Readonly<Record<string, string | undefined>> | undefined;
  if (policy.categories?.length && (rules?.['categories'] ?? rules?.['default']) === 'never')
    problems.push(error(`policies.${i}.categories`, 'the field categories is never written: remove one of the two'));
  return problems;
}

/** Two policies that write into one folder of one mailbox live side by side, but people see both (I-20). */
function overlaps(policies: readonly Placed<RawPolicy>[]): Problem[] {
  return policies.flatMap(({ entry: policy, index: i }, n) =>
    policies.slice(0, n).flatMap(({ entry: other }) => {
      const same = other.tenant === policy.tenant && folderOf(other.targetFolder) === folderOf(policy.targetFolder);
      if (!same || !shareMailbox(policy, other)) return [];
      const text = `policies ${other.id} and ${policy.id} write into the same folder of the same mailbox: contacts of both appear there`;
      return [warning(`policies.${i}.targetFolder`, text)];
    }),
  );
}

function shareMailbox(a: RawPolicy, b: RawPolicy): boolean {
  const mine = a.targets.mailboxes;
  const theirs = b.targets.mailboxes;
  if (!mine || !theirs) return true;
  const known = new Set(mine.map((who) => who.toLowerCase()));
  return theirs.some((who) => known.has(who.toLowerCase()));
}

function checkWebhook({ webhook }: SoundParts): Problem[] {
  const url = webhook?.publicUrl;
  if (url === undefined) return [];
  const parsed = URL.canParse(url) ? new URL(url) : undefined;
  const local = parsed && /^(localhost|127(\.\d{1,3}){3}|\[::1\])$/.test(parsed.hostname);
  const problems: Problem[] = [];
  if (!parsed || (parsed.protocol !== 'https:' && !(local && parsed.protocol === 'http:')))
    problems.push(
      error(
        'webhook.publicUrl',
        'must be an https address that Graph can reach, such as https://sync.contoso.com/graph',
      ),
    );
  if (!webhook?.secret)
    problems.push(
      error('webhook.secret', 'is needed with publicUrl: {env: NAME} of a long random text that proves notifications'),
    );
  return problems;
}

function checkZone({ nightly }: SoundParts): Problem[] {
  if (!nightly) return [];
  try {
    new Intl.DateTimeFormat('en', { timeZone: nightly.zone });
    return [];
  } catch {
    return [error('nightly.zone', `${nightly.zone} is no time zone: use an IANA name such as Europe/Berlin`)];
  }
}

/** A vanity domain works for log-in, but permissions then fail in cryptic ways (F-05). */
const initial = /(\.onmicrosoft\.(com|us)|\.partner\.onmschina\.cn)$|^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i;

/** What no single field can tell, in all parts that are well-formed by themselves. */
export function crossChecks(parts: SoundParts): Problem[] {
  const { tenants, policies, tenantKeys } = parts;
  const vanity = tenants.flatMap(({ index, entry: { id } }) =>
    initial.test(id)
      ? []
      : [
          warning(
            `tenants.${index}.id`,
            `${id} is no GUID and no initial domain (….onmicrosoft.com): log-in may work and permissions fail. Use the GUID`,
          ),
        ],
  );
  const placed = <T>(list: readonly Placed<T>[], of: (entry: T) => string): Placed<string>[] =>
    list.map(({ index, entry }) => ({ index, entry: of(entry) }));
  return [
    ...doubled(
      placed(tenants, ({ key }) => key),
      (i) => `tenants.${i}.key`,
      'the key',
    ),
    ...doubled(
      placed(tenants, ({ id }) => id),
      (i) => `tenants.${i}.id`,
      'the tenant',
    ),
    ...doubled(
      placed(policies, ({ id }) => id),
      (i) => `policies.${i}.id`,
      'the id',
    ),
    ...policies.flatMap((policy) => checkPolicy(policy, tenantKeys)),
    ...overlaps(policies),
    ...checkWebhook(parts),
    ...checkZone(parts),
    ...vanity,
  ];
}
