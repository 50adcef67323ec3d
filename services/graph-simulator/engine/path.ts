const words = `users groups contacts contactFolders childFolders photo photos members transitiveMembers mailboxSettings
  translateExchangeIds sendMail permanentDelete delta`.split(/\s+/);

/** Graph's spelling of a name in a path by its lower-case form: the documentation itself writes `contactfolders`, too. */
const spellings = new Map(words.map((word) => [word.toLowerCase(), word]));

const spelled = (segment: string): string => spellings.get(segment.toLowerCase()) ?? segment;

/**
 * Splits a Graph path into plain segments: `/users('a')/contacts/x%3D` and `/users/a/contacts/x=` both give
 * `['users', 'a', 'contacts', 'x=']`. Links that Graph hands out use the key form, clients mostly the other (graph.md 2.1).
 * A segment that is no valid percent-encoding is kept as it is.
 */
export function pathSegments(path: string): string[] {
  const segments: string[] = [];
  for (const raw of path.split('/')) {
    if (raw === '') continue;
    const segment = raw.includes('%') ? decoded(raw) : raw;
    const quote = segment.indexOf("('");
    if (quote > 0 && segment.endsWith("')")) {
      segments.push(spelled(segment.slice(0, quote)), segment.slice(quote + 2, -2).replaceAll("''", "'"));
    } else {
      segments.push(spelled(segment));
    }
  }
  return segments;
}

function decoded(segment: string): string {
  try {
    return decodeURIComponent(segment);
  } catch {
    return segment;
  }
}
