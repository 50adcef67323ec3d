import type { FieldName } from './fields.ts';

/** `owned` is overwritten and cleared, `filled` written only while the user has no value there, `never` left alone. */
export type FieldRule = 'owned' | 'filled' | 'never';

/** When a policy acts. There is no default: it is always written out. */
export type Trigger = 'live' | 'manual';

/** Caps of the brake: it holds what passes both. */
export interface Caps {
  readonly cards: number;
  readonly percent: number;
  readonly mailboxes: number;
}

/** A folder of one mailbox, as configured: the mailbox's default folder, or a path of names below it. */
export type FolderChoice = 'default' | readonly string[];

export interface SourceChoice {
  /** Address or object id, as configured. */
  readonly mailbox: string;
  readonly folder: FolderChoice;
}

export interface TargetChoice {
  /** A list of addresses, or every mailbox with a licence. */
  readonly mailboxes: readonly string[] | 'licensed';
  readonly except: readonly string[];
}

/** One rule, compiled from the configuration: defaults and units are settled, nothing is optional that has a default. */
export interface Policy {
  readonly id: string;
  /** Key of the tenant in the configuration, and the tenant's own id. */
  readonly tenant: string;
  readonly mode: 'distribute';
  readonly trigger: Trigger;
  readonly sources: readonly SourceChoice[];
  readonly targets: TargetChoice;
  readonly targetFolder: FolderChoice;
  readonly rules: Readonly<Record<FieldName, FieldRule>>;
  readonly photos: boolean;
  /** Categories that every copy gets besides the card's own (K-11). */
  readonly categories: readonly string[];
  /** Source items with one of these categories stay where they are. */
  readonly exclude: { readonly categories: readonly string[] };
  /** What happens to a copy that its user deleted: `restore` it, or `keep away` (K-07). */
  readonly deletedCopies: 'restore' | 'keep away';
  /** What happens when a user deletes the target folder (K-03). */
  readonly deletedFolder: 'recreate' | 'leave';
  /** What a mailbox that leaves the policy loses (K-08). */
  readonly leavers: 'remove' | 'leave';
  readonly brake: Caps;
  /** Mailboxes at once in bulk work, 1-50 or `auto` (K-13), and in live work (K-14). */
  readonly parallelMailboxes: number | 'auto';
  readonly liveMailboxes: number | 'auto';
  /** Grows with each edit; endpoints that obey another one are in doubt. Hash of the rule, so that a restart does not change it. */
  readonly generation: string;
}
