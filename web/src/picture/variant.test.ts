import { describe, expect, it } from 'vitest';
import { cameraLine, variantFor } from './variant';

const unknown = {
  make: null,
  model: null,
  lens: null,
  focal_length_mm: null,
  aperture: null,
  exposure_s: null,
  iso: null,
};

describe('variantFor', () => {
  it('is the smallest that fills the box, and the largest if none does', () => {
    expect(variantFor(['s', 'm'], 300, 1)).toBe('s');
    expect(variantFor(['s', 'm'], 300, 2)).toBe('m');
    expect(variantFor(['s', 'm'], 900, 2)).toBe('m');
    expect(variantFor(['l', 'xl'], 1440, 1)).toBe('xl');
  });
});

describe('cameraLine', () => {
  it('says what is known and does not say the maker twice', () => {
    const camera = {
      ...unknown,
      make: 'Canon',
      model: 'Canon EOS R5',
      aperture: 2.8,
      exposure_s: 0.004,
      iso: 100,
    };
    expect(cameraLine(camera, String)).toBe('Canon EOS R5 · f/2.8 · 1/250 s · ISO 100');
  });

  it('is empty when nothing is known', () => {
    expect(cameraLine(unknown, String)).toBe('');
  });
});
