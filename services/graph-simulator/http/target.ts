/** What a request is aimed at, read from its path alone. */
export interface Target {
  /** Whose errors and limits apply: Exchange, the directory, the subscription service, or nobody's. */
  readonly service: 'exchange' | 'directory' | 'subscriptions' | 'none';
  /** The user key as written in the path (object id or user principal name), for Exchange resources. */
  readonly mailboxKey?: string;
  /** Path segments, decoded, key forms `users('x')` opened to `users`, `x`; the first one in lower case. */
  readonly segments: readonly string[];
}

const exchangeParts = new Set([
  'contacts',
  'contactfolders',
  'mailboxsettings',
  'sendmail',
  'translateexchangeids',
  'mailfolders',
  'messages',
  'calendar',
  'events',
  'outlook',
]);

const directoryRoots = new Set([
  'users',
  'groups',
  'contacts',
  'organization',
  'subscribedskus',
  'directoryobjects',
  'directory',
  'domains',
]);

function decode(segment: string): string {
  if (!segment.includes('%')) return segment;
  try {
    return decodeURIComponent(segment);
  } catch {
    return segment;
  }
}

/** Splits a path below the version root; never throws, whatever the path holds. */
export function segmentsOf(path: string): string[] {
  const segments: string[] = [];
  for (const raw of path.split('/')) {
    if (raw === '') continue;
    const segment = decode(raw);
    const key = segment.endsWith("')") ? segment.indexOf("('") : -1;
    if (key > 0) segments.push(segment.slice(0, key), segment.slice(key + 2, -2).replaceAll("''", "'"));
    else segments.push(segment);
  }
  if (segments[0]) segments[0] = segments[0].toLowerCase();
  return segments;
}

/** Reads the target from a path below the version root, e.g. `/users/ann%40contoso.com/contacts`. */
export function targetOf(path: string): Target {
  const segments = segmentsOf(path);
  const [root, key, part] = segments;
  if (root === 'subscriptions') return { service: 'subscriptions', segments };
  if (root === 'users' && key !== undefined && part !== undefined && exchangeParts.has(part.toLowerCase()))
    return { service: 'exchange', mailboxKey: key, segments };
  if (root !== undefined && directoryRoots.has(root)) return { service: 'directory', segments };
  return { service: 'none', segments };
}
