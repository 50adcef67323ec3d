import { createHash, type KeyObject, X509Certificate } from 'node:crypto';

/** A certificate that may prove who an application is. Thumbprints are base64url of the DER's hash. */
export interface AppCertificate {
  readonly key: KeyObject;
  readonly sha256: string;
  readonly sha1: string;
  readonly notAfter: number;
}

/** Grants of RBAC for Applications: a role limited to some mailboxes, beside whatever the tenant consented to (graph.md 8.7). */
export interface MailboxGrant {
  readonly role: string;
  /** Object ids or user principal names, in lower case. */
  readonly mailboxes: ReadonlySet<string>;
  /** From when on the grant works, milliseconds since the epoch: permission caches take their time. */
  readonly from: number;
}

/** The legacy application access policy of Exchange (graph.md 8.7). */
export interface AccessPolicy {
  readonly kind: 'restrict' | 'deny';
  readonly mailboxes: ReadonlySet<string>;
  readonly from: number;
}

/** One app registration with its service principal in the tenant. Roles change for new tokens only. */
export interface App {
  readonly clientId: string;
  /** Object id of the service principal. */
  readonly objectId: string;
  secrets: readonly string[];
  expiredSecrets: readonly string[];
  certificates: readonly AppCertificate[];
  roles: readonly string[];
  enabled: boolean;
  grants: readonly MailboxGrant[];
  accessPolicy?: AccessPolicy;
}

/** A new app with a secret and roles and nothing else. */
export function newApp(clientId: string, objectId: string, secret: string, roles: readonly string[]): App {
  return {
    clientId,
    objectId,
    secrets: [secret],
    expiredSecrets: [],
    certificates: [],
    roles,
    enabled: true,
    grants: [],
  };
}

const certificateBlock = /-----BEGIN CERTIFICATE-----[\s\S]+?-----END CERTIFICATE-----/;

/**
 * Reads the first certificate of a PEM text, which may hold keys and chains besides.
 *
 * @throws Error with a sentence for the user when the text holds no certificate that can be read
 */
export function readCertificate(pem: string): AppCertificate {
  const block = certificateBlock.exec(pem)?.[0];
  if (!block) throw new Error('the file holds no "BEGIN CERTIFICATE" block');
  const certificate = new X509Certificate(block);
  const digest = (algorithm: string): string => createHash(algorithm).update(certificate.raw).digest('base64url');
  return {
    key: certificate.publicKey,
    sha256: digest('sha256'),
    sha1: digest('sha1'),
    notAfter: new Date(certificate.validTo).getTime(),
  };
}
