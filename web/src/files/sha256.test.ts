import { describe, expect, it } from 'vitest';
import { base64OfHex, hex } from './hex';
import { digest } from './sha256';

const { subtle } = crypto;

describe('digest', () => {
  it('is the SHA-256 of FIPS 180-4, with the browser’s own digest and without it', async () => {
    for (const own of [subtle, undefined]) {
      expect(await digest(new Blob(['abc']), own)).toBe(
        'ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad',
      );
      expect(await digest(new Blob([]), own)).toBe(
        'e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855',
      );
    }
  });

  it('of a file of many pieces is that of the whole', async () => {
    const bytes = new Uint8Array(20 * 1024 * 1024 + 7).map((_, index) => (index * 31 + (index >> 9)) & 255);
    const expected = hex(new Uint8Array(await subtle.digest('SHA-256', bytes)));
    expect(await digest(new Blob([bytes]), subtle)).toBe(expected);
  });

  it('never has more than a piece of a large file in memory', async () => {
    const whole = new Blob([new Uint8Array(20 * 1024 * 1024)]);
    let largest = 0;
    const watched = {
      size: whole.size,
      arrayBuffer: () => Promise.reject(new Error('the whole file was read')),
      slice: (from: number, to: number) => {
        const part = whole.slice(from, to);
        largest = Math.max(largest, part.size);
        return part;
      },
    } as unknown as Blob;
    await digest(watched, subtle);
    expect(largest).toBeLessThanOrEqual(8 * 1024 * 1024);
  });

  it('fails as the reading fails', async () => {
    const gone = { size: 3, arrayBuffer: () => Promise.reject(new Error('gone')) } as unknown as Blob;
    await expect(digest(gone, subtle)).rejects.toThrow('gone');
  });
});

describe('base64OfHex', () => {
  it('says the same bytes as hex', () => {
    expect(base64OfHex('ba7816bf8f01cfea')).toBe('ungWv48Bz+o=');
  });
});
