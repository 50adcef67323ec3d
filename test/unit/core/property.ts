import fc from 'fast-check';

const number = (text: string | undefined): number | undefined => (text ? Number(text) : undefined);
const seed = number(process.env['CARDWIRE_PBT_SEED']);
const numRuns = number(process.env['CARDWIRE_PBT_RUNS']) ?? 100;

/** Checks a property over generated cases. A failure prints its seed: `CARDWIRE_PBT_SEED=… CARDWIRE_PBT_RUNS=…` repeats it. */
export function always<T>(arbitrary: fc.Arbitrary<T>, check: (value: T) => void): void {
  const property = fc.property(arbitrary, (value) => check(value));
  fc.assert(property, { numRuns, ...(seed !== undefined && { seed }) });
}
