import { expect, test } from 'vitest';
import { printable, shortMs, table, when } from '../../../services/cli/table.ts';

test('columns are as wide as their widest cell, numbers to the right, no space at the end of a line', () => {
  const text = table([
    ['mailbox', 'create', 'note'],
    ['ann@contoso.test', 3, ''],
    ['bo@c.test', 1200, 'late'],
  ]);
  expect(text.split('\n')).toEqual([
    'mailbox           create  note',
    'ann@contoso.test       3',
    'bo@c.test           1200  late',
  ]);
});

test('a letter outside the basic plane counts as one', () => {
  expect(
    table([
      ['a', 'b'],
      ['𝒜𝒜', 'x'],
    ]),
  ).toBe('a   b\n𝒜𝒜  x');
});

test('names from mailboxes cannot steer a terminal or turn its text around', () => {
  expect(printable('Ann\u001b[2J\u0007 \u202eeNNa\r\n\u009b1A')).toBe('Ann[2J eNNa1A');
  expect(printable('Zoë 王小明 👩')).toBe('Zoë 王小明 👩');
});

test('times read as people say them', () => {
  expect([shortMs(0), shortMs(999), shortMs(1000), shortMs(61_234)]).toEqual(['0 ms', '999 ms', '1.0 s', '61.2 s']);
  expect(when(0)).toBe('never');
  expect(when(Date.UTC(2026, 0, 2, 3, 4, 5))).toBe('2026-01-02 03:04:05');
});
