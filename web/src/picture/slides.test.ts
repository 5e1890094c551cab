import { describe, expect, it } from 'vitest';
import type { MonthColumns, Photo } from '../api/client';
import { originalFor, sharpUpTo, slideOfColumns, slideOfPhoto, zoomLevels } from './slides';

const photo = {
  id: 'a',
  media: { key: 'k' },
  width: 6000,
  height: 4000,
  thumbhash: 'hash',
  state: 'ready',
  rotation: 0,
  incomplete: false,
  content_type: 'image/jpeg',
  size: 8_000_000,
} as Photo;

describe('a slide', () => {
  it('offers every size that says something new, by its real width', () => {
    expect(slideOfPhoto(photo).srcset).toBe(
      '/media/k/m.webp 640w, /media/k/l.webp 1280w, /media/k/xl.webp 2560w',
    );
    expect(slideOfPhoto({ ...photo, width: 3000, height: 4000 }).srcset).toBe(
      '/media/k/m.webp 480w, /media/k/l.webp 960w, /media/k/xl.webp 1920w',
    );
  });

  it('stops at the size that holds all of a small photo', () => {
    const small = slideOfPhoto({ ...photo, width: 90, height: 60 });
    expect(small.srcset).toBe('/media/k/m.webp 90w');
    expect(small.src).toBe('/media/k/m.webp');
    expect(slideOfPhoto({ ...photo, width: 1280, height: 9 }).src).toBe('/media/k/l.webp');
  });

  it('has no picture while it is being prepared, or where it failed', () => {
    for (const state of ['processing', 'failed'] as const) {
      const bare = slideOfPhoto({ ...photo, state });
      expect(bare).not.toHaveProperty('src');
      expect(bare).not.toHaveProperty('srcset');
    }
  });

  it('is the same from the page’s columns as from the photo', () => {
    const columns = {
      id: ['z', 'a'],
      key: ['y', 'k'],
      width: [1, 6000],
      height: [1, 4000],
      thumbhash: [null, 'hash'],
      state: ['ready', 'ready'],
    } as unknown as MonthColumns;
    expect(slideOfColumns(columns, 1)).toEqual(slideOfPhoto(photo));
    expect(slideOfColumns(columns, 0)?.hash).toBeNull();
    expect(slideOfColumns(columns, 2)).toBeNull();
  });
});

describe('originalFor', () => {
  it('is the file itself where a browser shows it as we do', () => {
    expect(originalFor(photo)).toBe('/api/v1/photos/a/original 6000w');
  });

  it('is nothing where it would be turned, cut, not understood, a burden, or no larger', () => {
    for (const other of [
      { rotation: 90 },
      { incomplete: true },
      { content_type: 'image/heic' },
      { size: 90_000_000 },
      { width: 2560, height: 1000 },
    ] as Partial<Photo>[]) {
      expect(originalFor({ ...photo, ...other }), JSON.stringify(other)).toBeNull();
    }
  });
});

describe('zooming', () => {
  it('a double tap shows real pixels, whatever the screen’s density', () => {
    expect(zoomLevels(0.24, 1)).toEqual({ secondary: 1, max: 2 });
    expect(zoomLevels(0.2, 2)).toEqual({ secondary: 0.5, max: 1 });
  });

  it('never goes below what fits', () => {
    expect(zoomLevels(0.9, 2)).toEqual({ secondary: 0.9, max: 1.8 });
  });

  it('knows from which width our largest picture is stretched', () => {
    expect(sharpUpTo(slideOfPhoto(photo), 2)).toBeCloseTo(1408);
  });
});
