import { deflateRawSync, inflateRawSync } from 'node:zlib';

/** Below so many characters deflating saves no page. */
const PACK_FROM = 1000;

/** A record as JSON text, or deflated when it is long and `packed` is asked for. */
export function encodeBody(record: unknown, packed: boolean): string | Uint8Array {
  const text = JSON.stringify(record);
  return packed && text.length >= PACK_FROM ? deflateRawSync(text, { level: 1 }) : text;
}

/** The inverse of encodeBody: text is JSON, bytes are deflated JSON. */
export function decodeBody(body: unknown): unknown {
  return JSON.parse(body instanceof Uint8Array ? inflateRawSync(body).toString('utf8') : String(body));
}
