/** What a `Prefer` header asks for, of what the simulator honours (graph.md 1.8). */
export interface Preferences {
  readonly immutableIds: boolean;
  readonly maxPageSize: number | undefined;
  /** `return=minimal`. */
  readonly minimal: boolean;
}

const none: Preferences = { immutableIds: false, maxPageSize: undefined, minimal: false };
const seen = new Map<string, Preferences>();

/** Reads a `Prefer` header, several preferences separated by commas. Unknown ones are passed over. */
export function readPreferences(header: string | undefined): Preferences {
  if (header === undefined) return none;
  const known = seen.get(header);
  if (known) return known;
  const size = /odata\.maxpagesize\s*=\s*"?(\d+)/i.exec(header)?.[1];
  const preferences = {
    immutableIds: /idtype\s*=\s*"?immutableid"?/i.test(header),
    maxPageSize: size === undefined || Number(size) === 0 ? undefined : Number(size),
    minimal: /return\s*=\s*minimal/i.test(header),
  };
  if (seen.size > 1000) seen.clear();
  seen.set(header, preferences);
  return preferences;
}

/** The `preference-applied` header for what an answer honoured; no header for nothing. */
export function appliedHeader(...applied: readonly (string | false | undefined)[]): Record<string, string> {
  const honoured = applied.filter((entry) => typeof entry === 'string');
  return honoured.length === 0 ? {} : { 'preference-applied': honoured.join(', ') };
}
