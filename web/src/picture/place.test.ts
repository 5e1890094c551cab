import { describe, expect, it } from 'vitest';
import { placeLine } from './place';

describe('placeLine', () => {
  it('goes from the town to the country', () => {
    const place = { name: 'Cancale', region: 'Bretagne', country: 'France', country_code: 'FR' };
    expect(placeLine(place)).toBe('Cancale, Bretagne, France');
    expect(placeLine({ ...place, region: null })).toBe('Cancale, France');
  });

  it('says nothing twice', () => {
    expect(placeLine({ name: 'Monaco', region: null, country: 'Monaco', country_code: 'MC' })).toBe('Monaco');
  });

  it('is empty where there is no place', () => {
    expect(placeLine(null)).toBe('');
    expect(placeLine(undefined)).toBe('');
  });
});
