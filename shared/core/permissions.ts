/** What a feature needs of Graph's application permissions (F-12), and what happens without. Shown in the docs. */
export interface PermissionNeed {
  readonly feature: string;
  /** Any one of these is enough; the first is the least. */
  readonly anyOf: readonly string[];
  readonly without: string;
}

export const permissionNeeds: readonly PermissionNeed[] = [
  {
    feature: 'read source folders, write copies',
    anyOf: ['Contacts.ReadWrite'],
    without: 'nothing can be done',
  },
  {
    feature: 'changes within seconds',
    anyOf: ['Contacts.Read'],
    without: 'the policy polls; Graph does not accept ReadWrite alone for subscriptions',
  },
  {
    feature: 'find mailboxes by address, all licensed users',
    anyOf: ['User.Read.All'],
    without: 'nobody can be found',
  },
];
