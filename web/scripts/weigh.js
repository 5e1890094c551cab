// Fails where a build has grown above what a page may fetch before its first picture: the scripts that index.html names.
import { readFile, stat } from 'node:fs/promises';
import { join } from 'node:path';

const root = process.argv[2] ?? 'dist';
/** 60 KiB as Brotli leaves them is what is promised (bench/web.py): what is left is the search field's, fetched a little later. */
const atMost = 57 * 1024;

const page = await readFile(join(root, 'index.html'), 'utf8');
const scripts = new Set(Array.from(page.matchAll(/(?:src|href)="\/([^"]+\.js)"/g), ([, file]) => file));
const sizes = await Promise.all(
  Array.from(scripts, async (file) => (await stat(join(root, `${file}.br`))).size),
);
const bytes = sizes.reduce((sum, size) => sum + size, 0);
const said = `${(bytes / 1024).toFixed(1)} KiB of scripts before the first picture, of ${atMost / 1024}`;
if (scripts.size === 0 || bytes > atMost) {
  console.error(`${said}. What is not needed at once is imported later: web/vite.config.ts has the parts.`);
  process.exit(1);
}
console.log(said);
