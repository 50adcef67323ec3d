import { afterEach, expect, test } from 'vitest';
import { instantText } from '#core/birthday';

const zone = process.env['TZ'];
afterEach(() => {
  if (zone === undefined) delete process.env['TZ'];
  else process.env['TZ'] = zone;
});

test.each([
  ['1604-06-20T00:00:00Z', '1604-06-20T00:00:00Z'],
  ['1604-02-29T11:59:00Z', '1604-02-29T11:59:00Z'],
  ['1899-12-31T00:00:00.0000000Z', '1899-12-31T00:00:00Z'],
  ['0001-01-01T00:00:00Z', '0001-01-01T00:00:00Z'],
  ['0099-12-31T23:59:59Z', '0099-12-31T23:59:59Z'],
  ['1986-05-30', '1986-05-30T00:00:00Z'],
  ['1986-05-30T11:59:00', '1986-05-30T11:59:00Z'],
  ['1980-03-01T00:30:00+01:00', '1980-02-29T23:30:00Z'],
  ['1980-02-29T23:30-05:30', '1980-03-01T05:00:00Z'],
])('F07: birthday %s is the instant %s', (written, instant) => {
  expect(instantText(written)).toBe(instant);
});

test.each([
  '',
  'soon',
  '1981-02-29',
  '1980-13-01',
  '1980-00-10',
  '1980-01-01T24:00:00Z',
  '1980-01-01T10:60:00Z',
  '0000-01-01T00:00:00+01:00',
  '1980-01-01T00:00:00Zzz',
  ' 1980-01-01',
])('birthday %j is no date', (written) => {
  expect(instantText(written)).toBeUndefined();
});

test.each(['Pacific/Auckland', 'America/Los_Angeles', 'Asia/Kolkata'])(
  'F08: birthdays stand still in zone %s',
  (name) => {
    process.env['TZ'] = name;
    expect(new Date(0).getTimezoneOffset(), 'the zone is in force').not.toBe(0);
    for (const day of ['1980-03-01T00:00:00Z', '1980-03-01T11:59:00Z', '1980-02-29T22:00:00Z', '2001-10-28T23:30:00Z'])
      expect(instantText(day)).toBe(day);
  },
);
