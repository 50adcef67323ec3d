import type { DirectoryKind } from './directory.ts';

/** What the directory's wire form needs to know of one kind of object (graph.md 7). */
export interface DirectoryType {
  /** First path segment and `$metadata#` name. */
  readonly collection: string;
  readonly odataType: string;
  /** What an answer shows without `$select`. */
  readonly shown: readonly string[];
  /** Shown with `$select` only. */
  readonly onRequest: readonly string[];
}

const words = (text: string): string[] => text.trim().split(/\s+/);

export const directoryTypes: Readonly<Record<DirectoryKind, DirectoryType>> = {
  user: {
    collection: 'users',
    odataType: '#microsoft.graph.user',
    shown:
      words(`businessPhones displayName givenName jobTitle mail mobilePhone officeLocation preferredLanguage surname
      userPrincipalName id`),
    onRequest:
      words(`accountEnabled assignedLicenses assignedPlans city companyName country createdDateTime deletedDateTime
      department employeeId employeeType faxNumber imAddresses mailNickname onPremisesDomainName onPremisesExtensionAttributes
      onPremisesSamAccountName onPremisesSyncEnabled otherMails postalCode proxyAddresses showInAddressList state streetAddress
      usageLocation userType`),
  },
  group: {
    collection: 'groups',
    odataType: '#microsoft.graph.group',
    shown: words(`id deletedDateTime classification createdDateTime description displayName groupTypes mail mailEnabled
      mailNickname membershipRule membershipRuleProcessingState onPremisesSyncEnabled proxyAddresses securityEnabled visibility`),
    onRequest: words(
      'hideFromAddressLists hideFromOutlookClients onPremisesLastSyncDateTime resourceProvisioningOptions',
    ),
  },
  orgContact: {
    collection: 'contacts',
    odataType: '#microsoft.graph.orgContact',
    shown: words(`id deletedDateTime displayName givenName surname companyName department jobTitle mail mailNickname
      proxyAddresses addresses phones onPremisesSyncEnabled onPremisesLastSyncDateTime onPremisesProvisioningErrors
      serviceProvisioningErrors`),
    onRequest: [],
  },
};

const lists = new Set(
  words(`businessPhones assignedLicenses assignedPlans imAddresses otherMails proxyAddresses groupTypes addresses phones
    onPremisesProvisioningErrors serviceProvisioningErrors resourceProvisioningOptions`),
);

/** What an unset property reads as. */
export function unsetValue(name: string): unknown {
  return lists.has(name) ? [] : null;
}
