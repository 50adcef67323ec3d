/** What can go wrong at a port, in the words of the use cases. Adapters translate; nothing above looks at a status code. */
export abstract class PortError extends Error {
  abstract readonly kind: string;
}

/** Asked to wait. Nothing took effect. `scope` tells who is to wait. */
export class Throttled extends PortError {
  readonly kind = 'throttled';
  readonly retryAfterMs: number;
  readonly scope: 'mailbox' | 'tenant';
  constructor(retryAfterMs: number, scope: 'mailbox' | 'tenant', options?: ErrorOptions) {
    super(`throttled for ${retryAfterMs} ms`, options);
    this.retryAfterMs = retryAfterMs;
    this.scope = scope;
  }
}

/** No answer, or one that does not tell whether the request took effect (5xx, reset, deadline). */
export class Unanswered extends PortError {
  readonly kind = 'unanswered';
}

/** The item changed since the etag was read (412). Nothing took effect. */
export class Conflict extends PortError {
  readonly kind = 'conflict';
}

/** The item is not there (404). */
export class ItemGone extends PortError {
  readonly kind = 'item gone';
}

/** The folder is not there, though its mailbox answers. */
export class FolderGone extends PortError {
  readonly kind = 'folder gone';
}

/** The mailbox cannot be worked with now: no mailbox, moved, soft-deleted, scoped away, full. Never an absence of items. */
export class MailboxUnavailable extends PortError {
  readonly kind = 'mailbox unavailable';
  /** Graph's error code. */
  readonly code: string;
  constructor(code: string, message: string, options?: ErrorOptions) {
    super(message, options);
    this.code = code;
  }
}

/** The delta link is dead (410 and kin): the folder must be read anew. */
export class CursorExpired extends PortError {
  readonly kind = 'cursor expired';
}

/** The request itself is refused (400 and kin); the same request will be refused again. */
export class Refused extends PortError {
  readonly kind = 'refused';
  /** Graph's error code. */
  readonly code: string;
  /** Graph's request-id, for a support case. */
  readonly requestId: string | undefined;
  constructor(code: string, message: string, requestId?: string, options?: ErrorOptions) {
    super(message, options);
    this.code = code;
    this.requestId = requestId;
  }
}

/** Log-in failed or a permission is missing: concerns the tenant, not one mailbox. The message names the remedy. */
export class Denied extends PortError {
  readonly kind = 'denied';
  /** AADSTS number or Graph's error code. */
  readonly code: string;
  constructor(code: string, message: string, options?: ErrorOptions) {
    super(message, options);
    this.code = code;
  }
}

/** The store or queue could not answer; whether the write took effect is unknown. */
export class StoreUnavailable extends PortError {
  readonly kind = 'store unavailable';
}
