// Writes a .gz and a .br beside every text file of a build, so that the server never compresses a static file itself.
import { readdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { brotliCompressSync, constants, gzipSync } from 'node:zlib';

const compressible = /\.(html|js|css|svg|json|webmanifest|txt)$/;
const root = process.argv[2] ?? 'dist';
/** Above it the last per cent would take ten seconds. */
const large = 1 << 20;

for (const entry of await readdir(root, { recursive: true, withFileTypes: true })) {
  if (!entry.isFile() || !compressible.test(entry.name)) continue;
  const path = join(entry.parentPath, entry.name);
  const bytes = await readFile(path);
  const hard = bytes.length < large;
  await writeFile(`${path}.gz`, gzipSync(bytes, { level: hard ? 9 : 6 }));
  await writeFile(
    `${path}.br`,
    brotliCompressSync(bytes, {
      params: {
        [constants.BROTLI_PARAM_QUALITY]: hard ? 11 : 9,
        [constants.BROTLI_PARAM_SIZE_HINT]: bytes.length,
      },
    }),
  );
}
