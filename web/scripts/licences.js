// Writes the licences of what the built interface contains into it: their texts ask for that.
import { readdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';

const root = process.argv[2] ?? 'dist';
const contained = [
  'svelte',
  '@lucide/svelte',
  '@fontsource/newsreader',
  'thumbhash',
  '@noble/hashes',
  'photoswipe',
  'topojson-client',
  'world-atlas',
  'pmtiles',
  'fflate',
  '@mapbox/vector-tile',
  '@mapbox/point-geometry',
  'pbf',
];
/** Of packages that name their licence and leave its text out. */
const texts = join(import.meta.dirname, 'licences');

async function licence(name) {
  const folder = join('node_modules', name);
  const { version } = JSON.parse(await readFile(join(folder, 'package.json'), 'utf8'));
  const file = (await readdir(folder)).find((one) => /^licen[cs]e/i.test(one));
  const text = await readFile(file ? join(folder, file) : join(texts, `${name}.txt`), 'utf8');
  return `${name} ${version}\n\n${text.trim()}\n`;
}

const parts = await Promise.all(contained.map(licence));
await writeFile(join(root, 'licences.txt'), parts.join(`\n${'-'.repeat(80)}\n\n`));
