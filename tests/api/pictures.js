// Valid pictures: PNG files made here, each of other bytes; one JPEG and one WebP as they are.
import { crc32, deflateSync } from "node:zlib";
import { randomBytes } from "node:crypto";

/** A PNG of random colour, so that no two are the same bytes. */
export function picture(width = 24, height = 16) {
  const colour = randomBytes(3);
  const rows = Buffer.alloc((width * 3 + 1) * height);
  for (let y = 0; y < height; y++)
    for (let x = 0; x < width; x++) colour.copy(rows, y * (width * 3 + 1) + 1 + x * 3);
  randomBytes(3).copy(rows, 1);
  return png(width, height, deflateSync(rows));
}

/** A PNG whose header says these sizes, whatever its data hold; `more` is chunks that stand before these. */
export function png(width, height, data, more = Buffer.alloc(0)) {
  const header = Buffer.alloc(13);
  header.writeUInt32BE(width, 0);
  header.writeUInt32BE(height, 4);
  header.set([8, 2, 0, 0, 0], 8); // eight bits a sample, RGB
  const signature = Buffer.from([0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a]);
  return Buffer.concat([
    signature,
    chunk("IHDR", header),
    more,
    chunk("IDAT", data),
    chunk("IEND", Buffer.alloc(0)),
  ]);
}

/** The same picture at any size, another one for each seed; `text` stands in its metadata and changes no pixel. */
export function scene(width, height, seed, text = "") {
  const rows = Buffer.alloc((width * 3 + 1) * height);
  const wave = (x, y, n) =>
    Math.sin((x * ((seed * n) % 5) + y * ((seed + 2 * n) % 4) + x * y * n) * 6 + seed * n * 1.7);
  for (let y = 0; y < height; y++)
    for (let x = 0; x < width; x++) {
      const [u, v] = [(x + 0.5) / width, (y + 0.5) / height];
      const light = 128 + 40 * (wave(u, v, 1) + wave(u, v, 2) + wave(v, u, 3));
      rows.set(
        [light, light * 0.8 + 20, 200 - light * 0.5].map((value) => Math.min(255, Math.max(0, Math.round(value)))),
        y * (width * 3 + 1) + 1 + x * 3,
      );
    }
  return png(width, height, deflateSync(rows), chunk("tEXt", Buffer.from(`Comment\0${text}`, "latin1")));
}

function chunk(type, data) {
  const body = Buffer.concat([Buffer.from(type, "latin1"), data]);
  const framed = Buffer.alloc(body.length + 8);
  framed.writeUInt32BE(data.length, 0);
  body.copy(framed, 4);
  framed.writeUInt32BE(crc32(body), body.length + 4);
  return framed;
}

export const jpeg = Buffer.from(
  "/9j/4AAQSkZJRgABAQAAAQABAAD/2wBDAAoHBwgHBgoICAgLCgoLDhgQDg0NDh0VFhEYIx8lJCIfIiEmKzcvJik0KSEiMEExNDk7Pj4+JS5E" +
    "SUM8SDc9Pjv/2wBDAQoLCw4NDhwQEBw7KCIoOzs7Ozs7Ozs7Ozs7Ozs7Ozs7Ozs7Ozs7Ozs7Ozs7Ozs7Ozs7Ozs7Ozs7Ozs7Ozs7Ozs7Ozv/" +
    "wAARCAAQABgDASIAAhEBAxEB/8QAFgABAQEAAAAAAAAAAAAAAAAAAAUG/8QAFhABAQEAAAAAAAAAAAAAAAAAABRh/8QAFQEBAQAAAAAAAAAA" +
    "AAAAAAAAAAb/xAAXEQADAQAAAAAAAAAAAAAAAAAAFmFi/9oADAMBAAIRAxEAPwDG0aUal0aUaolnJVsNKlGiXRoLOQw0/9k=",
  "base64",
);
export const webp = Buffer.from(
  "UklGRmIAAABXRUJQVlA4IFYAAAAwBACdASoUABQAPo00mUelIqKhMBgMAKARiUAX544B6/ojb73J1r7WiMAA/to5srMFeVsP8jf89Jqopj//" +
    "DV+0bXj7k9/yTacHq42mK6mWXR3CTAAAAA==",
  "base64",
);
