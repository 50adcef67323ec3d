import { expect, test, vi } from 'vitest';
import type { Letter } from '#ports/queue';
import type { Bed } from './queue-bed.ts';
import { drain, look, looks, type Reader, read } from './queue-reader.ts';

const bodies: readonly [body: string, why: string][] = [
  ['', 'empty'],
  ['Guten Tag, ü🌲', 'no JSON'],
  ['null', 'no object'],
  ['[1]', 'a list'],
  [JSON.stringify(look(1)), 'no version'],
  [JSON.stringify({ v: 2, ...look(1) }), 'another version'],
  [JSON.stringify({ v: 1, ...look(1), k: 'other' }), 'another kind'],
  [JSON.stringify({ v: 1, ...look(1), m: 7 }), 'a field of another type'],
  [JSON.stringify({ v: 1, k: 'delta', t: 't', b: 'b', f: 1, r: 2, at: 1 }), 'a field missing'],
];

const gotLetters = (reader: Reader, count: number) =>
  vi.waitFor(() => expect(reader.letters).toHaveLength(count), { timeout: 10_000, interval: 5 });

export function spoiledTests(bed: Bed): void {
  test('W-08: a body that nobody understands becomes a letter and is settled; the signals around it arrive', async () => {
    const { queue, raw } = bed();
    await queue.publish(looks(1, 1, '00'));
    for (const [body] of bodies) await raw('00', body);
    await queue.publish(looks(2, 2, '00'));
    const reader = await read(queue, '00', { prefetch: 2, acks: true });
    await reader.got(2);
    await gotLetters(reader, bodies.length);
    expect(reader.letters.map(({ body }) => body).toSorted()).toEqual(bodies.map(([body]) => body).toSorted());
    for (const { queue: name, reason } of reader.letters) {
      expect(name).toContain('00');
      expect(reason).not.toBe('');
    }
    await reader.close();
    expect(reader.ids()).toEqual([1, 2]);
    const later = await read(queue, '00', { acks: true });
    await queue.publish(looks(3, 3, '00'));
    await later.got(1);
    expect(later.letters).toEqual([]);
  });

  test('W-08: a letter that could not be kept is not settled: it comes again', async () => {
    const { queue, raw } = bed();
    await raw('00', 'spoiled');
    let tried = 0;
    const broken = await read(queue, '00', {
      keep: () => {
        tried++;
        return Promise.reject(new Error('the store is away'));
      },
    });
    await vi.waitFor(() => expect(tried).toBeGreaterThan(0), { timeout: 10_000, interval: 5 });
    await broken.close();
    const kept: Letter[] = [];
    const reader = await read(queue, '00', { keep: async (letter) => void kept.push(letter) });
    await gotLetters(reader, 1);
    expect(kept.map(({ body }) => body)).toEqual(['spoiled']);
    await reader.close();
    expect(await drain(queue, '00')).toEqual([]);
  });

  test('W-08: fields that this version does not know are ignored', async () => {
    const { queue, raw } = bed();
    await raw('00', JSON.stringify({ v: 1, ...look(7), colour: 'red' }));
    const reader = await read(queue, '00');
    await reader.got(1);
    expect(reader.signals()).toEqual([look(7)]);
    expect(reader.letters).toEqual([]);
  });
}
