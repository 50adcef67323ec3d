import fc from 'fast-check';
import { expect, test } from 'vitest';
import type { GraphRequest } from '../../../services/graph-simulator/engine/wire.ts';
import { ann, smallWorld, told } from './small-world.ts';

const segment = fc.oneof(
  fc.constantFrom(
    ...[
      'users',
      'groups',
      'contacts',
      'contactFolders',
      'childFolders',
      'delta',
      'delta()',
      'photo',
      '$value',
      '$count',
    ],
    ...[
      'mailboxSettings',
      'userPurpose',
      'translateExchangeIds',
      'permanentDelete',
      'members',
      ann,
      "users('x')",
      '%',
      '%E0%A4%A',
    ],
  ),
  fc.string(),
  fc.base64String(),
);
const path = fc.array(segment, { maxLength: 6 }).map((parts) => `/${parts.join('/')}`);
const deep = fc
  .array(segment, { maxLength: 4 })
  .map((parts) => `/users/${ann}/${['contacts', 'contactFolders'][parts.length % 2]}/${parts.join('/')}`);
const option = fc.tuple(
  fc.constantFrom(
    '$filter',
    '$select',
    '$top',
    '$skip',
    '$orderby',
    '$expand',
    '$count',
    '$skiptoken',
    '$deltatoken',
    'x',
  ),
  fc.oneof(
    fc.string(),
    fc.constantFrom(
      "displayName eq 'a'",
      'not (a',
      "singleValueExtendedProperties/any(e:e/id eq 'String 0x1' and e/value eq '')",
    ),
    fc.constantFrom(
      'singleValueExtendedProperties($filter=id eq 1)',
      '-1',
      '1e9',
      'id,displayName',
      '%',
      'assignedLicenses/$count ne 0',
    ),
  ),
);
const query = fc.array(option, { maxLength: 3 }).map((pairs) => pairs.map((pair) => pair.join('=')).join('&'));
const names = [
  'displayName',
  'emailAddresses',
  'homeAddress',
  'birthday',
  'singleValueExtendedProperties',
  '__proto__',
  'inputIds',
];
const body = fc.oneof(
  fc.anything(),
  fc.dictionary(fc.constantFrom(...names), fc.jsonValue()),
  fc.dictionary(fc.string(), fc.jsonValue()),
);
const request: fc.Arbitrary<GraphRequest> = fc.record({
  method: fc.constantFrom('GET', 'POST', 'PATCH', 'PUT', 'DELETE'),
  path: fc.oneof(path, deep),
  query,
  headers: fc.dictionary(fc.constantFrom('prefer', 'if-match', 'consistencylevel', 'content-type'), fc.string()),
  body,
});

test('graph 6: whatever is sent, the answer is a success or an error envelope, and never a 5xx but the documented one', () => {
  const { engine } = smallWorld({
    generated: { flavour: 'people', seed: 1, count: 5 },
    folders: [{ displayName: 'Team' }],
  });
  fc.assert(
    fc.property(request, (sent) => {
      const { status, body: answered } = told(sent, engine);
      if (status < 400) return;
      expect(answered).toMatchObject({ error: { code: expect.any(String), message: expect.any(String) } });
      expect(status === 500 ? sent.query : '').toContain(status === 500 ? '$expand' : '');
      expect(status).toBeLessThan(501);
    }),
    { numRuns: 5000, seed: 7 },
  );
});
