import { expect, test } from 'vitest';
import { openBed } from './receiver-bed.ts';

const question = '?validationToken=Validation%3A+100%25+sure%2Bok+%3Cb%3E+%C3%BC';
const answer = 'Validation: 100% sure+ok <b> ü';

test.each([
  ['an empty body', {}],
  ['plain text', { headers: { 'Content-Type': 'text/plain; charset=utf-8' }, body: '' }],
  ['a JSON body', { headers: { 'Content-Type': 'application/json' }, body: '{}' }],
])('W-01, F30: the token is decoded once and answered as plain text, with %s', async (_name, init) => {
  const bed = await openBed();
  for (const door of [bed.url, `${bed.url}/lifecycle`]) {
    const response = await fetch(door + question, { method: 'POST', ...init });
    expect(response.status).toBe(200);
    expect(response.headers.get('content-type')).toMatch(/^text\/plain/);
    expect(response.headers.get('x-content-type-options')).toBe('nosniff');
    expect(await response.text()).toBe(answer);
  }
  expect(bed.counters()).toMatchObject({ handshakes: 2, accepted: 0 });
});

test('W-01: other parameters of the address stay, whatever a stranger puts into the token', async () => {
  const bed = await openBed();
  for (const token of ['%', '%zz', '<script>alert(1)</script>', 'a&b=c', '𝄞', '%25']) {
    const response = await fetch(`${bed.url}?tenant=t1&validationToken=${encodeURIComponent(token)}`, {
      method: 'POST',
    });
    expect([response.status, await response.text()]).toEqual([200, token]);
  }
  const broken = await fetch(`${bed.url}?validationToken=%zz`, { method: 'POST' });
  expect([broken.status, await broken.text()]).toEqual([200, '%zz']);
});
