import { BatchRequestContent, Client, PageIterator } from '@microsoft/microsoft-graph-client';
import { expect, test } from 'vitest';
import { secureSimulator } from './secure-simulator.ts';

async function official() {
  const { simulator, token } = await secureSimulator();
  const client = Client.init({
    baseUrl: `${simulator.graphUrl}/`,
    defaultVersion: 'v1.0',
    authProvider: (done) => done(null, token),
    customHosts: new Set(['127.0.0.1']),
  });
  return { simulator, client };
}

test('issue 6, item 3: PageIterator walks all pages of a list', async () => {
  const { client } = await official();
  for (let index = 0; index < 25; index++)
    await client.api('/users/ada@contoso.com/contacts').post({ givenName: `Person ${index}` });
  const seen: string[] = [];
  const first = await client.api('/users/ada@contoso.com/contacts').select('id').get();
  const iterator = new PageIterator(client, first, (item) => seen.push(item.id) > 0);
  await iterator.iterate();
  expect(seen).toHaveLength(27);
  expect(new Set(seen).size).toBe(27);
});

test('issue 6, item 3: BatchRequestContent runs with lower-case header names', async () => {
  const { client } = await official();
  // The client cuts off the host and nothing else, so the version is left out, as its own documentation does.
  const content = new BatchRequestContent([
    {
      id: '1',
      request: new Request('https://graph.microsoft.com/users/ada@contoso.com/contacts', {
        method: 'POST',
        headers: { 'content-type': 'application/json' },
        body: JSON.stringify({ givenName: 'Ann' }),
      }),
    },
    { id: '2', request: new Request('https://graph.microsoft.com/users/bob@contoso.com/contacts') },
  ]);
  const answer = await client.api('/$batch').post(await content.getContent());
  const statuses = answer.responses.map(({ id, status }: { id: string; status: number }) => [id, status]);
  expect(new Map(statuses)).toEqual(
    new Map([
      ['1', 201],
      ['2', 200],
    ]),
  );
});

test('issue 6, item 3: RetryHandler waits as Retry-After says and succeeds', async () => {
  const { client, simulator } = await official();
  simulator.faults.add({ status: 429, retryAfter: 1 });
  const started = performance.now();
  const { value } = await client.api('/users/ada@contoso.com/contacts').get();
  expect(value).toHaveLength(2);
  expect(performance.now() - started).toBeGreaterThan(950);
  expect(simulator.judge.breaches()).toEqual([]);
});
