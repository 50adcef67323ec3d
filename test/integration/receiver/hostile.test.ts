import fc from 'fast-check';
import { expect, test } from 'vitest';
import { clientState } from '#messages/client-state';
import { ada, notification, openBed, RecordingQueue, secret } from './receiver-bed.ts';

const right = clientState(secret, 'contoso', ada);

/** Near misses of what Graph sends, with anything at all in the places that are read. */
const item = fc.record(
  {
    clientState: fc.oneof(
      fc.anything(),
      fc.string().map((tail) => `contoso.${ada}.${tail}`),
      fc.constant(`${right}=`),
    ),
    changeType: fc.anything(),
    lifecycleEvent: fc.anything(),
    resourceData: fc.oneof(fc.anything(), fc.record({ id: fc.anything(), '@odata.etag': fc.anything() })),
  },
  { requiredKeys: [] },
);

const asJson = (value: unknown): string => {
  try {
    return JSON.stringify(value, (_key, each: unknown) => (typeof each === 'bigint' ? String(each) : each)) ?? 'null';
  } catch {
    return 'null';
  }
};

const body = fc.oneof(
  fc.string(),
  fc.json(),
  fc.anything().map(asJson),
  fc.array(fc.oneof(item, fc.anything())).map((value) => asJson({ value })),
);

test('W-01: whatever a stranger sends, it is refused or ignored: never a 5xx, never a look', async () => {
  const queue = new RecordingQueue();
  const bed = await openBed({ queue });
  await fc.assert(
    fc.asyncProperty(body, async (text) => {
      const response = await bed.post(text);
      expect([202, 400]).toContain(response.status);
      expect(queue.asked).toBe(0);
    }),
    { numRuns: 400 },
  );
  expect(bed.counters()).toMatchObject({ failed: 0, unavailable: 0, looks: 0 });
  expect(bed.counters().forged).toBeGreaterThan(0);
  expect((await bed.post({ value: [notification(ada, 'a1')] })).status).toBe(202);
  expect(queue.looks).toHaveLength(1);
});

test('with a valid clientState anything in the other properties is still one look', async () => {
  const queue = new RecordingQueue();
  const bed = await openBed({ queue });
  await fc.assert(
    fc.asyncProperty(item, async (odd) => {
      const before = queue.asked;
      const response = await bed.post(asJson({ value: [{ ...odd, clientState: right }] }));
      expect(response.status).toBe(202);
      expect(queue.asked).toBe(before + 1);
    }),
    { numRuns: 200 },
  );
});

test('bytes that are no text are refused', async () => {
  const bed = await openBed();
  await fc.assert(
    fc.asyncProperty(fc.uint8Array({ maxLength: 200 }), async (bytes) => {
      expect((await bed.post(bytes)).status).toBe(400);
    }),
    { numRuns: 100 },
  );
});

test('a deep nest does not topple the receiver', async () => {
  const bed = await openBed();
  const deep = '['.repeat(200_000) + ']'.repeat(200_000);
  expect((await bed.post(`{"value":[${deep}]}`)).status).toBe(202);
  expect((await bed.post({ value: [] })).status).toBe(202);
});
