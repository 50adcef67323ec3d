import fc from 'fast-check';
import { expect, test } from 'vitest';
import { byId, client, simulate } from './raw-client.ts';

const segment = fc.oneof(
  fc.constantFrom(
    'users',
    'ada@contoso.com',
    'contacts',
    'contactFolders',
    'delta',
    'photo',
    '$value',
    '$count',
    'groups',
  ),
  fc.constantFrom(
    'subscriptions',
    'members',
    'mailboxSettings',
    "users('ada@contoso.com')",
    '$batch',
    '..',
    '%00',
    '%E0%A4',
  ),
  fc.string({ maxLength: 12 }).map(encodeURIComponent),
);
const option = fc.oneof(
  fc.constantFrom(
    '$top=-1',
    '$top=1e9',
    '$skip=x',
    '$select=,,',
    '$filter=id eq',
    '$orderby=(',
    '$deltatoken=zzz',
    '$skiptoken=',
  ),
  fc.constantFrom(
    '$expand=singleValueExtendedProperties($filter=',
    '$filter=startswith(',
    '$search="',
    '%',
    '&&=',
    '$count=maybe',
  ),
  fc.string({ maxLength: 12 }).map(encodeURIComponent),
);
const request = fc.record({
  method: fc.constantFrom('GET', 'POST', 'PATCH', 'PUT', 'DELETE'),
  path: fc.array(segment, { maxLength: 6 }).map((parts) => `/${parts.join('/')}`),
  query: fc.array(option, { maxLength: 3 }).map((parts) => parts.join('&')),
  body: fc.option(fc.oneof(fc.object({ maxDepth: 2, maxKeys: 4 }), fc.jsonValue({ maxDepth: 2 }))),
  prefer: fc.option(fc.constantFrom('IdType="ImmutableId"', 'odata.maxpagesize=0', 'odata.maxpagesize=x', ';;,,=')),
});

test('issue 6 Bad input: no request brings a 5xx that nobody asked for, alone or in a batch', async () => {
  const failures: unknown[] = [];
  const simulator = await simulate({ onFailure: (error) => failures.push(error), seed: 3 });
  const send = await client(simulator);
  const headersOf = (prefer: string | null) => (prefer === null ? {} : { prefer });
  const wild = fc.asyncProperty(fc.array(request, { minLength: 1, maxLength: 20 }), async (drawn) => {
    const items = drawn.map(({ method, path, query, body, prefer }, index) => ({
      id: String(index),
      method,
      url: query === '' ? path : `${path}?${query}`,
      headers: { 'Content-Type': 'application/json', ...headersOf(prefer) },
      ...(body !== null && method !== 'GET' && { body }),
    }));
    const reply = await send('POST', '/$batch', { json: { requests: items } });
    expect(reply.status).toBe(200);
    for (const { status } of byId(reply).values()) expect(status).toBeLessThan(500);
    const [{ method, url, headers, body } = { method: 'GET', url: '/', headers: {} }] = items;
    const extra = { headers, ...(body !== undefined && { json: body }) };
    expect((await send(method, url, extra)).status).toBeLessThan(500);
  });
  await fc.assert(wild, { numRuns: 150, seed: 20_260_501 });
  expect(failures).toEqual([]);
});
