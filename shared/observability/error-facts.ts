import { scrubText } from './scrub.ts';

export interface ErrorFacts {
  readonly type: string;
  readonly message: string;
  readonly code?: string;
  readonly kind?: string;
  readonly status?: number;
  readonly requestId?: string;
  /** Frames only: the first line of a stack repeats the message. */
  readonly stack?: readonly string[];
  readonly cause?: ErrorFacts;
  readonly errors?: readonly ErrorFacts[];
}

const DEPTH = 5;
const FRAMES = 8;
const GROUP = 5;
/** Codes are words: `ECONNREFUSED`, `ErrorItemNotFound`, `AADSTS7000215`. Anything else is content. */
const word = /^[\w.:-]{1,64}$/;

const wordAt = (error: object, name: string): string | undefined => {
  const value: unknown = Reflect.get(error, name);
  return (typeof value === 'string' && word.test(value.replaceAll(' ', '_'))) || typeof value === 'number'
    ? String(value)
    : undefined;
};

const frames = (stack: string | undefined): readonly string[] =>
  (stack ?? '')
    .split('\n')
    .filter((line) => /^\s+at /.test(line))
    .slice(0, FRAMES)
    .map((line) => line.trim());

function known(error: Error): Pick<ErrorFacts, 'code' | 'kind' | 'status' | 'requestId'> {
  const code = wordAt(error, 'code');
  const kind = wordAt(error, 'kind');
  const requestId = wordAt(error, 'requestId');
  const status: unknown = Reflect.get(error, 'status') ?? Reflect.get(error, 'statusCode');
  return {
    ...(code !== undefined && { code }),
    ...(kind !== undefined && { kind }),
    ...(requestId !== undefined && { requestId }),
    ...(typeof status === 'number' && { status }),
  };
}

/**
 * What of an error may be written down: its class, its codes, its message without quoted content, addresses, numbers and
 * tokens, where it came from, and the same of its causes. Any further property (a request, a body, headers) stays out.
 * Never throws: a cause may be its own cause.
 */
export function errorFacts(error: unknown, depth = DEPTH): ErrorFacts {
  if (!(error instanceof Error)) return { type: typeof error, message: '(not an error)' };
  const stack = frames(error.stack);
  return {
    type: error.name,
    message: scrubText(error.message),
    ...known(error),
    ...(stack.length > 0 && { stack }),
    ...(depth > 1 && error.cause !== undefined && { cause: errorFacts(error.cause, depth - 1) }),
    ...(depth > 1 &&
      error instanceof AggregateError && {
        errors: error.errors.slice(0, GROUP).map((each: unknown) => errorFacts(each, depth - 1)),
      }),
  };
}
