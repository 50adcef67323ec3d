/** An answer of the control interface. */
export interface ControlAnswer {
  readonly status: number;
  readonly body: unknown;
}

/** One request of the control interface; `args` holds the path below the operation's name. */
export interface ControlRequest {
  readonly args: readonly string[];
  readonly query: URLSearchParams;
  readonly body: unknown;
}

/** 200 with a body. */
export const ok = (body: unknown): ControlAnswer => ({ status: 200, body });

/** Something that a request names is not there; answered 404 with the sentence. */
export class Missing extends Error {
  constructor(what: string) {
    super(`There is no ${what}.`);
  }
}

/**
 * The value, if there is one.
 *
 * @throws Missing
 */
export function found<T>(value: T | undefined, what: string): T {
  if (value === undefined) throw new Missing(what);
  return value;
}
