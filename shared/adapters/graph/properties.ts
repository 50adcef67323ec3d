import { stampGuid, stampName } from '#core/stamp';
import { isRecord } from './request.ts';

/** Property that carries the stamp of an item, or our mark on a folder (PROTOCOL 2.4). */
export const CARD = `String {${stampGuid}} Name ${stampName}`;
/** Outlook's "private" check box: PSETID_Common, PidLidPrivate; and PidTagSensitivity, where 0 is normal (graph.md 1.7). */
const PRIVATE = 'Boolean {00062008-0000-0000-C000-000000000046} Id 0x8506';
const SENSITIVITY = 'Integer 0x0036';

const expand = (ids: readonly string[]): string =>
  `$expand=${encodeURIComponent(`singleValueExtendedProperties($filter=${ids.map((id) => `id eq '${id}'`).join(' or ')})`)}`;

/** Query that asks for what `readMarks` reads. */
export const expandItem: string = expand([CARD, PRIVATE, SENSITIVITY]);
export const expandFolder: string = expand([CARD]);

/** The part of a body that sets the stamp, as JSON text without braces. */
export const stampText = (stamp: string): string =>
  `"singleValueExtendedProperties":[{"id":${JSON.stringify(CARD)},"value":${JSON.stringify(stamp)}}]`;

/** Servers were seen to answer tags with and without leading zeros, GUIDs in either case. */
const normal = (id: string): string => id.toLowerCase().replace(/0x0*/g, '0x');
const [card, isPrivate, sensitivity] = [CARD, PRIVATE, SENSITIVITY].map(normal);

export interface Marks {
  readonly stamp?: string;
  readonly private: boolean;
}

/** Stamp and private flag of an item or folder that was read with its properties expanded. */
export function readMarks(raw: Readonly<Record<string, unknown>>): Marks {
  let stamp: string | undefined;
  let hidden = false;
  const properties: unknown = raw['singleValueExtendedProperties'];
  for (const property of Array.isArray(properties) ? (properties as unknown[]) : []) {
    if (!isRecord(property)) continue;
    const id = normal(String(property['id']));
    const value = String(property['value']);
    if (id === card) stamp = value;
    if (id === isPrivate && value.toLowerCase() === 'true') hidden = true;
    if (id === sensitivity && /^[1-9]/.test(value)) hidden = true;
  }
  return { ...(stamp !== undefined && { stamp }), private: hidden };
}
