import { createHash, hash } from 'node:crypto';
import { invariant } from './invariant.ts';

const sha256 = (data: string | Uint8Array): Buffer => hash('sha256', data, 'buffer');

/** SHA-256 in lower-case hex, 64 characters; texts are hashed as UTF-8. Names photos and blobs. */
export const sha256Hex = (data: string | Uint8Array): string => sha256(data).toString('hex');

/** First 8 bytes of SHA-256, base64url, 11 characters: tells a change from an echo (PROTOCOL 2.3 `copies.seen`, hints). */
export const hash8 = (text: string): string => sha256(text).toString('base64url', 0, 8);

/** First 12 bytes of SHA-256, base64url, 16 characters: keys of mailboxes and folders (PROTOCOL 2.4). */
export const key12 = (text: string): string => sha256(text).toString('base64url', 0, 12);

/** First byte, 0-255, of a key made by `key12`: what spreads mailboxes over shards (PROTOCOL 2.4). */
export function firstByte(key: string): number {
  const byte = Buffer.from(key.slice(0, 2), 'base64url')[0];
  invariant(byte !== undefined, 'a key has at least two base64url characters');
  return byte;
}

const uuid = /^[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i;

/**
 * Name-based UUID of version 5 (RFC 9562 section 5.5), lower case.
 * @throws Bug when the namespace is no UUID
 */
export function uuid5(namespace: string, name: string): string {
  invariant(uuid.test(namespace), 'the namespace of a name-based UUID is a UUID');
  const sum = createHash('sha1')
    .update(Buffer.from(namespace.replaceAll('-', ''), 'hex'))
    .update(name)
    .digest();
  sum.writeUInt8((sum.readUInt8(6) & 0x0f) | 0x50, 6);
  sum.writeUInt8((sum.readUInt8(8) & 0x3f) | 0x80, 8);
  const hex = sum.toString('hex', 0, 16);
  return [hex.slice(0, 8), hex.slice(8, 12), hex.slice(12, 16), hex.slice(16, 20), hex.slice(20)].join('-');
}
