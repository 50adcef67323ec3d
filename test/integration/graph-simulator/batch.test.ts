import { expect, test } from 'vitest';
import { at, byId, client, simulate } from './raw-client.ts';

const json = { 'Content-Type': 'application/json' };
const ada = '/users/ada@contoso.com/contacts';

test('graph.md 5: twenty items run, each with its own headers; answers come by id in another order', async () => {
  const simulator = await simulate();
  const send = await client(simulator);
  const requests = Array.from({ length: 20 }, (_, index) => ({
    id: String(index),
    method: 'POST',
    url: index % 2 ? ada : ada.slice(1),
    headers: index === 3 ? { ...json, Prefer: 'IdType="ImmutableId"' } : json,
    body: { givenName: `Person ${index}` },
  }));
  const reply = await send('POST', '/$batch', { json: { requests } });
  expect(reply.status).toBe(200);
  const responses = byId(reply);
  for (const { id, body } of requests) {
    expect(responses.get(id)).toMatchObject({ status: 201, body: { givenName: body.givenName } });
    expect(responses.get(id)?.headers['Content-Type']).toContain('application/json');
    expect(responses.get(id)?.headers['Location']).toContain('/contacts');
  }
  expect([...responses.keys()]).not.toEqual(requests.map(({ id }) => id));
  expect(responses.get('3')?.headers['Preference-Applied']).toContain('ImmutableId');
  expect(responses.get('4')?.headers).not.toHaveProperty('Preference-Applied');
});

const get = (id: string) => ({ id, method: 'GET', url: `${ada}?$top=1` });

test.each([
  ['21 items', Array.from({ length: 21 }, (_, id) => get(String(id))), /exceeds the max value of 20/],
  ['ids that differ in case only', [get('AAMk-abcD='), get('AAMk-abcd=')], /has to be unique in a batch/],
  ['no items', [], /Invalid batch payload/],
  ['an item without id', [{ method: 'GET', url: ada }], /no id/],
  ['an item without url', [{ id: '1', method: 'GET' }], /method and a url/],
  ['an unknown verb', [{ id: '1', method: 'BREW', url: ada }], /method and a url/],
  ['a dependency that is not there', [{ ...get('1'), dependsOn: ['2'] }], /not in the batch/],
  ['a write without Content-Type', [get('1'), { id: '2', method: 'POST', url: ada, body: {} }], /Content-Type/],
])('graph.md 5 and 12.12, F40: %s make the whole batch a 400', async (_, requests, message) => {
  const send = await client(await simulate());
  const reply = await send('POST', '/$batch', { json: { requests } });
  expect(reply.status).toBe(400);
  expect(at(reply.body, 'error', 'message')).toMatch(message);
});

test('graph.md 5: what depends on a failure is 424, what depends on a success runs after it', async () => {
  const simulator = await simulate();
  const send = await client(simulator);
  const post = { method: 'POST', url: ada, headers: json, body: { givenName: 'Ann' } };
  const reply = await send('POST', '/$batch', {
    json: {
      requests: [
        { id: 'bad', method: 'GET', url: `${ada}/nothing-here` },
        { ...post, id: 'waits', dependsOn: ['bad'] },
        { ...post, id: 'good' },
        { ...post, id: 'after', dependsOn: ['GOOD'] },
      ],
    },
  });
  const responses = byId(reply);
  expect(responses.get('waits')).toMatchObject({ status: 424, body: { error: { code: 'FailedDependency' } } });
  expect(responses.get('after')?.status).toBe(201);
  expect(simulator.journal.entries({ method: 'POST' }).map(({ batch }) => batch?.itemId)).toEqual(['good', 'after']);
});

test('graph.md 5: an absolute url or a version in an item is that item’s 400; a batch in a batch as well', async () => {
  const simulator = await simulate();
  const send = await client(simulator);
  const urls = [`${simulator.graphUrl}/v1.0${ada}`, `/v1.0${ada}`];
  const items = urls.map((url, index) => ({ id: String(index), method: 'GET', url }));
  const nested = { id: 'n', method: 'POST', url: '/$batch', headers: json, body: { requests: [] } };
  const responses = byId(await send('POST', '/$batch', { json: { requests: [...items, nested, get('ok')] } }));
  expect(responses.get('0')?.status).toBe(400);
  expect(responses.get('1')?.status).toBe(400);
  expect(responses.get('n')?.status).toBe(400);
  expect(responses.get('ok')?.status).toBe(200);
});

test('graph.md 4.1: four Outlook items of a batch run at a time, so a batch alone is never throttled and takes five turns', async () => {
  const latencyMs = 40;
  const simulator = await simulate({ latencyMs });
  const send = await client(simulator);
  const requests = Array.from({ length: 20 }, (_, id) => get(String(id)));
  const started = performance.now();
  const responses = byId(await send('POST', '/$batch', { json: { requests } }));
  const tookMs = performance.now() - started;
  expect([...responses.values()].every(({ status }) => status === 200)).toBe(true);
  expect(tookMs).toBeGreaterThanOrEqual(5 * latencyMs - 5);
  expect(simulator.judge.breaches()).toEqual([]);
});

test('graph.md 4.3: two batches at once on one mailbox get 429 per item, with Retry-After in the item', async () => {
  const simulator = await simulate({ latencyMs: 40 });
  const send = await client(simulator);
  const batch = () =>
    send('POST', '/$batch', { json: { requests: Array.from({ length: 8 }, (_, id) => get(String(id))) } });
  const replies = await Promise.all([batch(), batch()]);
  expect(replies.map(({ status }) => status)).toEqual([200, 200]);
  const refused = replies.flatMap((reply) => [...byId(reply).values()]).filter(({ status }) => status === 429);
  expect(refused.length).toBeGreaterThan(0);
  expect(refused[0]).toMatchObject({
    headers: { 'Retry-After': '1' },
    body: { error: { code: 'ApplicationThrottled' } },
  });
});

test('graph.md 5: photos travel as base64 text in and out', async () => {
  const simulator = await simulate();
  const send = await client(simulator);
  const id = String(at((await send('POST', ada, { json: { givenName: 'Ann' } })).body, 'id'));
  const photo = Buffer.from([0xff, 0xd8, 0xff, 0xe0, 1, 2, 3]).toString('base64');
  const url = `${ada}/${id}/photo/$value`;
  const put = { id: 'put', method: 'PUT', url, headers: { 'Content-Type': 'image/jpeg' }, body: photo };
  const got = { id: 'get', method: 'GET', url, dependsOn: ['put'] };
  const responses = byId(await send('POST', '/$batch', { json: { requests: [put, got] } }));
  expect(responses.get('put')?.status).toBe(200);
  expect(responses.get('get')).toMatchObject({ status: 200, headers: { 'Content-Type': 'image/jpeg' }, body: photo });
});
