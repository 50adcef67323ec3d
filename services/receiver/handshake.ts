/**
 * The token with which Graph asks whether this address is really ours, decoded exactly once as form data (a plus is a
 * blank); undefined in a request that is no such question (graph.md 3.4, field case F30). Opaque: never parse it.
 */
export function validationToken(requestUrl: string): string | undefined {
  const start = requestUrl.indexOf('?');
  if (start < 0) return undefined;
  return new URLSearchParams(requestUrl.slice(start + 1)).get('validationToken') ?? undefined;
}
