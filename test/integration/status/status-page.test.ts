import { request } from 'node:http';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { openQueue } from '#adapters/sqlite/queue';
import { openStore } from '#adapters/sqlite/store';
import type { Queue } from '#ports/queue';
import type { Store } from '#ports/store';
import { type StatusPage, startStatusPage } from '../../../services/status/service.ts';

let store: Store;
let queue: Queue;
let page: StatusPage;

beforeEach(async () => {
  store = await openStore({ file: ':memory:' });
  queue = await openQueue({ file: ':memory:', shards: ['00'] });
  page = await startStatusPage(
    { host: '127.0.0.1', port: 0 },
    { store, queue, policies: new Map(), troubles: () => [] },
  );
});

afterEach(async () => {
  await page.close();
  await queue.close();
  await store.close();
});

interface Answer {
  readonly status: number | undefined;
  readonly text: string;
}

/** With a Host of one's own, which fetch does not allow. */
function ask(path: string, host: string): Promise<Answer> {
  return new Promise((resolve, reject) => {
    const asked = request(`${page.url}${path}`, { headers: { host } }, (answer) => {
      let text = '';
      answer.on('data', (chunk) => (text += String(chunk)));
      answer.on('end', () => resolve({ status: answer.statusCode, text }));
    });
    asked.on('error', reject);
    asked.end();
  });
}

test('page, JSON and health answer; the page loads nothing from anywhere', async () => {
  const answer = await fetch(page.url);
  expect(await answer.text()).toContain('No policy has run yet.');
  expect(answer.headers.get('content-security-policy')).toContain("default-src 'none'");
  expect(answer.headers.get('x-powered-by')).toBeNull();
  expect(await (await fetch(`${page.url}/status.json`)).json()).toEqual({
    policies: [],
    queues: { shards: 1, busy: [] },
    troubles: [],
  });
  expect(await (await fetch(`${page.url}/healthz`)).text()).toBe('ok\n');
});

test("another site's name that points to this machine reads nothing", async () => {
  for (const path of ['/', '/status.json', '/healthz'])
    expect(await ask(path, 'evil.example')).toEqual({
      status: 403,
      text: expect.stringContaining('answers to localhost only'),
    });
  expect((await ask('/healthz', 'localhost')).status).toBe(200);
});

test('a store that does not answer makes it unhealthy, in a sentence and without a stack trace', async () => {
  await queue.close();
  for (const path of ['/healthz', '/', '/status.json']) {
    const answer = await ask(path, '127.0.0.1');
    expect(answer.status).toBe(503);
    expect(answer.text).toMatch(/closed\n$/);
    expect(answer.text).not.toContain('    at ');
  }
});

test('an unknown path is 404', async () => {
  expect((await fetch(`${page.url}/nowhere`)).status).toBe(404);
});
