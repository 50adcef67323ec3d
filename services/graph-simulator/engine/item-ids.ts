import { createHash } from 'node:crypto';

/**
 * Ids of one mailbox, laid out as Exchange lays out entry ids: every id can be taken apart again, so no table from id to item is needed.
 * Lengths are the real ones: 152 characters for an item, 120 for a folder, 68 for an immutable id, 40 for a change key.
 */
export class MailboxIds {
  /** What a token of this mailbox carries, so that it is refused in another one. */
  readonly tag: string;
  readonly #entryHead: string;
  readonly #store: Buffer;
  readonly #immutableHead: string;
  readonly #changeKeyHead: string;
  /** Makes counters look lived-in and differ between mailboxes. */
  readonly #salt: number;

  constructor(tenantId: string, userId: string) {
    const digest = createHash('sha256').update(`${tenantId}/${userId}`).digest();
    this.#store = digest.subarray(0, 16);
    this.#salt = digest.readUInt32BE(16) >>> 8;
    this.tag = digest.toString('base64url', 20, 26);
    const guid = createHash('sha256').update(`mailbox/${userId}`).digest('hex');
    this.#entryHead = [
      guid.slice(0, 8),
      guid.slice(8, 12),
      guid.slice(12, 16),
      guid.slice(16, 20),
      guid.slice(20, 32),
    ].join('-');
    const provider = Buffer.from('1d840311aa6611cd9bc800aa002f845a', 'hex');
    this.#immutableHead = Buffer.concat([
      Buffer.from([0, 9, 0, 0x2e, 0, 0, 0, 0, 0]),
      provider,
      Buffer.from([0x0d, 0]),
      this.#store,
      Buffer.from([0, 0]),
    ]).toString('base64url');
    this.#changeKeyHead = Buffer.concat([Buffer.from([0x11, 0, 0, 0, 0x16, 0, 0, 0]), this.#store]).toString('base64');
  }

  folderHead(): string {
    return this.#entry(0x2e, 1, Buffer.alloc(0));
  }

  /** `folderHead` is what all folder ids of the mailbox start with. */
  folder(folderHead: string, number: number): string {
    return `${folderHead}${encode48(0, folderCounter(number), urlAlphabet)}AAA=`;
  }

  /** What all ordinary ids of items in one folder start with. */
  itemHead(folder: number): string {
    const inner = Buffer.alloc(24);
    inner.writeUIntBE(folderCounter(folder), 0, 6);
    this.#store.copy(inner, 8);
    return this.#entry(0x46, 7, inner);
  }

  item(itemHead: string, number: number, moves: number): string {
    return `${itemHead}${encode48(moves, number + this.#salt, urlAlphabet)}AAA=`;
  }

  immutable(number: number): string {
    const counter = number + this.#salt;
    return this.#immutableHead + encode48(counter >>> 16, ((counter & 0xffff) << 16) >>> 0, urlAlphabet);
  }

  changeKey(version: number): string {
    return this.#changeKeyHead + encode48(0, version + this.#salt, keyAlphabet);
  }

  /** Which folder an id might name; the caller renders that folder's id and compares. */
  folderNumber(id: string): number | undefined {
    return id.length === 120 ? decode48(id, 108).low - 0x10d : undefined;
  }

  /** Which item an id might name; the caller renders that item's ids and compares. */
  itemNumber(id: string): number | undefined {
    if (id.length === 152) return decode48(id, 140).low - this.#salt;
    if (id.length !== 68) return undefined;
    const { high, low } = decode48(id, 60);
    return high * 0x10000 + (low >>> 16) - this.#salt;
  }

  #entry(length: number, type: number, inner: Buffer): string {
    return Buffer.concat([
      Buffer.from([0, 3, 0x24, 0]),
      Buffer.from(this.#entryHead, 'latin1'),
      Buffer.from([0, length, 0, 0, 0, 0, 0]),
      Buffer.from('8f86fb461304034ce821efbf8bc0fee6', 'hex'),
      Buffer.from([type, 0]),
      this.#store,
      inner,
    ]).toString('base64url');
  }
}

/** Contacts, folder 1, gets the counter that it has in a real mailbox. */
const folderCounter = (number: number): number => number + 0x10d;

const urlAlphabet = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_';
const keyAlphabet = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/';
const urlDigits = new Map([...urlAlphabet].map((letter, digit) => [letter.charCodeAt(0), digit]));

/** Six bytes, the upper two and the lower four, as eight letters. */
function encode48(high: number, low: number, alphabet: string): string {
  const first = ((high & 0xffff) << 8) | (low >>> 24);
  const second = low & 0xffffff;
  return (
    alphabet.charAt((first >>> 18) & 63) +
    alphabet.charAt((first >>> 12) & 63) +
    alphabet.charAt((first >>> 6) & 63) +
    alphabet.charAt(first & 63) +
    alphabet.charAt(second >>> 18) +
    alphabet.charAt((second >>> 12) & 63) +
    alphabet.charAt((second >>> 6) & 63) +
    alphabet.charAt(second & 63)
  );
}

function decode48(text: string, at: number): { high: number; low: number } {
  let first = 0;
  let second = 0;
  for (let offset = 0; offset < 4; offset += 1) {
    first = first * 64 + (urlDigits.get(text.charCodeAt(at + offset)) ?? 0);
    second = second * 64 + (urlDigits.get(text.charCodeAt(at + 4 + offset)) ?? 0);
  }
  return { high: first >>> 8, low: (first & 0xff) * 0x1000000 + second };
}

/** Whether a text could be an Exchange id at all; if not, the answer is 400 `ErrorInvalidIdMalformed` (graph.md 6). */
export function looksLikeId(id: string): boolean {
  return id.length >= 60 && /^[A-Za-z0-9_-]+={0,2}$/.test(id);
}
