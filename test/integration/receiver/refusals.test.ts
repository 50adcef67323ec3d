import { gzipSync } from 'node:zlib';
import { expect, test } from 'vitest';
import { createLog } from '#observability/log';
import { Metrics } from '#observability/metrics';
import { systemClock } from '#runtime/system-clock';
import { startReceiver } from '../../../services/receiver/service.ts';
import { ada, notification, openBed, RecordingQueue, secret } from './receiver-bed.ts';

const big = JSON.stringify({ value: [notification(ada, 'a'.repeat(1024 * 1024))] });

test.each([
  ['no JSON', '{"value": [', 400, 'malformed'],
  ['no object', '"value"', 400, 'malformed'],
  ['no collection', '{}', 400, 'malformed'],
  ['a collection that is no list', '{"value": {"0": {}}}', 400, 'malformed'],
  ['nothing', '', 400, 'malformed'],
  ['more than 1 MB', big, 413, 'tooLarge'],
] as const)('W-01: %s is refused with its status and counted', async (_name, body, status, outcome) => {
  const queue = new RecordingQueue();
  const bed = await openBed({ queue });
  const response = await bed.post(body);
  expect(response.status).toBe(status);
  expect(await response.text()).not.toMatch(/ at |node_modules|Error|JSON\.parse/);
  expect(response.headers.has('x-powered-by')).toBe(false);
  expect(bed.counters()).toMatchObject({ [outcome]: 1, accepted: 0, failed: 0 });
  expect(queue.asked).toBe(0);
});

test('a body that unpacks to more than 1 MB is refused; a packed one that does not is read', async () => {
  const bed = await openBed();
  const packed = (text: string) =>
    fetch(bed.url, {
      method: 'POST',
      headers: { 'Content-Type': 'application/json', 'Content-Encoding': 'gzip' },
      body: gzipSync(text),
    });
  expect((await packed(big)).status).toBe(413);
  expect((await packed('{"value":[]}')).status).toBe(202);
});

test('W-01: wrong content type, path and verb have their own answers', async () => {
  const bed = await openBed();
  const statuses = await Promise.all([
    bed.post('{"value":[]}', { type: 'text/plain' }),
    bed.post('value=1', { type: 'application/x-www-form-urlencoded' }),
    bed.post('{"value":[]}', { type: 'application/json; charset=klingon' }),
    bed.post('{"value":[]}', { at: new URL('/other', bed.url).href }),
    bed.post('{"value":[]}', { at: `${bed.url}/lifecycle/more` }),
    fetch(bed.url),
    fetch(bed.url, { method: 'DELETE' }),
    fetch(new URL('/healthz', bed.url), { method: 'POST' }),
  ]);
  expect(statuses.map(({ status }) => status)).toEqual([415, 415, 415, 404, 404, 405, 405, 405]);
  expect(statuses[5]?.headers.get('allow')).toBe('POST');
  expect(bed.counters()).toMatchObject({ wrongType: 3, notFound: 2, wrongMethod: 3, accepted: 0 });
});

test('the path of the public address is taken letter by letter', async () => {
  const bed = await openBed({ path: '/a.(b)/:c*/' });
  expect((await bed.post('{"value":[]}')).status).toBe(202);
  expect((await bed.post('{"value":[]}', { at: new URL('/aX(b)/:c*', bed.url).href })).status).toBe(404);
});

test('a taken port is told in one sentence with the remedy', async () => {
  const bed = await openBed();
  const port = Number(new URL(bed.url).port);
  const second = startReceiver(
    { listen: { host: '127.0.0.1', port }, path: '/graph' },
    {
      queue: new RecordingQueue(),
      clock: systemClock,
      log: createLog({ level: 'silent' }),
      metrics: new Metrics(),
      secret,
    },
  );
  await expect(second).rejects.toThrow(
    `Port ${port} on 127.0.0.1 is taken by another program. Stop that program, or set webhook.listen to a free port.`,
  );
});
