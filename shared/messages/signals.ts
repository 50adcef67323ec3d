import { z } from 'zod';
import type { Signal } from '#core/signal';

/** The form of messages that this version writes, and the only one it reads (W-08). */
const VERSION = 1;
/** No message is longer (PROTOCOL 3). */
const MAX_BYTES = 2048;

const time = z.number().nonnegative();
const count = z.int().nonnegative();
const word = z.string().min(1).max(200);

/** Unknown fields are dropped, so that a later version may add some without a new number. */
const signal = z.discriminatedUnion('k', [
  z.object({
    k: z.literal('look'),
    t: word,
    m: word,
    h: z.array(z.string().min(1).max(44)).max(20),
    c: z.enum(['created', 'updated', 'deleted', 'missed', 'removed', 'poll', 'again']),
    n: count,
    at: time,
    first: time,
  }),
  z.object({
    k: z.literal('delta'),
    t: word,
    b: word,
    f: count,
    r: count,
    c: z.array(count).max(200),
    at: time,
    first: z.exactOptional(time),
  }),
  z.object({ k: z.literal('wake'), o: word, at: time }),
]);

/** A message read, or why it could not be: for a letter, so it quotes nothing of the body. */
export type Decoded = { readonly signal: Signal } | { readonly reason: string };

/**
 * A signal as the body of a message: JSON with `v: 1`, at most 2 KB. Throws RangeError when it would be longer, which
 * no signal within its documented limits is until a book has a hundred million cards.
 */
export function encodeSignal(value: Signal): string {
  const body = JSON.stringify({ v: VERSION, ...value });
  const bytes = Buffer.byteLength(body);
  if (bytes > MAX_BYTES) throw new RangeError(`a ${value.k} of ${bytes} bytes: at most ${MAX_BYTES} travel`);
  return body;
}

function parse(body: string): unknown {
  try {
    return JSON.parse(body);
  } catch {
    return undefined;
  }
}

const version = z.object({ v: z.number() });

/** The inverse of encodeSignal; never throws. A body of another version, or none at all, gives a reason (W-08). */
export function decodeSignal(body: string): Decoded {
  if (Buffer.byteLength(body) > MAX_BYTES) return { reason: `longer than ${MAX_BYTES} bytes` };
  const value = parse(body);
  if (value === undefined) return { reason: 'not JSON' };
  const form = version.safeParse(value);
  if (!form.success) return { reason: 'no version number in v' };
  if (form.data.v !== VERSION) return { reason: `version ${form.data.v} is unknown to this Cardwire` };
  const read = signal.safeParse(value);
  if (read.success) return { signal: read.data };
  const issues = read.error.issues.map(({ path, code }) => `${path.join('.') || 'k'}: ${code.replaceAll('_', ' ')}`);
  return { reason: `malformed: ${issues.slice(0, 3).join(', ')}` };
}
