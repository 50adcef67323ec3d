import type { Target } from '../http/target.ts';

/** Every application permission that the operations of graph.md 8.6 name; the full client holds them all. */
export const allPermissions = [
  'Contacts.Read',
  'Contacts.ReadWrite',
  'User.Read.All',
  'Group.Read.All',
  'GroupMember.Read.All',
  'Member.Read.Hidden',
  'OrgContact.Read.All',
  'MailboxSettings.Read',
  'Mail.Send',
  'LicenseAssignment.Read.All',
  'Organization.Read.All',
] as const;

/** What the limited client holds: enough to list people, not enough to see a contact. */
export const limitedPermissions = ['User.Read.All', 'GroupMember.Read.All'] as const;

const usersRead = ['User.Read.All', 'User.ReadWrite.All', 'Directory.Read.All', 'Directory.ReadWrite.All'];
const groupsRead = ['Group.Read.All', 'GroupMember.Read.All', 'Group.ReadWrite.All', 'Directory.Read.All'];
const membersRead = ['GroupMember.Read.All', 'Group.Read.All', 'Group.ReadWrite.All', 'Directory.Read.All'];
const skusRead = ['LicenseAssignment.Read.All', 'Organization.Read.All', 'Directory.Read.All'];
const photosRead = [...usersRead, 'ProfilePhoto.Read.All'];
const membershipParts = new Set(['memberof', 'transitivememberof', 'checkmembergroups', 'getmembergroups']);

function exchangeNeed(method: string, part: string): readonly string[] {
  if (part === 'sendmail') return ['Mail.Send'];
  if (part === 'mailboxsettings') return ['MailboxSettings.Read', 'MailboxSettings.ReadWrite'];
  if (part === 'translateexchangeids') return ['User.Read.All', 'User.ReadBasic.All', 'User.ReadWrite.All'];
  if (part === 'contacts' || part === 'contactfolders')
    return method === 'GET' ? ['Contacts.Read', 'Contacts.ReadWrite'] : ['Contacts.ReadWrite'];
  return [];
}

function directoryNeed(method: string, [root, , part]: readonly string[]): readonly string[] {
  const below = part?.toLowerCase() ?? '';
  if (method !== 'GET' && root !== 'directoryobjects' && !membershipParts.has(below))
    return root === 'users'
      ? ['User.ReadWrite.All']
      : root === 'groups'
        ? ['Group.ReadWrite.All']
        : ['Directory.ReadWrite.All'];
  if (root === 'users' && membershipParts.has(below)) return [...membersRead, 'Directory.Read.All'];
  if (root === 'users') return below.startsWith('photo') ? photosRead : usersRead;
  if (root === 'groups') return part === undefined || below === 'delta' ? groupsRead : membersRead;
  if (root === 'contacts') return ['OrgContact.Read.All', 'Directory.Read.All'];
  if (root === 'subscribedskus') return skusRead;
  if (root === 'organization') return ['Organization.Read.All', ...usersRead];
  return [...usersRead, ...groupsRead];
}

/**
 * The application permissions of which one is enough for an operation; empty when the path asks for none (an unknown
 * path is the engine's 400 or 404, a subscription is judged by its resource). Source: graph.md 8.6.
 */
export function permissionsFor(method: string, target: Target): readonly string[] {
  if (target.service === 'exchange') return exchangeNeed(method, target.segments[2]?.toLowerCase() ?? '');
  if (target.service === 'directory') return directoryNeed(method, target.segments);
  return [];
}

/** Permissions of which one is needed to subscribe; a write permission does not imply the read here (graph.md 3.3). */
export function permissionsToSubscribe(resource: string): readonly string[] {
  if (/^users\/[^/]+\/contact/i.test(resource)) return ['Contacts.Read'];
  if (/^users/i.test(resource)) return usersRead;
  if (/^groups/i.test(resource)) return groupsRead;
  return [];
}
