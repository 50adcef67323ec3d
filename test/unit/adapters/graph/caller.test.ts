import { describe, expect, test } from 'vitest';
import { Caller } from '#adapters/graph/caller';
import { operations } from '#adapters/graph/classify';
import { type ItemAnswer, scriptedGraph } from './scripted-graph.ts';

const travel = { lane: 'm', urgent: true };

/** A caller whose every request is answered by the next of these, the last one again and again. */
function callerWith(answers: readonly ItemAnswer[]) {
  const { composer, clock, chance, batches } = scriptedGraph();
  const caller = new Caller({ composer, clock, chance, deadline: 30_000 });
  let answered = 0;
  const run = async (ms: number): Promise<void> => {
    for (let passed = 0; passed < ms; passed += 5) {
      await clock.advance(5);
      for (; answered < batches.length; answered += 1) {
        batches[answered]?.answer(() => answers[Math.min(answered, answers.length - 1)]);
      }
    }
    await clock.advance(0);
  };
  const call = async (operation: keyof typeof operations, ms = 40_000) => {
    const asked = caller.call({ method: 'GET', url: '/m/1' }, operations[operation], travel);
    const [outcome] = await Promise.all([Promise.allSettled([asked]), run(ms)]);
    return { outcome: outcome[0], sent: batches.length };
  };
  return { call };
}

const reason = (outcome: PromiseSettledResult<unknown> | undefined): unknown =>
  outcome?.status === 'rejected' ? outcome.reason : 'fulfilled';

describe('a read', () => {
  test('is tried again after 5xx, and after Retry-After', async () => {
    const { call } = callerWith([
      { status: 500 },
      { status: 503, headers: { 'Retry-After': '1' } },
      { status: 200, body: 1 },
    ]);
    const { outcome, sent } = await call('get');
    expect(outcome).toMatchObject({ status: 'fulfilled', value: { status: 200, body: 1 } });
    expect(sent).toBe(3);
  });

  test('gives up after four tries', async () => {
    const { outcome, sent } = await callerWith([{ status: 504 }]).call('list');
    expect(reason(outcome)).toMatchObject({ kind: 'unanswered' });
    expect(sent).toBe(4);
  });

  test('does not wait past its deadline: the caller is told how long', async () => {
    const { outcome, sent } = await callerWith([{ status: 429, headers: { 'Retry-After': '40' } }]).call('delta');
    expect(reason(outcome)).toMatchObject({ kind: 'throttled', retryAfterMs: 40_000, scope: 'mailbox' });
    expect(sent).toBe(1);
  });

  test('that is answered is not repeated', async () => {
    const { outcome, sent } = await callerWith([{ status: 404, body: { error: { code: 'ErrorItemNotFound' } } }]).call(
      'get',
    );
    expect(reason(outcome)).toMatchObject({ kind: 'item gone' });
    expect(sent).toBe(1);
  });
});

describe('a write is never repeated', () => {
  test.each([
    ['create', 503, 'unanswered'],
    ['create', 429, 'throttled'],
    ['update', 500, 'unanswered'],
    ['delete', 504, 'unanswered'],
    ['makeFolder', 503, 'unanswered'],
    ['create', 400, 'refused'],
  ] as const)('%s answered %i is %s', async (operation, status, kind) => {
    const { outcome, sent } = await callerWith([{ status }, { status: 200 }]).call(operation);
    expect(reason(outcome)).toMatchObject({ kind });
    expect(sent).toBe(1);
  });

  test('but for a refused token, with which nothing was done', async () => {
    const once = await callerWith([{ status: 401 }, { status: 201, body: 'made' }]).call('create');
    expect(once.outcome).toMatchObject({ status: 'fulfilled', value: { body: 'made' } });
    const twice = await callerWith([{ status: 401, body: { error: { code: 'InvalidAuthenticationToken' } } }]).call(
      'create',
    );
    expect(reason(twice.outcome)).toMatchObject({ kind: 'denied', code: 'InvalidAuthenticationToken' });
    expect(twice.sent).toBe(2);
  });
});
