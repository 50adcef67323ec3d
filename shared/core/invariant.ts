/** A state that our own code must never reach: seeing one means a bug, not an operating error (PROTOCOL 2.8). */
export class Bug extends Error {
  override readonly name = 'Bug';
}

/**
 * Asserts what must be true in production, too (PROTOCOL 2.8, invariants with a star). `text` reaches the technical log:
 * it names no person and no content.
 * @throws Bug when the condition is not met
 */
export function invariant(condition: unknown, text: string): asserts condition {
  if (!condition) throw new Bug(text);
}
