import { rgbaToThumbHash } from 'thumbhash';
import { describe, expect, it } from 'vitest';
import { averageColour, placeholder } from './thumbhash';

function hashOf(red: number, green: number, blue: number): string {
  const pixels = new Uint8Array(16 * 16 * 4);
  for (let i = 0; i < pixels.length; i += 4) pixels.set([red, green, blue, 255], i);
  return btoa(String.fromCharCode(...rgbaToThumbHash(16, 16, pixels)));
}

describe('a thumbhash', () => {
  it('becomes a PNG as a data: URL', () => {
    expect(placeholder(hashOf(200, 60, 20))).toMatch(/^data:image\/png;base64,iVBOR/);
  });

  it('has the average colour of its picture', () => {
    const [red = 0, green = 0, blue = 0] =
      (averageColour(hashOf(200, 60, 20)) ?? '').match(/\d+/g)?.map(Number) ?? [];
    expect(Math.abs(red - 200)).toBeLessThan(12);
    expect(Math.abs(green - 60)).toBeLessThan(12);
    expect(Math.abs(blue - 20)).toBeLessThan(12);
  });

  it('that is absent, cut or not base64 is simply not drawn', () => {
    for (const broken of [null, '', 'AAA=', '%%%']) {
      expect(placeholder(broken)).toBeNull();
      expect(averageColour(broken)).toBeNull();
    }
  });
});
