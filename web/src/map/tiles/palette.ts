// The colours of one's own tiles: those of the page, light or dark.
import type { Area, Way } from './schema';

export type Palette = Record<Area | Way | 'land' | 'text' | 'halo', string>;

const light: Palette = {
  land: '#faf9f7',
  water: '#dfe6e8',
  green: '#e9efe2',
  bare: '#f4f0e8',
  built: '#f3f1ed',
  building: '#e6e2db',
  river: '#cfdadd',
  ferry: '#b9c8cc',
  path: '#ddd7cd',
  street: '#e9e4db',
  road: '#e0d6c2',
  motorway: '#d8c49c',
  rail: '#cfcac2',
  region: '#c9c4bb',
  country: '#a39d92',
  text: '#3c3a36',
  halo: '#faf9f7',
};

const dark: Palette = {
  land: '#262523',
  water: '#151c21',
  green: '#252b23',
  bare: '#2b2925',
  built: '#2b2a28',
  building: '#35332f',
  river: '#1d272d',
  ferry: '#2c3a41',
  path: '#3b3935',
  street: '#383631',
  road: '#454037',
  motorway: '#5a4f3b',
  rail: '#44423e',
  region: '#4a4742',
  country: '#6e6a62',
  text: '#d8d5ce',
  halo: '#1b1a19',
};

export const paletteFor = (isDark: boolean): Palette => (isDark ? dark : light);
