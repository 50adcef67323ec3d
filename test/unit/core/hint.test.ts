import { expect, test } from 'vitest';
import { hintItem, hintOf } from '#core/hint';

test('F40: hints tell capitals from small letters in item ids', () => {
  expect(hintOf('AAMkAAA=', 'W/"1"')).not.toBe(hintOf('AAMkaaA=', 'W/"1"'));
});

test('a hint names its item whatever the etag, and tells one etag from another', () => {
  expect(hintItem(hintOf('a', 'W/"1"'))).toBe(hintItem(hintOf('a')));
  expect(hintOf('a', 'W/"1"')).not.toBe(hintOf('a', 'W/"2"'));
  expect(hintOf('a')).not.toBe(hintOf('a', ''));
});
