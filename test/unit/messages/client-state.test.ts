import fc from 'fast-check';
import { expect, test } from 'vitest';
import { mailboxKey } from '#core/identity';
import { clientState, subscriberOf } from '#messages/client-state';

const secret = fc.string({ minLength: 1 });
const tenant = fc.stringMatching(/^[a-z0-9-]{1,32}$/);
const mailbox = fc.uuid().map((id) => mailboxKey(id, id));

test('W-01: what was made with a secret is recognised with it, and fits into Graph’s 128 characters', () => {
  fc.assert(
    fc.property(secret, tenant, mailbox, (key, t, m) => {
      const state = clientState(key, t, m);
      expect(state.length).toBeLessThanOrEqual(128);
      expect(subscriberOf(key, state)).toEqual({ tenant: t, mailbox: m });
    }),
  );
});

test('W-01: any other secret, tenant, mailbox or letter is refused', () => {
  fc.assert(
    fc.property(secret, secret, tenant, mailbox, fc.nat(), (key, other, t, m, at) => {
      fc.pre(key !== other);
      const state = clientState(key, t, m);
      expect(subscriberOf(other, state)).toBeUndefined();
      const index = at % state.length;
      const changed = state.slice(0, index) + (state[index] === 'A' ? 'B' : 'A') + state.slice(index + 1);
      // The last letter of 43 carries four bits only, so two letters there may mean the same bytes.
      fc.pre(index !== state.length - 1);
      expect(subscriberOf(key, changed)).toBeUndefined();
    }),
  );
});

test.each([undefined, null, 1, '', 'a.b.c', {}, ['a']])('%j is nobody’s clientState', (value) => {
  expect(subscriberOf('secret', value)).toBeUndefined();
});
