/** What an answer to an operation looks like when it succeeds. */
export type Shape = 'entity' | 'list' | 'delta' | 'property' | 'count' | 'bytes' | 'empty' | 'batch';

export interface Operation {
  readonly method: string;
  readonly path: RegExp;
  readonly status: number;
  readonly shape: Shape;
  /** Type of the object or of the rows; `directoryObject` rows say their type themselves. */
  readonly type: string;
  /** What follows `$metadata#`. */
  readonly context?: RegExp;
}

const user = 'users/[^/]+';
const folder = `${user}/contactFolders/[^/]+(?:/childFolders/[^/]+)*`;
const contacts = `(?:${user}|${folder})/contacts`;
const folders = `(?:${user}/contactFolders|${folder}/childFolders)`;
const directory = { users: 'user', groups: 'group', contacts: 'orgContact' } as const;

const key = `users\\('[^']+'\\)`;
const contextOf: Readonly<Record<string, string>> = {
  contact: `${key}/contacts`,
  contactFolder: `${key}/contactFolders`,
  profilePhoto: `${key}(/contacts\\('[^']+'\\))?/photos?`,
  mailboxSettings: `${key}/mailboxSettings`,
  subscription: 'subscriptions',
  convertIdResult: 'Collection\\(microsoft\\.graph\\.convertIdResult\\)',
  user: 'users(\\([^)]*\\))?',
  group: 'groups(\\([^)]*\\))?',
  orgContact: 'contacts(\\([^)]*\\))?',
  directoryObject: '(directoryObjects|users|groups|contacts)',
};

function context(type: string, shape: Shape): RegExp | undefined {
  const name = contextOf[type];
  if (name === undefined) return undefined;
  if (shape === 'entity') return new RegExp(`^${name}${type === 'mailboxSettings' ? '' : '/\\$entity'}$`);
  if (shape === 'property') return new RegExp(`^${name}/\\w+$`);
  if (shape === 'list') return new RegExp(`^${name}$`);
  if (shape !== 'delta') return undefined;
  return type === 'contact' || type === 'contactFolder'
    ? new RegExp(`^Collection\\(${type}\\)$`)
    : new RegExp(`^${name}$`);
}

function operation(method: string, path: string, status: number, shape: Shape, type = ''): Operation {
  const tail = context(type, shape);
  return { method, path: new RegExp(`^${path}$`, 'i'), status, shape, type, ...(tail && { context: tail }) };
}

const delta = 'delta(?:\\(\\))?|microsoft\\.graph\\.delta\\(\\)';

function collection(path: string, type: string): Operation[] {
  return [
    operation('GET', `${path}/\\$count`, 200, 'count'),
    operation('GET', `${path}/(?:${delta})`, 200, 'delta', type),
    operation('GET', path, 200, 'list', type),
    operation('GET', `${path}/[^/]+`, 200, 'entity', type),
  ];
}

function writable(path: string, type: string): Operation[] {
  return [
    operation('POST', path, 201, 'entity', type),
    operation('PATCH', `${path}/[^/]+`, 200, 'entity', type),
    operation('DELETE', `${path}/[^/]+`, 204, 'empty'),
  ];
}

/** Every operation that the simulator answers, from the reference pages of Graph v1.0; the first that fits counts. */
export const operations: readonly Operation[] = [
  operation('POST', '\\$batch', 200, 'batch'),
  ...collection(contacts, 'contact'),
  ...writable(contacts, 'contact'),
  operation('POST', `${contacts}/[^/]+/permanentDelete`, 204, 'empty'),
  operation('GET', `${contacts}/[^/]+/photo`, 200, 'entity', 'profilePhoto'),
  operation('GET', `${contacts}/[^/]+/photo/\\$value`, 200, 'bytes'),
  operation('PUT', `${contacts}/[^/]+/photo/\\$value`, 200, 'empty'),
  operation('PATCH', `${contacts}/[^/]+/photo/\\$value`, 200, 'empty'),
  ...collection(folders, 'contactFolder'),
  ...writable(folders, 'contactFolder'),
  operation('POST', `${folders}/[^/]+/permanentDelete`, 204, 'empty'),
  operation('GET', `${user}/mailboxSettings`, 200, 'entity', 'mailboxSettings'),
  operation('GET', `${user}/mailboxSettings/\\w+`, 200, 'property', 'mailboxSettings'),
  operation('POST', `${user}/sendMail`, 202, 'empty'),
  operation('POST', `${user}/translateExchangeIds`, 200, 'list', 'convertIdResult'),
  operation('GET', `${user}/photo`, 200, 'entity', 'profilePhoto'),
  operation('GET', `${user}/photos`, 200, 'list', 'profilePhoto'),
  operation('GET', `${user}/photos/[^/]+`, 200, 'entity', 'profilePhoto'),
  operation('GET', `${user}/(?:photo|photos/[^/]+)/\\$value`, 200, 'bytes'),
  operation('GET', 'groups/[^/]+/(?:members|transitiveMembers)(?:/microsoft\\.graph\\.\\w+)?/\\$count', 200, 'count'),
  operation(
    ...(['GET', 'groups/[^/]+/(?:members|transitiveMembers)(?:/microsoft\\.graph\\.\\w+)?', 200, 'list'] as const),
    'directoryObject',
  ),
  ...Object.entries(directory).flatMap(([path, type]) => collection(path, type)),
  operation('GET', 'subscriptions', 200, 'list', 'subscription'),
  operation('GET', 'subscriptions/[^/]+', 200, 'entity', 'subscription'),
  ...writable('subscriptions', 'subscription'),
  operation('POST', 'subscriptions/[^/]+/reauthorize', 204, 'empty'),
];

function decoded(segment: string): string {
  try {
    return decodeURIComponent(segment);
  } catch {
    return segment;
  }
}

/** `/users('a%40b')/contacts` as `users/a@b/contacts`; a slash inside a key becomes `_`. */
export function plainPath(path: string): string {
  const segments = path.split('/').filter((segment) => segment !== '');
  const parts = segments.flatMap((segment) => {
    const [, name, id] = /^(\w+)\('(.*)'\)$/s.exec(decoded(segment)) ?? [];
    return name === undefined ? [decoded(segment)] : [name, id ?? ''];
  });
  return parts.map((part) => part.replaceAll('/', '_')).join('/');
}

/** The operation that a request names, or undefined. */
export function operationOf(method: string, path: string): Operation | undefined {
  const plain = plainPath(path);
  return operations.find((each) => each.method === method && each.path.test(plain));
}
