import { expect, test } from 'vitest';
import { FolderLocked } from '#adapters/sqlite/lock';
import { Denied, StoreUnavailable } from '#ports/errors';
import { ListenFailed } from '#runtime/listen';
import { configFailure, exit, explain, Failure } from '../../../services/cli/failure.ts';

test.each([
  ['a verb that names its own code', new Failure('No policy x.', exit.usage), 2],
  ['a taken port', new ListenFailed('EADDRINUSE', 'Port 1 is taken.'), 2],
  ['a locked folder', new FolderLocked('The folder is in use.'), 2],
  ['a wrong secret', new Denied('AADSTS7000215', 'The client secret is wrong.'), 1],
  ['a full disk', new StoreUnavailable('The disk is full.'), 1],
])('%s is its sentence, without a stack', (_what, error, code) => {
  expect(explain(error)).toEqual({ message: error.message, code });
});

test('a bug keeps its stack: nobody can mend it from a sentence', () => {
  const told = explain(new TypeError('x is undefined'));
  expect(told.code).toBe(1);
  expect(told.message).toMatch(/^unexpected: TypeError: x is undefined\n {4}at /);
  expect(explain('text')).toEqual({ message: 'unexpected: text', code: 1 });
});

test('A configuration tells every problem with its path, one a line', () => {
  const failure = configFailure('/etc/cardwire.yaml', [
    { path: '', message: 'is no YAML', level: 'error' },
    { path: 'policies.0.trigger', message: 'must be written', level: 'error' },
  ]);
  expect(failure.code).toBe(2);
  expect(failure.message).toBe(
    '/etc/cardwire.yaml cannot be used:\n  file: is no YAML\n  policies.0.trigger: must be written',
  );
});
