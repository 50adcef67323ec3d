import sharp from 'sharp';
import { afterEach, expect, test } from 'vitest';
import { sharpPictures } from '#adapters/pictures/sharp';
import { closingChecks, quiet, quietWithEmptyStore } from '../../support/closing-checks.ts';
import { everyone, SOURCE, Stage, usualPolicy } from '../../support/stage.ts';
import { until } from '../../support/until.ts';
import { contact } from '../../support/worlds.ts';

/** What phones take: 48 KB of base64 text. */
const LIMIT = 36_864;
const policy = usualPolicy({ photos: true });
const options = { pictures: sharpPictures };
let stage: Stage;

afterEach(async () => {
  await closingChecks(stage);
  await stage.close();
});

const noise = (side: number) =>
  sharp({
    create: {
      width: side,
      height: side,
      channels: 3,
      background: '#336699',
      noise: { type: 'gaussian', mean: 128, sigma: 60 },
    },
  });
const plain = (colour: string): Promise<Buffer> =>
  sharp({ create: { width: 64, height: 64, channels: 3, background: colour } })
    .jpeg()
    .toBuffer();
/** Noise with a transparent left half: a file of more than the limit that is no JPEG. */
const transparent = async (): Promise<Buffer> =>
  sharp({ create: { width: 300, height: 300, channels: 4, background: '#00000000' } })
    .composite([{ input: await noise(150).png().toBuffer(), left: 150, top: 0 }])
    .png({ compressionLevel: 0 })
    .toBuffer();
/** Bytes after the end of a picture are no part of it. */
const exactly = async (size: number): Promise<Buffer> => {
  const small = await plain('#993333');
  return Buffer.concat([small, Buffer.alloc(size - small.length)]);
};

const photoPath = (who: string, id: string): string => `/users/${who}/contacts/${id}/photo/$value`;
const named = async (who: string, name: string): Promise<string> => {
  const all = who === SOURCE ? await stage.sources() : await stage.copies(who);
  return all.find((one) => one['displayName'] === name)?.id ?? 'none';
};
async function photo(who: string, name: string): Promise<Buffer | undefined> {
  const answer = await stage.outlook.call('GET', photoPath(who, await named(who, name)));
  return answer.ok ? Buffer.from(await answer.arrayBuffer()) : undefined;
}
async function setPhoto(name: string, bytes: Uint8Array, type = 'image/jpeg'): Promise<void> {
  const answer = await stage.outlook.call('PUT', photoPath(SOURCE, await named(SOURCE, name)), bytes, {
    'Content-Type': type,
  });
  expect(answer.ok, `${answer.status}`).toBe(true);
}
const puts = (): number => stage.writes().filter((line) => line.startsWith('PUT')).length;

test('B-06, F49: large and transparent pictures are made fit, small ones travel byte for byte, sources stay', async () => {
  stage = await Stage.open({ contacts: [contact(1), contact(2), contact(3), contact(4)] });
  const pictures = [await noise(648).jpeg({ quality: 95 }).toBuffer(), await transparent(), await exactly(LIMIT)];
  expect(pictures.map((bytes) => bytes.length > LIMIT)).toEqual([true, true, false]);
  for (const [n, bytes] of pictures.entries())
    await setPhoto(`Person ${n + 1}`, bytes, n === 1 ? 'image/png' : 'image/jpeg');
  const system = await stage.system([policy], options);
  await until('all have their photos', () => puts() === 9);
  for (const who of everyone) {
    const copies = await Promise.all([1, 2, 3].map((n) => photo(who, `Person ${n}`)));
    for (const bytes of copies) {
      expect(bytes?.subarray(0, 3).toString('hex')).toBe('ffd8ff');
      expect(bytes?.length).toBeLessThanOrEqual(LIMIT);
    }
    expect(copies[2]).toEqual(pictures[2]);
    expect(await photo(who, 'Person 4')).toBeUndefined();
  }
  await quiet(stage, system);
  await quietWithEmptyStore(stage, system, policy, options);
  for (const [n, bytes] of pictures.entries()) expect(await photo(SOURCE, `Person ${n + 1}`)).toEqual(bytes);
});

test('B-06: another photo reaches every copy once; a field that changes sends no photo', async () => {
  stage = await Stage.open({ contacts: [contact(1)] });
  const [first, second] = [await plain('#336699'), await plain('#996633')];
  await setPhoto('Person 1', first);
  const system = await stage.system([policy], options);
  await until('all have the first', () => puts() === 3);
  await stage.outlook.edit(SOURCE, await named(SOURCE, 'Person 1'), { jobTitle: 'Captain' });
  await stage.have(1, everyone, (copy) => copy['jobTitle'] === 'Captain');
  expect(puts()).toBe(3);
  await setPhoto('Person 1', second);
  await until('all have the second', () => puts() === 6);
  for (const who of everyone) expect(await photo(who, 'Person 1')).toEqual(second);
  await quiet(stage, system);
  expect(puts()).toBe(6);
});

test('photos stay at home unless the policy sends them', async () => {
  stage = await Stage.open({ contacts: [contact(1)] });
  await setPhoto('Person 1', await plain('#336699'));
  const system = await stage.system([usualPolicy()], options);
  await stage.have(1);
  await quiet(stage, system);
  expect(puts()).toBe(0);
  expect(await photo(everyone[0] ?? '', 'Person 1')).toBeUndefined();
});
