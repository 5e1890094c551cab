// Pictures for the tests: each of another colour, so that no two are the same bytes.
import { randomBytes } from "node:crypto";
import { mkdir, writeFile } from "node:fs/promises";
import { dirname, join } from "node:path";
import { crc32 } from "node:zlib";
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

/** The n-th picture, about so many bytes long: what makes it so is a chunk that no reader knows. */
export function large(n, bytes) {
  const small = picture(n);
  const body = Buffer.concat([Buffer.from("ruBb", "latin1"), randomBytes(bytes)]);
  const framed = Buffer.alloc(body.length + 8);
  framed.writeUInt32BE(body.length - 4, 0);
  body.copy(framed, 4);
  framed.writeUInt32BE(crc32(body), body.length + 4);
  const end = small.length - 12; // IEND
  return Buffer.concat([small.subarray(0, end), framed, small.subarray(end)]);
}
