/** One code block of Graph's documentation. */
export interface Example {
  readonly page: string;
  readonly under: string;
  readonly lang: string;
  readonly text: string;
}

/** A request as the documentation writes it: `url` below the version root, with the page's placeholders in it. */
export interface ExampleRequest {
  readonly method: string;
  readonly url: string;
  readonly body?: unknown;
  /** A line of the section that lists paths only, where a body belongs to it that the page shows elsewhere. */
  readonly bodyless: boolean;
}

const requestLine = /^(GET|POST|PATCH|PUT|DELETE)\s+(.+?)(?:\s+HTTP\/1\.1)?\s*$/gm;

/** The JSON of a block, after its headers if it has any; undefined without one or when it is cut short. */
export function jsonOf(text: string): unknown {
  const start = text.search(/^\s*\{/m);
  if (start < 0) return undefined;
  try {
    return JSON.parse(text.slice(start));
  } catch {
    return undefined;
  }
}

/** Every request in a block. */
export function requestsOf({ text }: Example): ExampleRequest[] {
  const body = jsonOf(text);
  return [...text.matchAll(requestLine)].map(([, method = '', address = '']) => ({
    method,
    url: address.replace(/^https:\/\/graph\.microsoft\.com\/(v1\.0|beta)/, ''),
    bodyless: body === undefined && method !== 'GET' && method !== 'DELETE',
    ...(body !== undefined && { body }),
  }));
}

/** Whether a block is an answer, or the JSON of one. */
export const isResponse = ({ text }: Example): boolean => /^\s*(HTTP[\s/]|\{)/.test(text) && jsonOf(text) !== undefined;
