import { afterEach, beforeEach, describe } from 'vitest';
import type { StoreBed } from './store-bed.ts';
import { copiesTests } from './store-copies.ts';
import { durabilityTests } from './store-durability.ts';
import { fenceTests } from './store-fences.ts';
import { readTests } from './store-reads.ts';
import { writeTests } from './store-writes.ts';

/** What every adapter of the port Store must pass unchanged. `lasting: false` for one whose data end with its close. */
export function storeSuite(adapter: {
  readonly name: string;
  readonly create: () => Promise<StoreBed>;
  readonly lasting?: boolean;
}): void {
  describe(`store: ${adapter.name}`, () => {
    let current: StoreBed | undefined;
    const bed = (): StoreBed => {
      if (!current) throw new Error('only within a test');
      return current;
    };
    beforeEach(async () => {
      current = await adapter.create();
    });
    afterEach(async () => {
      await current?.end();
    });
    writeTests(bed);
    fenceTests(bed);
    readTests(bed);
    copiesTests(bed);
    if (adapter.lasting ?? true) durabilityTests(bed);
  });
}
