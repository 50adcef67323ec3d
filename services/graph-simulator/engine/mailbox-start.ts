import type { FolderContents } from './company.ts';
import { type ContactWrite, readContactBody } from './contact-body.ts';
import type { Folder } from './folder.ts';
import type { MailboxSurroundings } from './mailbox-surroundings.ts';

/** Contacts that exist as (generator, index) only. */
export interface GeneratedRange {
  readonly folder: Folder;
  /** Item number of index 0. */
  readonly first: number;
  readonly count: number;
  readonly contact: (index: number) => ContactWrite;
}

/** What filling a new mailbox needs of it. */
export interface MailboxFilling {
  folder(parent: Folder, displayName: string, first: number, count: number): Folder;
  range(range: GeneratedRange): void;
  item(folder: Folder, write: ContactWrite): void;
  /** Told once, after all ranges and before the first item: numbers from here on are free. */
  numbersTaken(count: number): void;
}

/**
 * Makes the default folder and all below it as a company describes them, and returns the default folder.
 * Throws GraphFault for an explicit contact that Graph would not take, and Error for an unknown flavour.
 */
export function fillMailbox(
  root: Folder,
  defaultName: string,
  contents: FolderContents,
  around: MailboxSurroundings,
  filling: MailboxFilling,
): Folder {
  const explicit: [folder: Folder, write: ContactWrite][] = [];
  let taken = 0;
  const fill = (parent: Folder, name: string, held: FolderContents): Folder => {
    const count = held.generated?.count ?? 0;
    const folder = filling.folder(parent, name, taken, count);
    folder.distributionLists = held.distributionLists ?? 0;
    if (held.generated) filling.range({ folder, first: taken, count, contact: generatorOf(held.generated, around) });
    taken += count;
    for (const body of held.explicit ?? []) explicit.push([folder, readContactBody(body, true)]);
    for (const child of held.folders ?? []) fill(folder, child.displayName, child);
    return folder;
  };
  const contacts = fill(root, defaultName, contents);
  filling.numbersTaken(taken);
  for (const [folder, write] of explicit) filling.item(folder, write);
  return contacts;
}

function generatorOf(
  generated: NonNullable<FolderContents['generated']>,
  around: MailboxSurroundings,
): GeneratedRange['contact'] {
  const generator = around.generators[generated.flavour];
  if (!generator) throw new Error(`The company names no generator '${generated.flavour}'.`);
  return (index) => readContactBody(generator(generated.seed, index), true);
}
