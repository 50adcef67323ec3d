import fc from 'fast-check';
import { expect, test } from 'vitest';
import { Bug } from '#core/invariant';
import {
  folderIsOurs,
  formatFolderStamp,
  formatStamp,
  ours,
  parseStamp,
  type Stamp,
  stampedByAny,
  stampGuid,
} from '#core/stamp';
import { hostileText } from './arbitraries.ts';
import { always } from './property.ts';

const where = { installation: 'contoso', policy: 'sales', mailbox: 'hkQnExFcI7LM7yqm' };
const stamp: Stamp = {
  ...where,
  card: 'a96400b2-c36a-58ee-bb78-3b37b2f68c96',
  made: 'created',
  attempt: 1_700_000_000_000,
  nonce: 'n1',
};
const text = '1|contoso|sales|hkQnExFcI7LM7yqm|a96400b2-c36a-58ee-bb78-3b37b2f68c96|c|1700000000000|n1';
const SETTLE = 180_000;

const someStamp: fc.Arbitrary<Stamp> = fc.record({
  installation: hostileText,
  policy: hostileText,
  mailbox: hostileText,
  card: hostileText,
  made: fc.constantFrom<Stamp['made']>('created', 'adopted'),
  attempt: fc.maxSafeNat(),
  nonce: hostileText,
});

test('the format is the one that lies in mailboxes already', () => {
  expect(stampGuid).toBe('8f2b6c54-0d3e-4a71-9b65-e1c47a90d2f3');
  expect(formatStamp(stamp)).toBe(text);
  expect(formatStamp({ ...stamp, made: 'adopted' })).toBe(text.replace('|c|', '|a|'));
  expect(formatFolderStamp(where)).toBe('1|contoso|sales|hkQnExFcI7LM7yqm');
});

test('a stamp survives the way through a mailbox, whatever its ids are, in plain ASCII', () => {
  always(someStamp, (any) => {
    const written = formatStamp(any);
    expect(written).toMatch(/^[!-~]*$/);
    expect(parseStamp(written)).toEqual(any);
    expect(stampedByAny(written)).toBe(true);
  });
});

test('two stamps have one text only if they are one stamp', () => {
  const close = fc.string({ unit: fc.constantFrom('|', '%', 'a', '0', '7'), maxLength: 6 });
  always(fc.tuple(close, close, close, close), ([a, b, c, d]) => {
    const [one, two] = [
      { ...stamp, installation: a, policy: b },
      { ...stamp, installation: c, policy: d },
    ];
    expect(formatStamp(one) === formatStamp(two)).toBe(a === c && b === d);
  });
});

test.each([
  '',
  '1',
  'withdrawn',
  text.replace('1|', '2|'),
  `${text}|`,
  `${text}|x`,
  text.replace('|c|', '|x|'),
  text.replace('17000', '017000'),
  text.replace('1700000000000', '1e12'),
  text.replace('1700000000000', '99999999999999999999'),
  text.replace('sales', 'sa les'),
  text.replace('sales', '%0073ales'),
  text.replace('sales', '%zz'),
  text.replace('|n1', ''),
  formatFolderStamp(where),
])("I9: %j is nobody's stamp", (other) => {
  expect(parseStamp(other)).toBeUndefined();
  expect(stampedByAny(other)).toBe(false);
  expect(ours({ stamp: other, created: stamp.attempt }, where, SETTLE)).toBeUndefined();
});

test('any text at all is a stamp or none, without an error, and stamps have one spelling', () => {
  always(
    fc.oneof(
      hostileText,
      hostileText.map((part) => text.replace('sales', part)),
    ),
    (any) => {
      const parsed = parseStamp(any);
      if (parsed) expect(formatStamp(parsed)).toBe(any);
    },
  );
});

test('PROTOCOL 2.4: a created item is ours within the time that its create may have taken', () => {
  const at = (created: number) => ours({ stamp: text, created }, where, SETTLE);
  expect(at(stamp.attempt)).toEqual(stamp);
  expect(at(stamp.attempt + SETTLE)).toEqual(stamp);
  expect(at(stamp.attempt - SETTLE)).toEqual(stamp);
  expect(at(stamp.attempt + SETTLE + 1)).toBeUndefined();
  expect(at(stamp.attempt - SETTLE - 1)).toBeUndefined();
  expect(at(Number.NaN)).toBeUndefined();
});

test('PROTOCOL 2.4: an adopted item is ours if it was there before; a copy that its user made of it is not', () => {
  const adopted = formatStamp({ ...stamp, made: 'adopted' });
  expect(ours({ stamp: adopted, created: 0 }, where, SETTLE)?.made).toBe('adopted');
  expect(ours({ stamp: adopted, created: stamp.attempt + 1 }, where, SETTLE)).toBeUndefined();
});

test('I9: an item without our stamp, or of another installation, policy or mailbox, is not ours', () => {
  expect(ours({ created: stamp.attempt }, where, SETTLE)).toBeUndefined();
  for (const part of ['installation', 'policy', 'mailbox'] as const) {
    expect(ours({ stamp: text, created: stamp.attempt }, { ...where, [part]: 'other' }, SETTLE)).toBeUndefined();
    expect(folderIsOurs(formatFolderStamp(where), { ...where, [part]: 'other' })).toBe(false);
  }
  expect(stampedByAny(undefined)).toBe(false);
});

test('K-20: a folder is ours by its mark only', () => {
  expect(folderIsOurs(formatFolderStamp(where), where)).toBe(true);
  for (const mark of [undefined, '', text, '1|contoso|sales', 'Contacts'])
    expect(folderIsOurs(mark, where)).toBe(false);
  always(fc.tuple(hostileText, hostileText, hostileText), ([installation, policy, mailbox]) => {
    const place = { installation, policy, mailbox };
    expect(folderIsOurs(formatFolderStamp(place), place)).toBe(true);
  });
});

test('a stamp without a time would lose the item that it marks: it is not written', () => {
  for (const attempt of [Number.NaN, Number.POSITIVE_INFINITY, -1])
    expect(() => formatStamp({ ...stamp, attempt })).toThrow(Bug);
  expect(parseStamp(formatStamp({ ...stamp, attempt: 5.4 }))?.attempt).toBe(5);
});
