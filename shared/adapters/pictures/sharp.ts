import sharp from 'sharp';
import type { Pictures } from '#ports/pictures';

/** 48 KB of base64 text, the most that ActiveSync carries ([MS-ASCNTC] 2.2.2.58; field case F49). */
const LIMIT = 36_864;
/** Sides and qualities that are tried, the best first. */
const TRIES: readonly (readonly [side: number, quality: number])[] = [
  [648, 85],
  [504, 80],
  [360, 80],
  [240, 80],
  [240, 60],
  [120, 60],
];

const isJpeg = (bytes: Uint8Array): boolean => bytes[0] === 0xff && bytes[1] === 0xd8 && bytes[2] === 0xff;

/** Pictures by libvips. Transparent parts become white: JPEG knows none. */
export const sharpPictures: Pictures = {
  async fit(bytes) {
    if (isJpeg(bytes) && bytes.length <= LIMIT) return bytes;
    try {
      for (const [side, quality] of TRIES) {
        const jpeg = await sharp(bytes, { limitInputPixels: 50_000_000 })
          .rotate()
          .flatten({ background: '#ffffff' })
          .resize(side, side, { fit: 'inside', withoutEnlargement: true })
          .jpeg({ quality })
          .toBuffer();
        if (jpeg.length <= LIMIT) return jpeg;
      }
    } catch {
      return undefined; // No picture, or one that nothing can read: the contact travels without.
    }
    return undefined;
  },
};
