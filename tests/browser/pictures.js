// Valid PNG files, made here: each of another colour, so that no two are the same bytes.
import { crc32, deflateSync } from "node:zlib";

/** A soft gradient of one hue, `width` by `height` pixels. */
export function png(width, height, [red, green, blue]) {
  const rows = Buffer.alloc((width * 3 + 1) * height);
  for (let y = 0; y < height; y++) {
    const line = y * (width * 3 + 1);
    for (let x = 0; x < width; x++) {
      const light = 0.4 + (0.6 * (x + y)) / (width + height);
      rows.set(
        [red * light, green * light, blue * light].map(Math.round),
        line + 1 + x * 3,
      );
    }
  }
  return framed(width, height, rows);
}

/** The same picture at any size, another one for each seed; `text` stands in its metadata and changes no pixel. */
export function scene(width, height, seed, text = "") {
  const rows = Buffer.alloc((width * 3 + 1) * height);
  const wave = (x, y, n) =>
    Math.sin(
      (x * ((seed * n) % 5) + y * ((seed + 2 * n) % 4) + x * y * n) * 6 +
        seed * n * 1.7,
    );
  for (let y = 0; y < height; y++)
    for (let x = 0; x < width; x++) {
      const [u, v] = [(x + 0.5) / width, (y + 0.5) / height];
      const light = 128 + 40 * (wave(u, v, 1) + wave(u, v, 2) + wave(v, u, 3));
      rows.set(
        [light, light * 0.8 + 20, 200 - light * 0.5].map((value) =>
          Math.min(255, Math.max(0, Math.round(value))),
        ),
        y * (width * 3 + 1) + 1 + x * 3,
      );
    }
  const comment = Buffer.from(`Comment\0${text}`, "latin1");
  return framed(width, height, rows, chunk("tEXt", comment));
}

function framed(width, height, rows, more = Buffer.alloc(0)) {
  const header = Buffer.alloc(13);
  header.writeUInt32BE(width, 0);
  header.writeUInt32BE(height, 4);
  // Eight bits a sample, RGB.
  header.set([8, 2, 0, 0, 0], 8);
  const signature = Buffer.from([
    0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a,
  ]);
  return Buffer.concat([
    signature,
    chunk("IHDR", header),
    more,
    chunk("IDAT", deflateSync(rows)),
    chunk("IEND", Buffer.alloc(0)),
  ]);
}

export function chunk(type, data) {
  const body = Buffer.concat([Buffer.from(type, "latin1"), data]);
  const framed = Buffer.alloc(body.length + 8);
  framed.writeUInt32BE(data.length, 0);
  body.copy(framed, 4);
  framed.writeUInt32BE(crc32(body), body.length + 4);
  return framed;
}
