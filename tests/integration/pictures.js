// Pictures for the tests: each of another colour, so that no two are the same bytes.
import { mkdir, writeFile } from "node:fs/promises";
import { dirname, join } from "node:path";
import { png } from "../browser/pictures.js";

/** The n-th picture; n below 16 million. */
export function picture(n, width = 320, height = 200) {
  return png(
    width,
    height,
    [n & 255, (n >> 8) & 255, (n >> 16) & 255].map((c) => c ^ 0x80),
  );
}

/** Writes files below `folder`; returns their paths. */
export async function write(folder, files) {
  for (const [name, bytes] of Object.entries(files)) {
    await mkdir(dirname(join(folder, name)), { recursive: true });
    await writeFile(join(folder, name), bytes);
  }
  return Object.keys(files).map((name) => join(folder, name));
}
