import type { Versioned } from './card.ts';
import type { Copy } from './copy.ts';
import type { Policy } from './policy.ts';
import { render } from './render.ts';
import type { Rendering } from './rendering.ts';

/** One write to one mailbox, as a value that can be printed, counted, stored and compared. */
export type Operation =
  | { readonly kind: 'create'; readonly number: number; readonly rendering: Rendering; readonly hash: string }
  | {
      readonly kind: 'update';
      readonly number: number;
      readonly copy: Copy;
      readonly rendering: Rendering;
      readonly hash: string;
    }
  | { readonly kind: 'photo'; readonly number: number; readonly copy: Copy; readonly photo: string }
  | { readonly kind: 'delete'; readonly number: number; readonly copy: Copy };

export type Decision =
  | { readonly kind: 'operation'; readonly operation: Operation }
  /** Nothing to do; what was owed is paid. */
  | { readonly kind: 'even' }
  /** The copy's record says nothing any more: forget it. */
  | { readonly kind: 'forget' }
  /** No copy is known and none was proved absent: creating blindly would double (PROTOCOL rationale 6). */
  | { readonly kind: 'doubt' }
  /** Nothing will be done for this card here until a person or a newer version says otherwise. */
  | { readonly kind: 'leave' };

export interface CardSituation {
  readonly policy: Policy;
  readonly version: Versioned;
  readonly copy: Copy | undefined;
  readonly applied: number;
  /** An earlier create of this card was answered with a refusal since the last inventory: it may exist all the same (F18). */
  readonly refusedCreate: boolean;
}

/** What one endpoint must do for one card (PROTOCOL 2.6 `apply`). Pure. */
export function decide({ policy, version, copy, applied, refusedCreate }: CardSituation): Decision {
  const linked = copy !== undefined && !copy.absent;
  if (version.state === 'gone') {
    if (linked) return { kind: 'operation', operation: { kind: 'delete', number: version.number, copy } };
    return copy ? { kind: 'forget' } : { kind: 'even' };
  }
  if (version.refused || copy?.extra?.keptAway) return { kind: 'leave' };
  if (!linked) {
    const allowed = copy?.absent || version.bornAt > applied;
    if (!allowed || refusedCreate) return { kind: 'doubt' };
    const { rendering, hash } = render(policy, version);
    return { kind: 'operation', operation: { kind: 'create', number: version.number, rendering, hash } };
  }
  const { rendering, hash } = render(policy, version, copy.extra);
  if (copy.seen !== hash && copy.extra?.accepted !== hash)
    return { kind: 'operation', operation: { kind: 'update', number: version.number, copy, rendering, hash } };
  if (version.photo && copy.extra?.photo !== version.photo)
    return { kind: 'operation', operation: { kind: 'photo', number: version.number, copy, photo: version.photo } };
  return { kind: 'even' };
}
