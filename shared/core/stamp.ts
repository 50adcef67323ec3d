import { invariant } from './invariant.ts';

/** GUID of the named properties that mark what is ours. Never changes: another one would make every stamp foreign. */
export const stampGuid = '8f2b6c54-0d3e-4a71-9b65-e1c47a90d2f3';
/** Name of the property that holds the stamp. */
export const stampName = 'Card';
const FORMAT = '1';

/** Where our items and folders lie: all three texts never change while copies exist (PROTOCOL 2.4). */
export interface StampPlace {
  readonly installation: string;
  readonly policy: string;
  /** Mailbox key. */
  readonly mailbox: string;
}

/** What we write on an item, once: whose it is and how it came to be ours (PROTOCOL 2.4). */
export interface Stamp extends StampPlace {
  /** Card id. */
  readonly card: string;
  readonly made: 'created' | 'adopted';
  /** When the create or the adoption was attempted: milliseconds since the epoch, Graph's clock. */
  readonly attempt: number;
  /** Tells two attempts of one moment apart. */
  readonly nonce: string;
}

/** Servers strip or change other characters; `|` parts and `%` escapes. */
const escaped = (part: string): string =>
  part.replace(/[^!-$&-{}~]/g, (unit) => `%${unit.charCodeAt(0).toString(16).padStart(4, '0')}`);

const unescaped = (part: string): string =>
  part.replace(/%([0-9a-f]{4})/g, (_, unit: string) => String.fromCharCode(Number.parseInt(unit, 16)));

const joined = (parts: readonly string[]): string => [FORMAT, ...parts.map(escaped)].join('|');

/** Undefined for anything that `joined` does not write, down to the letter. */
function parted(text: string, count: number): readonly string[] | undefined {
  const parts = text.split('|').slice(1).map(unescaped);
  return parts.length === count && joined(parts) === text ? parts : undefined;
}

const samePlace = (a: StampPlace, b: StampPlace): boolean =>
  a.installation === b.installation && a.policy === b.policy && a.mailbox === b.mailbox;

/**
 * `1|installation|policy|mailbox key|card|c or a|attempt time|nonce` (PROTOCOL 2.4).
 * @throws Bug when the attempt has no time: an item created with such a stamp would never be known as ours again
 */
export function formatStamp(stamp: Stamp): string {
  const { installation, policy, mailbox, card, made, nonce } = stamp;
  const attempt = Math.round(stamp.attempt);
  invariant(Number.isSafeInteger(attempt) && attempt >= 0, 'a stamp has the time of its attempt');
  return joined([installation, policy, mailbox, card, made === 'created' ? 'c' : 'a', String(attempt), nonce]);
}

/** The stamp that a text holds; undefined for anything that `formatStamp` does not write. */
export function parseStamp(text: string): Stamp | undefined {
  const [installation, policy, mailbox, card, how, attempt, nonce] = parted(text, 7) ?? [];
  if (installation === undefined || policy === undefined || mailbox === undefined) return undefined;
  if (card === undefined || attempt === undefined || nonce === undefined) return undefined;
  if ((how !== 'c' && how !== 'a') || !/^(?:0|[1-9]\d{0,15})$/.test(attempt) || !Number.isSafeInteger(Number(attempt)))
    return undefined;
  const made = how === 'c' ? 'created' : 'adopted';
  return { installation, policy, mailbox, card, made, attempt: Number(attempt), nonce };
}

/**
 * The stamp of an item that is ours: made in this place, and made by that attempt. A created item came to be within
 * `settleMs` of it, an adopted one was there before. All else is the user's, whatever it carries: a copy that the
 * user made of our copy carries our stamp, too (PROTOCOL 2.4 `ours`, I9). Times are milliseconds of Graph's clock.
 */
export function ours(
  item: { readonly stamp?: string; readonly created: number },
  where: StampPlace,
  settleMs: number,
): Stamp | undefined {
  const stamp = item.stamp === undefined ? undefined : parseStamp(item.stamp);
  if (!stamp || !samePlace(stamp, where)) return undefined;
  const { created } = item;
  const fits = stamp.made === 'created' ? Math.abs(created - stamp.attempt) <= settleMs : created <= stamp.attempt;
  return fits ? stamp : undefined;
}

/** Whether the text is the stamp of any installation and policy: sources pass over such items (PROTOCOL 2.4). */
export const stampedByAny = (text: string | undefined): boolean => text !== undefined && parseStamp(text) !== undefined;

/** Mark of a folder that we made: `1|installation|policy|mailbox key`. */
export const formatFolderStamp = ({ installation, policy, mailbox }: StampPlace): string =>
  joined([installation, policy, mailbox]);

/** Whether a folder's mark says that we made it, for this policy and in this mailbox (K-20: only then it is removed). */
export function folderIsOurs(stamp: string | undefined, where: StampPlace): boolean {
  const [installation, policy, mailbox] = (stamp === undefined ? undefined : parted(stamp, 3)) ?? [];
  if (installation === undefined || policy === undefined || mailbox === undefined) return false;
  return samePlace({ installation, policy, mailbox }, where);
}
