/** Keys of records are texts that sort as their parts do, so that a range of keys is a range of parts. */
const padded = (n: number): string => String(n).padStart(10, '0');

/** `<book>/<revision>` */
export const commitKey = (book: string, revision: number): string => `${book}/${padded(revision)}`;

/** `<book>/<number>/<revision>` */
export const versionKey = (book: string, number: number, revision: number): string =>
  `${book}/${padded(number)}/${padded(revision)}`;

/** `<policy>/<mailbox key>/<folder key>`; a member has the same key as its endpoint. */
export const endpointKey = (policy: string, mailbox: string, folder: string): string =>
  `${policy}/${mailbox}/${folder}`;

/** `<endpoint>/<number>` */
export const retryKey = (endpoint: string, number: number): string => `${endpoint}/${padded(number)}`;

/** `<order>/<shard>` */
export const runKey = (order: string, shard: string): string => `${order}/${shard}`;

/** `<policy>/<generation>` */
export const policyKey = (policy: string, generation: string): string => `${policy}/${generation}`;

/** Every key that begins with `<prefix>/`: `~` sorts behind all characters that keys are made of. */
export const under = (prefix: string): readonly [from: string, to: string] => [`${prefix}/`, `${prefix}/~`];
