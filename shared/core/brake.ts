import { type FieldName, type Fields, type FieldValue, fieldNames } from './fields.ts';
import type { Caps } from './policy.ts';
import type { HoldKind } from './records.ts';
import { sameField } from './same.ts';

/** Shut, with the kind of hold and one sentence for people: counts and caps, no names. */
export type BrakeVerdict =
  | { readonly open: true }
  | { readonly open: false; readonly kind: HoldKind; readonly reason: string };

const OPEN: BrakeVerdict = { open: true };

/** A cap is passed by more than its number, not by its number; both must be. Whole numbers only, so 10 % is exact. */
const passes = (count: number, base: number, cap: number, percent: number): boolean =>
  count > cap && count * 100 > percent * base;

/**
 * Cards of one source, or copies of one mailbox, that would go (DESIGN section 4 'The brake'; I11, K-18).
 * `live`: cards that live now, those that would leave included. `goneWithinDay`: cards that went within the last
 * 24 hours and are not in `live`. `leaving`: those that would go now. The base of the percentage is what lived at the
 * start of the day, `live + goneWithinDay`, so that going in small steps does not shrink it.
 * A source that would be emptied is held whatever the caps say (promise 2).
 */
export function weighDeletions(counts: {
  readonly live: number;
  readonly goneWithinDay: number;
  readonly leaving: number;
  readonly caps: Caps;
}): BrakeVerdict {
  const { live, goneWithinDay, leaving, caps } = counts;
  if (leaving <= 0) return OPEN;
  const base = live + goneWithinDay;
  if (leaving >= live) {
    const reason = `All ${live} contacts would be deleted and none would remain: an emptied source is always held.`;
    return { open: false, kind: 'source empty', reason };
  }
  const total = goneWithinDay + leaving;
  if (!passes(total, base, caps.cards, caps.percent)) return OPEN;
  const reason =
    `${total} of ${base} contacts would be deleted within a day (${leaving} of them now): ` +
    `more than ${caps.cards} contacts and more than ${caps.percent} %.`;
  return { open: false, kind: 'deletions', reason };
}

/**
 * Cards on which one endpoint would clear or overwrite a value (K-23). `live`: cards that live now.
 * `changedWithinDay`: different cards on which it did so within the last 24 hours, without those in `changing`.
 */
export function weighValues(counts: {
  readonly live: number;
  readonly changedWithinDay: number;
  readonly changing: number;
  readonly caps: Caps;
}): BrakeVerdict {
  const { live, changedWithinDay, changing, caps } = counts;
  const total = changedWithinDay + changing;
  if (changing <= 0 || !passes(total, live, caps.cards, caps.percent)) return OPEN;
  const reason =
    `Values of ${total} of ${live} contacts would be cleared or overwritten within a day (${changing} of them now): ` +
    `more than ${caps.cards} contacts and more than ${caps.percent} %.`;
  return { open: false, kind: 'values', reason };
}

/**
 * Mailboxes that would leave a policy and lose their copies (DESIGN section 4 'The brake', K-08).
 * `members`: mailboxes that belong to it now, those that would leave included. `leftWithinDay`: those that left within
 * the last 24 hours and are not in `members`.
 */
export function weighMembers(counts: {
  readonly members: number;
  readonly leaving: number;
  readonly caps: Caps;
  readonly leftWithinDay?: number;
}): BrakeVerdict {
  const { members, leaving, caps, leftWithinDay = 0 } = counts;
  const total = leftWithinDay + leaving;
  const base = members + leftWithinDay;
  if (leaving <= 0 || !passes(total, base, caps.mailboxes, caps.percent)) return OPEN;
  const reason =
    `${total} of ${base} mailboxes would leave within a day (${leaving} of them now): ` +
    `more than ${caps.mailboxes} mailboxes and more than ${caps.percent} %.`;
  return { open: false, kind: 'members', reason };
}

/** A value's single parts: what was in one must be in the other, or it was cleared or overwritten. */
function partsOf(name: FieldName, value: FieldValue): readonly Fields[] {
  if (typeof value === 'string') return [{ [name]: value }];
  if (Array.isArray(value)) return value.map((entry) => ({ [name]: [entry] }));
  return Object.entries(value).map(([part, text]) => ({ [name]: { [part]: text } }));
}

function lost(name: FieldName, before: FieldValue, after: FieldValue | undefined): boolean {
  if (sameField(name, before, after)) return false;
  const kept = after === undefined ? [] : partsOf(name, after);
  return partsOf(name, before).some((part) => !kept.some((other) => sameField(name, part[name], other[name])));
}

/**
 * Whether a change takes a value away: one that was there is gone or differs (K-23). Adding does not count: a value in
 * an empty field, one more phone number, category or line of an address; nor does another order.
 */
export const clearedOrOverwritten = (before: Fields, after: Fields): boolean =>
  fieldNames.some((name) => {
    const value = before[name];
    return value !== undefined && lost(name, value, after[name]);
  });
