/** Fields of a contact that hold one text. Names are Graph's (resources/contact.md). */
export const textFields = [
  'displayName',
  'givenName',
  'surname',
  'middleName',
  'initials',
  'nickName',
  'title',
  'generation',
  'yomiGivenName',
  'yomiSurname',
  'yomiCompanyName',
  'fileAs',
  'companyName',
  'department',
  'jobTitle',
  'officeLocation',
  'profession',
  'manager',
  'assistantName',
  'spouseName',
  'mobilePhone',
  'businessHomePage',
  'birthday',
  'personalNotes',
] as const;

/** Fields that hold a list of texts. */
export const listFields = ['businessPhones', 'homePhones', 'imAddresses', 'categories', 'children'] as const;

/** Fields that hold one postal address. */
export const addressFields = ['businessAddress', 'homeAddress', 'otherAddress'] as const;

export const fieldNames = [...textFields, ...listFields, ...addressFields, 'emailAddresses'] as const;

export type TextField = (typeof textFields)[number];
export type ListField = (typeof listFields)[number];
export type AddressField = (typeof addressFields)[number];
export type FieldName = (typeof fieldNames)[number];

export interface EmailAddress {
  /** Absent when the server dropped a malformed one (graph.md 1.2). */
  readonly address?: string;
  readonly name?: string;
}

export interface PostalAddress {
  readonly street?: string;
  readonly city?: string;
  readonly state?: string;
  readonly countryOrRegion?: string;
  readonly postalCode?: string;
}

export type FieldValue = string | readonly string[] | PostalAddress | readonly EmailAddress[];

/** The content of a contact in canonical form: only fields that have a value; an absent field is empty. */
export type Fields = { readonly [Name in TextField]?: string } & {
  readonly [Name in ListField]?: readonly string[];
} & {
  readonly [Name in AddressField]?: PostalAddress;
} & { readonly emailAddresses?: readonly EmailAddress[] };
