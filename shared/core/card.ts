import type { Fields } from './fields.ts';

/** `live` exists in its source; `leaving` was missed there and waits out its grace; `gone` must lose its copies. */
export type CardState = 'live' | 'leaving' | 'gone';

/** Where a card comes from: the item that it mirrors, in the endpoint that reads it. */
export interface Provenance {
  readonly endpoint: string;
  readonly item: string;
}

/** A card as one commit left it (PROTOCOL 2.3 `versions`). */
export interface Version {
  /** Card id: UUIDv5 of tenant, source mailbox and immutable item id (PROTOCOL 2.4). */
  readonly card: string;
  /** Dense in its book, from 1. */
  readonly number: number;
  /** Revision at which the card last came to life. */
  readonly bornAt: number;
  readonly state: CardState;
  /** Milliseconds since the epoch at which the state began. */
  readonly since: number;
  readonly fields: Fields;
  /** SHA-256 (hex) of the photo as copies get it, if the policy carries photos and there is one. */
  readonly photo?: string;
  readonly source: Provenance;
  /** Set when the brake was answered with `discard`: copies stay, nobody is asked again until the item returns. */
  readonly kept?: true;
  /** Error code with which three endpoints refused this version: nobody sends it again. */
  readonly refused?: string;
}

/** A version together with the revision of the commit that holds it. */
export interface Versioned extends Version {
  readonly revision: number;
}
