import { generateKeyPairSync, sign } from 'node:crypto';

/** One DER value; lengths up to 65,535. */
function der(tag: number, ...parts: readonly Uint8Array[]): Buffer {
  const content = Buffer.concat(parts);
  const { length } = content;
  const size = length < 128 ? [length] : length < 256 ? [0x81, length] : [0x82, length >> 8, length & 255];
  return Buffer.concat([Buffer.from([tag, ...size]), content]);
}

const sequence = (...parts: readonly Uint8Array[]): Buffer => der(0x30, ...parts);
const bits = (bytes: Uint8Array): Buffer => der(0x03, Buffer.from([0]), bytes);
const time = (year: number): Buffer => der(0x18, Buffer.from(`${year}0101000000Z`));
const commonName = (name: string): Buffer =>
  sequence(der(0x31, sequence(Buffer.from('0603550403', 'hex'), der(0x0c, Buffer.from(name)))));
const sha256WithRsa = sequence(Buffer.from('06092a864886f70d01010b0500', 'hex'));

const pem = (label: string, bytes: Buffer): string =>
  `-----BEGIN ${label}-----\n${bytes.toString('base64').replace(/(.{64})/g, '$1\n')}\n-----END ${label}-----\n`;

/** A self-signed certificate with its private key, in one PEM text (RFC 5280, 4.1). */
export function newCertificatePem(): string {
  const { publicKey, privateKey } = generateKeyPairSync('rsa', { modulusLength: 2048 });
  const name = commonName('Cardwire test');
  const toBeSigned = sequence(
    der(0xa0, der(0x02, Buffer.from([2]))),
    der(0x02, Buffer.from([1])),
    sha256WithRsa,
    name,
    sequence(time(2020), time(2120)),
    name,
    publicKey.export({ type: 'spki', format: 'der' }),
  );
  const certificate = sequence(toBeSigned, sha256WithRsa, bits(sign('sha256', toBeSigned, privateKey)));
  const key = privateKey.export({ type: 'pkcs8', format: 'der' });
  return pem('CERTIFICATE', certificate) + pem('PRIVATE KEY', key);
}
