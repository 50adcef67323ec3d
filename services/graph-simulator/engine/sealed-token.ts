import { createHash } from 'node:crypto';

const sealLength = 12;

const sealOf = (payload: string): string =>
  createHash('sha256').update(`sealed/${payload}`).digest('base64url').slice(0, sealLength);

/** Opaque text of a link's token: the fields as JSON, with a seal by which a text from elsewhere is told. */
export function sealToken(fields: readonly unknown[]): string {
  const payload = Buffer.from(JSON.stringify(fields)).toString('base64url');
  return sealOf(payload) + payload;
}

/** The fields again, or undefined for a text that `sealToken` did not write. */
export function openSealed(text: string): readonly unknown[] | undefined {
  const payload = text.slice(sealLength);
  if (sealOf(payload) !== text.slice(0, sealLength)) return undefined;
  return JSON.parse(Buffer.from(payload, 'base64url').toString());
}
