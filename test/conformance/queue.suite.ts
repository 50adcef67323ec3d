import { afterEach, beforeEach, describe } from 'vitest';
import type { QueueBed } from './queue-bed.ts';
import { deliveryTests } from './queue-delivery.ts';
import { depthTests } from './queue-depths.ts';
import { lastingTests } from './queue-lasting.ts';
import { settlingTests } from './queue-settling.ts';
import { spoiledTests } from './queue-spoiled.ts';

/** What every adapter of the port Queue must pass unchanged. `lasting: false` for one whose data end with its close. */
export function queueSuite(adapter: {
  readonly name: string;
  readonly create: () => Promise<QueueBed>;
  readonly lasting?: boolean;
}): void {
  describe(`queue: ${adapter.name}`, () => {
    let current: QueueBed | undefined;
    const bed = (): QueueBed => {
      if (!current) throw new Error('only within a test');
      return current;
    };
    beforeEach(async () => {
      current = await adapter.create();
    });
    afterEach(async () => {
      await current?.end();
    });
    deliveryTests(bed);
    settlingTests(bed);
    spoiledTests(bed);
    depthTests(bed);
    if (adapter.lasting ?? true) lastingTests(bed);
  });
}
