import { expect, test } from 'vitest';
import { progress } from '../../../services/cli/progress.ts';

test('without a terminal progress is a line a tenth, so that logs stay short', () => {
  const told: string[] = [];
  const bar = progress('customers', false, (text) => told.push(text));
  for (let done = 0; done <= 1000; done++) bar.update(done, 1000);
  bar.stop();
  expect(told).toHaveLength(11);
  expect(told[0]).toBe('customers: 0 of 1000');
  expect(told.at(-1)).toBe('customers: 1000 of 1000');
});

test('nothing to do is done', () => {
  const told: string[] = [];
  progress('customers', false, (text) => told.push(text)).update(0, 0);
  expect(told).toEqual(['customers: 0 of 0']);
});
