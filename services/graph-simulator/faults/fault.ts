import { z } from 'zod';

const count = z.int().nonnegative();
const span = z.union([z.number().nonnegative(), z.tuple([z.number().nonnegative(), z.number().nonnegative()])]);

/** One answer of a fault that speaks differently each time. */
const turn = z.strictObject({
  status: z.int().min(200).max(599),
  code: z.string().optional(),
  message: z.string().optional(),
  retryAfter: z.union([z.number(), z.string()]).optional(),
  /** A body in full; '' sends none. */
  body: z.unknown().optional(),
});

/**
 * A fault as the control interface and scripts take it. Narrowed by `method`, `path`, `mailbox` and `app`; limited by
 * `times`, `forMs`, `skip` and `probability`. What it does follows from the fields given:
 *
 * - `status`: this answer instead of the real one; with `afterEffect` the effect takes place first;
 * - `turns`: several answers, one after the other, round and round;
 * - `drop`: the connection is cut, before or after the effect;
 * - `delayMs`: the answer comes late;
 * - `kind`: the named kinds below.
 */
export const faultSchema = z
  .strictObject({
    kind: z
      .enum([
        'answer',
        'drop',
        'slow',
        'deltaExpired',
        'notesDropped',
        'mailboxFull',
        'mailboxMoved',
        'mailboxSoftDeleted',
        'staleReads',
        'lyingDelta',
        'notificationsLost',
        'notificationsDoubled',
        'notificationsLate',
        'notificationsReordered',
      ])
      .optional(),
    method: z.union([z.string(), z.array(z.string())]).optional(),
    /** Part of the path, or a regular expression between slashes. `$batch` hits a batch as a whole. */
    path: z.string().optional(),
    /** Object id or user principal name. */
    mailbox: z.string().optional(),
    /** Client id. */
    app: z.string().optional(),
    /** How often it strikes; 0: without end. Default 1, with `forMs` without end. */
    times: count.optional(),
    /** How many matching requests pass first. */
    skip: count.optional(),
    /** For how long it strikes, from now on. */
    forMs: z.number().positive().optional(),
    /** 0 to 1. */
    probability: z.number().min(0).max(1).optional(),
    ...turn.partial().shape,
    turns: z.array(turn).min(1).optional(),
    afterEffect: z.boolean().optional(),
    drop: z.enum(['before', 'after']).optional(),
    delayMs: span.optional(),
    /** How long reads stay stale after a write; how late a notification is. Default 5,000. */
    lagMs: z.number().positive().optional(),
  })
  .refine(
    (fault) =>
      fault.kind !== undefined ||
      fault.status !== undefined ||
      fault.turns ||
      fault.drop ||
      fault.delayMs !== undefined,
    { message: 'say what the fault does: status, turns, drop, delayMs or kind' },
  )
  .refine((fault) => fault.kind !== 'answer' || fault.status !== undefined || fault.turns, {
    message: 'an answer needs status or turns',
  });

/** A fault as asked for. */
export type FaultSpec = z.infer<typeof faultSchema>;

/** What a spec amounts to. */
export type FaultKind = NonNullable<FaultSpec['kind']>;

/** The kind of a fault, read from its fields where it is not named. */
export function kindOf(spec: FaultSpec): FaultKind {
  if (spec.kind) return spec.kind;
  if (spec.drop) return 'drop';
  return spec.status !== undefined || spec.turns ? 'answer' : 'slow';
}
