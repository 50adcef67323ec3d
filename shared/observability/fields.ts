/** Every field that a line of the technical log may have. A name that is not here is not written: promise 7. */
export const logFields = [
  // Where it happened: words of the configuration and keys, never an address.
  'service',
  'tenant',
  'policy',
  'mailbox',
  'endpoint',
  'book',
  'card',
  'shard',
  'worker',
  'order',
  'run',
  'revision',
  'token',
  'generation',
  // What happened.
  'event',
  'cause',
  'kind',
  'state',
  'outcome',
  'code',
  'status',
  'requestId',
  'subscription',
  // How much, how long, since when.
  'count',
  'of',
  'failed',
  'open',
  'limit',
  'waiting',
  'tries',
  'ms',
  'waitMs',
  'bytes',
  'at',
  'due',
  'expires',
  // The process.
  'version',
  'pid',
  'host',
  'port',
  'url',
  'file',
  'signal',
  'profile',
] as const;

export type LogField = (typeof logFields)[number];

/** Facts of one line. `err` is written as its class, code, cleaned message and frames, with all its causes. */
export type LogFacts = { readonly [Name in LogField]?: string | number | boolean | undefined } & {
  readonly err?: unknown;
};
