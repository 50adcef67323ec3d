/** One request as it stands in a batch. Texts are spliced as they are: a body shared by many copies is encoded once. */
export interface GraphRequest {
  readonly method: 'GET' | 'POST' | 'PATCH' | 'PUT' | 'DELETE';
  /** Below the version root, percent-encoded, with a leading slash. */
  readonly url: string;
  /** JSON text of an object. */
  readonly headers?: string;
  /** JSON text; a write without one sends none. */
  readonly body?: string;
}

/** One answer, of a batch item or of a whole call. Status 0: none came. */
export interface GraphAnswer {
  readonly status: number;
  readonly headers: Readonly<Record<string, unknown>>;
  readonly body: unknown;
  /** Set on 429 and 503: Graph's own wish, or our back-off when it names none. */
  readonly retryAfterMs?: number;
}

/** Nothing came back, so nothing is known. */
export const noAnswer: GraphAnswer = { status: 0, headers: {}, body: undefined };

/** Header of an answer, whatever its case. */
export function header(answer: GraphAnswer, name: string): string | undefined {
  const wanted = name.toLowerCase();
  for (const key in answer.headers) {
    if (key.length === wanted.length && key.toLowerCase() === wanted) return String(answer.headers[key]);
  }
  return undefined;
}

export const isRecord = (value: unknown): value is Readonly<Record<string, unknown>> =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

/** The answer's body as an object; empty when it is none. */
export const json = (answer: GraphAnswer): Readonly<Record<string, unknown>> =>
  isRecord(answer.body) ? answer.body : {};
