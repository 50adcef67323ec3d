/** Annotations of one object: what must be there, what may be, and how each looks. */
export interface Annotations {
  readonly required: Readonly<Record<string, string>>;
  readonly optional?: Readonly<Record<string, string>>;
}

const words = (text: string): readonly string[] => text.trim().split(/\s+/);

/** What an object shows without `$select` (graph.md 1.1, 1.6, 3.2, 7.1, 7.4). */
export const defaultProperties: Readonly<Record<string, readonly string[]>> = {
  contact:
    words(`id createdDateTime lastModifiedDateTime changeKey categories parentFolderId birthday fileAs displayName
    givenName initials middleName nickName surname title yomiGivenName yomiSurname yomiCompanyName generation imAddresses
    jobTitle companyName department officeLocation profession businessHomePage assistantName manager homePhones mobilePhone
    businessPhones spouseName personalNotes children emailAddresses homeAddress businessAddress otherAddress`),
  contactFolder: words('id displayName parentFolderId'),
  user: words(`id businessPhones displayName givenName jobTitle mail mobilePhone officeLocation preferredLanguage surname
    userPrincipalName`),
  group: words(`id deletedDateTime classification createdDateTime description displayName groupTypes mail mailEnabled
    mailNickname membershipRule membershipRuleProcessingState onPremisesSyncEnabled proxyAddresses securityEnabled
    visibility`),
  orgContact: words(`id deletedDateTime displayName givenName surname companyName department jobTitle mail mailNickname
    proxyAddresses addresses phones onPremisesSyncEnabled onPremisesLastSyncDateTime onPremisesProvisioningErrors
    serviceProvisioningErrors`),
  subscription: words(`id resource applicationId changeType clientState notificationUrl notificationQueryOptions
    lifecycleNotificationUrl expirationDateTime creatorId includeResourceData latestSupportedTlsVersion
    encryptionCertificate encryptionCertificateId notificationUrlAppId`),
  profilePhoto: words('id width height'),
  mailboxSettings: words('timeZone language userPurpose'),
  convertIdResult: words('sourceId targetId'),
};

/** Only collections of extended properties, and only on request, come on top of what `$select` names. */
export const expandable = new Set(['singleValueExtendedProperties', 'multiValueExtendedProperties']);

/** Asked for by `$expand` or present in nothing else: never part of a check of `$select`. */
export const neverSelected: Readonly<Record<string, readonly string[]>> = {
  convertIdResult: ['errorDetails'],
};

const photo = { '@odata.mediaContentType': 'mime', '@odata.mediaEtag': 'quoted' };
const etag = { '@odata.etag': 'etag' };

/** Of an object by itself, besides `@odata.context` (graph.md 1.1, 7.4). */
export const entityAnnotations: Readonly<Record<string, Annotations>> = {
  contact: { required: etag },
  profilePhoto: { required: photo },
};

/** Of a row of a list (graph.md 1.1, 7.2). */
export const rowAnnotations: Readonly<Record<string, Annotations>> = {
  contact: { required: etag },
  profilePhoto: { required: photo },
  directoryObject: { required: { '@odata.type': 'text' } },
};

/** Of a live row of a delta (graph.md 2.1, 2.6); a row of a deletion has its own rule. */
export const deltaAnnotations: Readonly<Record<string, Annotations>> = {
  contact: { required: { ...etag, '@odata.type': 'text' } },
  contactFolder: { required: { '@odata.type': 'text' } },
};

/** Headers by status, where Graph never leaves them out. */
export const headersOfStatus: Readonly<Record<number, readonly string[]>> = {
  201: ['location'],
  429: ['retry-after'],
};
