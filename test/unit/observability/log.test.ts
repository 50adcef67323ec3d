import { expect, test } from 'vitest';
import type { LogFacts } from '#observability/fields';
import { createLog, type LogLevel } from '#observability/log';
import { Refused } from '#ports/errors';

function recorded(level: LogLevel = 'info') {
  const lines: string[] = [];
  const log = createLog({ level, to: { write: (line) => lines.push(line) } });
  return { log, lines, last: (): Record<string, unknown> => JSON.parse(lines.at(-1) ?? '{}') };
}

test('a line has its time, level, text and facts, and those of its parents', () => {
  const { log, last } = recorded();
  log.child({ service: 'receiver' }).child({ shard: '07' }).warn({ count: 3, outcome: 'held' }, 'something was held');
  expect(last()).toEqual({
    level: 'warn',
    time: expect.stringMatching(/^\d{4}-\d\d-\d\dT[\d:.]+Z$/),
    service: 'receiver',
    shard: '07',
    count: 3,
    outcome: 'held',
    msg: 'something was held',
  });
});

test('levels below the chosen one are not written', () => {
  const { log, lines } = recorded('warn');
  log.debug({}, 'a');
  log.info({}, 'b');
  log.error({}, 'c');
  expect(lines).toHaveLength(1);
  const silent = recorded('silent');
  silent.log.error({}, 'd');
  expect(silent.lines).toEqual([]);
});

test('promise 7: facts without a fixed name are left out, and so is what is no plain value', () => {
  const { log, last } = recorded();
  const careless = {
    displayName: 'Ann Canary',
    policy: 'customers',
    mailbox: { upn: 'canary' },
  } as unknown as LogFacts;
  log.info(careless, 'read');
  log.child(careless).info({}, 'read');
  expect(last()).toEqual({ level: 'info', time: expect.any(String), policy: 'customers', msg: 'read' });
});

test('promise 7: a key that fits its field is kept, an address in it is not', () => {
  const { log, last } = recorded();
  log.info(
    { mailbox: 'q-_8ZkT0aB3dE5fG', url: 'https://user:canary@host/x', file: '/home/x@y.example/a' },
    'to ann@canary.example',
  );
  expect(last()).toMatchObject({ mailbox: 'q-_8ZkT0aB3dE5fG', url: 'https://[…]host/x', msg: 'to […]' });
  expect(JSON.stringify(last())).not.toMatch(/canary|y\.example/);
});

test('an error is its class, codes, frames and cleaned message, and so are its causes', () => {
  const { log, last } = recorded();
  const cause = new TypeError('fetch failed', {
    cause: Object.assign(new Error('no route'), { code: 'EHOSTUNREACH' }),
  });
  const err = new Refused('ErrorInvalidProperty', 'refused', '0d9f0a3e-6c1b-4b8e-9a51-0c6f8d3b2a10', { cause });
  log.error({ err }, 'a write was refused');
  expect(last()['err']).toMatchObject({
    type: 'Error',
    kind: 'refused',
    code: 'ErrorInvalidProperty',
    requestId: '0d9f0a3e-6c1b-4b8e-9a51-0c6f8d3b2a10',
    message: 'refused',
    stack: expect.arrayContaining([expect.stringMatching(/^at /)]),
    cause: { type: 'TypeError', message: 'fetch failed', cause: { code: 'EHOSTUNREACH', message: 'no route' } },
  });
});

function parseFailure(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch (error) {
    return error;
  }
}

test.each([
  ['content that JSON.parse quotes', parseFailure('Canary Smith')],
  ['an address', new Error('mailbox canary@contoso.com not found')],
  ['quoted content', new Error(`the value "Canary \\"Smith\\"" and 'Canary' and “Canary” are bad`)],
  ['a phone number', new Error('no number: +49 (170) 123-4567')],
  ['a token', new Error('Authorization: Bearer canary.token.x')],
  ['a long token', new Error(`token ${'canary0'.repeat(10)}`)],
  ['the query of an address', new Error('GET https://h/x?filter=canary failed')],
  ['a property', Object.assign(new Error('failed'), { body: 'canary', config: { headers: 'canary' } })],
  ['a code that is content', Object.assign(new Error('failed'), { code: 'Canary Smith, +49' })],
  ['a thrown text', 'canary'],
  ['a cause', new Error('failed', { cause: new Error('of "canary"', { cause: 'canary' }) })],
  ['a group', new AggregateError([new Error('"canary"')], 'all')],
])('I21: %s does not reach the log', (_name, err) => {
  const { log, lines } = recorded();
  log.error({ err }, 'it failed');
  expect(lines).toHaveLength(1);
  expect(lines[0]).not.toMatch(/canary|123-4567/i);
});

test('an error that is its own cause is written all the same', () => {
  const { log, lines } = recorded();
  const err = new Error('round');
  err.cause = err;
  log.error({ err }, 'it failed');
  expect(lines).toHaveLength(1);
});

test('GUIDs and times in messages stay, for a support case', () => {
  const { log, last } = recorded();
  const text = 'request 0d9f0a3e-6c1b-4b8e-9a51-0c6f8d3b2a10 at 2026-06-08T01:00:00Z after 3000 ms';
  log.error({ err: new Error(text) }, 'it failed');
  expect(last()['err']).toMatchObject({ message: text });
});
