// Pictures with as much to see as a photograph has, made from a seed: soft light, shapes, grain. PNG needs no encoder but zlib.
import { crc32, deflateSync } from 'node:zlib';
import { Random } from './pure/random.js';

const channels = 3;

/** Other bytes for every seed. */
export function picture(seed: number, width: number, height: number): Buffer {
  const random = new Random(seed);
  const rows = Buffer.alloc((width * channels + 1) * height);
  const sky = colour(random);
  const ground = colour(random);
  const shapes = Array.from({ length: 12 }, () => ({
    x: random.next() * width,
    y: random.next() * height,
    reach: (0.03 + random.next() * 0.15) * width,
    tint: colour(random),
  }));
  const waves = Array.from({ length: 4 }, (_, i) => ({
    x: (random.next() * 40 * (i + 1)) / width,
    y: (random.next() * 40 * (i + 1)) / height,
    phase: random.next() * 6.28,
    height: 14 / (i + 1),
  }));
  for (let y = 0; y < height; y++) {
    const line = y * (width * channels + 1);
    const near = shapes.filter((shape) => Math.abs(shape.y - y) < shape.reach);
    for (let x = 0; x < width; x++) {
      const blend = y / height;
      let light = random.next() * 10 - 5;
      for (const wave of waves) light += wave.height * Math.sin(x * wave.x + y * wave.y + wave.phase);
      const shape = near.find((one) => (one.x - x) ** 2 + (one.y - y) ** 2 < one.reach ** 2);
      for (let c = 0; c < channels; c++) {
        const base = shape ? (shape.tint[c] ?? 0) : (sky[c] ?? 0) * (1 - blend) + (ground[c] ?? 0) * blend;
        rows[line + 1 + x * channels + c] = Math.max(0, Math.min(255, base + light));
      }
    }
  }
  const header = Buffer.alloc(13);
  header.writeUInt32BE(width, 0);
  header.writeUInt32BE(height, 4);
  // Eight bits a sample, RGB.
  header.set([8, 2, 0, 0, 0], 8);
  return Buffer.concat([
    Buffer.from([0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a]),
    chunk('IHDR', header),
    chunk('IDAT', deflateSync(rows, { level: 1 })),
    chunk('IEND', Buffer.alloc(0)),
  ]);
}

function colour(random: Random): [number, number, number] {
  return [random.whole(40, 210), random.whole(40, 210), random.whole(40, 210)];
}

function chunk(type: string, data: Buffer): Buffer {
  const body = Buffer.concat([Buffer.from(type, 'latin1'), data]);
  const framed = Buffer.alloc(body.length + 8);
  framed.writeUInt32BE(data.length, 0);
  body.copy(framed, 4);
  framed.writeUInt32BE(crc32(body), body.length + 4);
  return framed;
}
