import sharp from 'sharp';
import { expect, test } from 'vitest';
import { sharpPictures } from '#adapters/pictures/sharp';

const LIMIT = 36_864;

/** Pixels that no encoder can make small: a fixed sequence, so that every run measures the same picture. */
function noise(side: number, channels: 3 | 4): ReturnType<typeof sharp> {
  const pixels = Buffer.alloc(side * side * channels);
  let state = 7;
  for (let i = 0; i < pixels.length; i++) {
    state = (Math.imul(state, 1_103_515_245) + 12_345) >>> 0;
    pixels[i] = state >>> 24;
  }
  return sharp(pixels, { raw: { width: side, height: side, channels } });
}

const kind = async (bytes: Uint8Array | undefined) => {
  const { format, width = 0, height = 0 } = await sharp(bytes).metadata();
  return { format, width, height };
};

test('F49: a photo of 300 KB becomes a JPEG that a phone takes, as large as fits', async () => {
  const photo = await noise(648, 3).jpeg({ quality: 90 }).toBuffer();
  expect(photo.length).toBeGreaterThan(300_000);
  const fitted = await sharpPictures.fit(photo);
  expect(fitted?.length).toBeLessThanOrEqual(LIMIT);
  const { format, width, height } = await kind(fitted);
  expect(format).toBe('jpeg');
  expect(width).toBe(height);
  expect(width).toBeGreaterThanOrEqual(120);
});

test('F49: a PNG with transparency becomes a JPEG on white', async () => {
  const image = sharp({
    create: { width: 200, height: 100, channels: 4, background: { r: 255, g: 0, b: 0, alpha: 0 } },
  });
  const fitted = await sharpPictures.fit(await image.png().toBuffer());
  expect(await kind(fitted)).toEqual({ format: 'jpeg', width: 200, height: 100 });
  const [red, green, blue] = await sharp(fitted).raw().toBuffer();
  expect([red, green, blue].every((value) => (value ?? 0) > 250)).toBe(true);
});

test('F49: a JPEG of exactly the limit stays byte for byte; one byte more is made smaller', async () => {
  const small = await noise(100, 3).jpeg({ quality: 60 }).toBuffer();
  const exact = Buffer.concat([small, Buffer.alloc(LIMIT - small.length)]);
  expect(await sharpPictures.fit(exact)).toBe(exact);
  const over = Buffer.concat([small, Buffer.alloc(LIMIT - small.length + 1)]);
  const fitted = await sharpPictures.fit(over);
  expect(fitted).not.toEqual(over);
  expect(fitted?.length).toBeLessThanOrEqual(LIMIT);
});

test('F49: fitting again what was fitted changes nothing, so that a second run writes nothing', async () => {
  const once = (await sharpPictures.fit(await noise(400, 4).png().toBuffer())) as Uint8Array;
  expect(await sharpPictures.fit(once)).toBe(once);
});

test('F49: a phone held sideways: the turn that the camera noted becomes pixels', async () => {
  const sideways = await noise(400, 3)
    .resize(900, 600, { fit: 'fill' })
    .withMetadata({ orientation: 6 })
    .jpeg()
    .toBuffer();
  const { width, height } = await kind(await sharpPictures.fit(sideways));
  expect(height).toBeGreaterThan(width);
});

test.each([
  ['no picture', Buffer.from('<html>not found</html>')],
  ['nothing at all', Buffer.alloc(0)],
  ['a picture cut off in its header', Buffer.from([0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a])],
])('%s is no photo, and no error', async (_what, bytes) => {
  expect(await sharpPictures.fit(bytes)).toBeUndefined();
});
