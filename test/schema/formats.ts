/** How texts look that the declarations call just `string` (graph.md 1.1, 1.8, 3.2). */
export const formats: Readonly<Record<string, (value: unknown) => boolean>> = {
  dateTime: (value) =>
    matches(value, /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d{1,7})?Z$/) && !Number.isNaN(Date.parse(`${value}`)),
  guid: (value) => matches(value, /^[\da-f]{8}(-[\da-f]{4}){3}-[\da-f]{12}$/i),
  outlookId: (value) => matches(value, /^[\w-]{40,}={0,2}$/),
  base64: (value) => matches(value, /^[A-Za-z\d+/]+={0,2}$/),
  url: (value) => typeof value === 'string' && URL.canParse(value),
  etag: (value) => matches(value, /^W\/"[A-Za-z\d+/]+={0,2}"$/),
  quoted: (value) => matches(value, /^"[^"]+"$/),
  context: (value) => matches(value, /^https?:\/\/[^/]+\/v1\.0\/\$metadata#/),
  graphLink: (value) => matches(value, /^https?:\/\/[^/]+\/v1\.0\/[^ ]+$/),
  mime: (value) => matches(value, /^[a-z]+\/[a-z+.-]+$/),
  photoSize: (value) => matches(value, /^\d+X\d+$/),
  count: (value) => Number.isSafeInteger(value) && Number(value) >= 0,
  int32: (value) => Number.isInteger(value) && Math.abs(Number(value)) <= 0x7fff_ffff,
  int64: (value) => Number.isSafeInteger(value),
  bareDate: (value) => matches(value, /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d$/),
  text: (value) => typeof value === 'string' && value !== '',
};

function matches(value: unknown, pattern: RegExp): boolean {
  return typeof value === 'string' && pattern.test(value);
}

/** Formats by `type.property`; the type is the one that was asked for, not the base that declares the property. */
const ofProperties: Readonly<Record<string, string>> = {
  'contact.id': 'outlookId',
  'contact.changeKey': 'base64',
  'contact.birthday': 'dateTime',
  'contact.parentFolderId': 'outlookId',
  'contactFolder.id': 'outlookId',
  'contactFolder.parentFolderId': 'outlookId',
  'user.id': 'guid',
  'group.id': 'guid',
  'orgContact.id': 'guid',
  'directoryObject.id': 'guid',
  'assignedLicense.skuId': 'guid',
  'assignedPlan.servicePlanId': 'guid',
  'subscription.id': 'guid',
  'subscription.applicationId': 'guid',
  'subscription.creatorId': 'guid',
  'subscription.notificationUrl': 'url',
  'subscription.lifecycleNotificationUrl': 'url',
  'changeNotification.subscriptionId': 'guid',
  'changeNotification.tenantId': 'guid',
  'profilePhoto.id': 'photoSize',
  'singleValueLegacyExtendedProperty.id': 'text',
  'multiValueLegacyExtendedProperty.id': 'text',
};

/** The format of a text, from our table or, for moments, from its name; undefined for free text. */
export function formatOf(type: string, name: string): string | undefined {
  return ofProperties[`${type}.${name}`] ?? (name.endsWith('DateTime') ? 'dateTime' : undefined);
}
