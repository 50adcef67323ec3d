import '../../../services/graph-simulator/http/reflect-metadata.ts';
import { type KeyObject, KeyObject as Keys, X509Certificate } from 'node:crypto';
import https from 'node:https';
import { X509CertificateGenerator } from '@peculiar/x509';

/** An RSA key with a self-signed certificate; `pem` holds both, as administrators keep them. */
export async function makeRsaCertificate(): Promise<{ pem: string; key: KeyObject; certificate: X509Certificate }> {
  const algorithm = {
    name: 'RSASSA-PKCS1-v1_5',
    hash: 'SHA-256',
    modulusLength: 2048,
    publicExponent: new Uint8Array([1, 0, 1]),
  };
  const keys = await crypto.subtle.generateKey(algorithm, true, ['sign', 'verify']);
  const made = await X509CertificateGenerator.createSelfSigned({
    name: 'CN=Test app',
    notBefore: new Date(Date.now() - 60_000),
    notAfter: new Date(Date.now() + 3_600_000),
    signingAlgorithm: algorithm,
    keys,
  });
  const key = Keys.from(keys.privateKey);
  const certificate = new X509Certificate(made.toString('pem'));
  return { pem: `${key.export({ type: 'pkcs8', format: 'pem' })}\n${made.toString('pem')}`, key, certificate };
}

interface MsalOptions {
  readonly headers?: Record<string, string>;
  readonly body?: string;
}

interface MsalResponse<T> {
  headers: Record<string, string>;
  body: T;
  status: number;
}

/** MSAL's network client over Node's https that trusts one certificate more. */
export function trusting(ca: string) {
  const send = <T>(method: string, url: string, { headers = {}, body }: MsalOptions = {}): Promise<MsalResponse<T>> =>
    new Promise((resolve, reject) => {
      const request = https.request(url, { method, headers, ca }, async (response) => {
        const chunks: Buffer[] = [];
        for await (const chunk of response) chunks.push(chunk as Buffer);
        const answer = JSON.parse(Buffer.concat(chunks).toString('utf8')) as T;
        resolve({
          headers: response.headers as Record<string, string>,
          body: answer,
          status: response.statusCode ?? 0,
        });
      });
      request.on('error', reject);
      request.end(body);
    });
  return {
    sendGetRequestAsync: <T>(url: string, options?: MsalOptions) => send<T>('GET', url, options),
    sendPostRequestAsync: <T>(url: string, options?: MsalOptions) => send<T>('POST', url, options),
  };
}
