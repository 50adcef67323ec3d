import { createHash } from 'node:crypto';
import { expect, test } from 'vitest';
import { firstByte, hash8, key12, sha256Hex, uuid5 } from '#core/digest';
import { Bug } from '#core/invariant';
import { hostileText } from './arbitraries.ts';
import { always } from './property.ts';

const bytesOf = (text: string): Buffer => createHash('sha256').update(text, 'utf8').digest();

test('sha256Hex hashes texts as UTF-8, and bytes as they are', () => {
  expect(sha256Hex('')).toBe('e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855');
  expect(sha256Hex('é')).toBe(sha256Hex(new Uint8Array([0xc3, 0xa9])));
});

test('short hashes are the first bytes of SHA-256 and nothing after them', () => {
  always(hostileText, (text) => {
    expect(Buffer.from(hash8(text), 'base64url')).toEqual(bytesOf(text).subarray(0, 8));
    expect(Buffer.from(key12(text), 'base64url')).toEqual(bytesOf(text).subarray(0, 12));
    expect([hash8(text).length, key12(text).length]).toEqual([11, 16]);
    expect(firstByte(key12(text))).toBe(bytesOf(text)[0]);
  });
});

test('uuid5 gives the example of RFC 9562, A.4', () => {
  expect(uuid5('6ba7b810-9dad-11d1-80b4-00c04fd430c8', 'www.example.com')).toBe('2ed6657d-e927-568b-95e1-2665a8aea6a2');
  expect(uuid5('6BA7B810-9DAD-11D1-80B4-00C04FD430C8', 'www.example.com')).toBe('2ed6657d-e927-568b-95e1-2665a8aea6a2');
});

test('uuid5 refuses a namespace that is no UUID, firstByte an empty key', () => {
  expect(() => uuid5('contoso.test', 'x')).toThrow(Bug);
  expect(() => firstByte('')).toThrow(Bug);
});
