/**
 * A link of an answer (`@odata.nextLink`, `@odata.deltaLink`), as a path below the version root, ready for a batch.
 * Undefined when it leads anywhere else: a bearer token follows only links to the configured Graph (graph.md 8.5).
 * The rest of the link stays character by character as it came: tokens are opaque (graph.md 1.5).
 */
export function relativeLink(root: string, link: string): string | undefined {
  const prefix = `${root}/v1.0/`;
  if (link.slice(0, prefix.length).toLowerCase() !== prefix.toLowerCase()) return undefined;
  const rest = link.slice(prefix.length - 1);
  if (/[\s#\\]/.test(rest)) return undefined;
  // Dots in the path would climb out of the version root.
  return new URL(link).pathname.startsWith('/v1.0/') && !/(^|\/)\.\.?(\/|\?|$)/.test(rest) ? rest : undefined;
}
