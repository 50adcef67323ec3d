import { expect, test } from 'vitest';
import { Bug, invariant } from '#core/invariant';

test('an invariant that does not hold is a bug with the rule as its message', () => {
  expect(() => invariant(false, 'tokens only grow')).toThrow(new Bug('tokens only grow'));
  expect(() => invariant(0 as unknown, 'x')).toThrow(Bug);
  expect(() => invariant('yes', 'x')).not.toThrow();
});
