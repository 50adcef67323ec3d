import { hash8 } from '#core/digest';
import { type FieldName, fieldNames } from '#core/fields';
import type { FieldRule, FolderChoice, Policy } from '#core/policy';
import type { RawPolicy } from './schema.ts';

/** `default`, or a path of names; `//` stands for a slash within a name. */
export function folderChoice(text: string | undefined): FolderChoice {
  if (text === undefined || text === 'default') return 'default';
  return text
    .replaceAll('//', '\u0000')
    .split('/')
    .map((name) => name.replaceAll('\u0000', '/'))
    .filter((name) => name !== '');
}

function rulesOf(fields: RawPolicy['fields']): Record<FieldName, FieldRule> {
  const named = (fields ?? {}) as Partial<Record<FieldName | 'default', FieldRule>>;
  const fallback = named.default ?? 'owned';
  return Object.fromEntries(fieldNames.map((name) => [name, named[name] ?? fallback])) as Record<FieldName, FieldRule>;
}

/**
 * A policy with every default settled. Its generation is a hash of what decides the content of mailboxes: limits and
 * caps may be changed without an inventory of everything.
 */
export function compilePolicy(raw: RawPolicy): Policy {
  const { brake, targets } = raw;
  const rule = {
    id: raw.id,
    tenant: raw.tenant,
    mode: raw.mode,
    sources: raw.sources.map(({ mailbox, folder }) => ({ mailbox, folder: folderChoice(folder) })),
    targetFolder: folderChoice(raw.targetFolder),
    rules: rulesOf(raw.fields),
    photos: raw.photos ?? false,
    categories: raw.categories ?? [],
    exclude: { categories: raw.exclude?.categories ?? [] },
    deletedCopies: raw.deletedCopies ?? 'restore',
  } as const;
  return {
    ...rule,
    trigger: raw.trigger,
    targets: { mailboxes: targets.mailboxes ?? 'licensed', except: targets.except ?? [] },
    deletedFolder: raw.deletedFolder ?? 'recreate',
    leavers: raw.leavers ?? 'remove',
    brake: { cards: brake?.cards ?? 10, percent: brake?.percent ?? 10, mailboxes: brake?.mailboxes ?? 5 },
    parallelMailboxes: raw.parallelMailboxes ?? 5,
    liveMailboxes: raw.liveMailboxes ?? 'auto',
    generation: hash8(JSON.stringify(rule)),
  };
}
