import type { Mailbox, Place } from '#ports/mailboxes';

const segment = encodeURIComponent;

/** `/users/{id or address}` */
export const userPath = (user: string): string => `/users/${segment(user)}`;

/** The mailbox's contacts by id, whatever folder they lie in (graph.md 1.4). */
export const contactPath = ({ user }: Mailbox, id: string): string => `${userPath(user)}/contacts/${segment(id)}`;

/** A folder by its id, or the default one by its alias `contacts` (graph.md 1.6). */
export const folderPath = ({ user }: Mailbox, folder: string): string =>
  `${userPath(user)}/contactFolders/${segment(folder)}`;

/** Contacts of one folder. */
export const contactsPath = (place: Place): string => `${folderPath(place, place.folder)}/contacts`;

/** A contact of one folder: one that has left it is not found here. */
export const itemPath = (place: Place, id: string): string => `${contactsPath(place)}/${segment(id)}`;

/** OData text in a filter, percent-encoded. */
export const quoted = (text: string): string => segment(`'${text.replaceAll("'", "''")}'`);
