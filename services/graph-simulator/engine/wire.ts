/** One request as it reaches the engine: already authenticated, permitted, and past throttling and faults. */
export interface GraphRequest {
  readonly method: 'GET' | 'POST' | 'PATCH' | 'PUT' | 'DELETE';
  /** Below the version root, percent-decoded per segment by the engine itself, e.g. `/users/ann%40contoso.com/contacts`. */
  readonly path: string;
  /** Raw query string without `?`; blanks may come as `+` or `%20`. */
  readonly query: string;
  /** Lower-case names. */
  readonly headers: Readonly<Record<string, string>>;
  /** Parsed JSON, or the bytes of a photo. */
  readonly body?: unknown;
}

/** What the engine answers. `body` is JSON-ready, or bytes for a photo; absent means an empty body. */
export interface GraphAnswer {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly body?: unknown;
}

/** A change that Graph would notify: published by the engine after the effect took place. */
export interface GraphChange {
  readonly kind: 'created' | 'updated' | 'deleted';
  readonly entity: 'contact' | 'contactFolder' | 'user' | 'group' | 'orgContact';
  /** Object id of the mailbox owner; for directory objects their own id. */
  readonly ownerId: string;
  /** Contact changes only. */
  readonly folderId?: string;
  readonly itemId?: string;
  readonly immutableItemId?: string;
  readonly etag?: string;
}

/** Time and randomness are handed in, so that one seed gives one run. */
export interface EngineSetting {
  /** Milliseconds since the epoch. */
  readonly now: () => number;
  /** 0 <= x < 1, seeded. */
  readonly random: () => number;
  /** Root that absolute links start with, without a slash at the end, e.g. `http://127.0.0.1:4000/v1.0`. */
  readonly linkRoot: () => string;
}
