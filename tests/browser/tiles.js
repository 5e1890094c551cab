// Archives of map tiles, made here: PMTiles by its specification (github.com/protomaps/PMTiles, spec/v3), vector tiles by
// theirs (github.com/mapbox/vector-tile-spec, 2.1).
import { gzipSync } from "node:zlib";

export const types = { vector: 1, png: 2 };
const headerSize = 127;
const gzipped = 2;
const plain = 1;

/** The number of a tile: zoom after zoom, and in each along a Hilbert curve. */
function idOf(z, x, y) {
  let id = (4 ** z - 1) / 3;
  for (let side = 2 ** (z - 1); side >= 1; side /= 2) {
    const right = (x & side) > 0 ? 1 : 0;
    const lower = (y & side) > 0 ? 1 : 0;
    id += side * side * ((3 * right) ^ lower);
    if (lower === 0) {
      if (right === 1)
        [x, y] = [side - 1 - (x & (side - 1)), side - 1 - (y & (side - 1))];
      [x, y] = [y, x];
    }
  }
  return id;
}

function varint(value) {
  const bytes = [];
  for (; value >= 0x80; value = Math.floor(value / 0x80))
    bytes.push((value % 0x80) | 0x80);
  bytes.push(value);
  return Buffer.from(bytes);
}

function directory(entries) {
  const columns = [[], [], [], []];
  let last = 0;
  for (const { id, offset, length } of entries) {
    columns[0].push(id - last);
    columns[1].push(1);
    columns[2].push(length);
    columns[3].push(offset + 1);
    last = id;
  }
  return Buffer.concat([entries.length, ...columns.flat()].map(varint));
}

/**
 * An archive of the whole world; `tiles` are {z, x, y, data}.
 * @returns {Buffer}
 */
export function archiveOf({ type, tiles, attribution }) {
  const sorted = tiles
    .map(({ z, x, y, data }) => ({
      z,
      id: idOf(z, x, y),
      bytes: type === types.vector ? gzipSync(data) : data,
    }))
    .sort((one, other) => one.id - other.id);
  let offset = 0;
  const entries = sorted.map(({ id, bytes }) => {
    const entry = { id, offset, length: bytes.length };
    offset += bytes.length;
    return entry;
  });
  const root = gzipSync(directory(entries));
  const metadata = gzipSync(JSON.stringify({ attribution }));
  const header = Buffer.alloc(headerSize);
  header.write("PMTiles\x03");
  const at = [
    headerSize,
    root.length,
    headerSize + root.length,
    metadata.length,
    headerSize + root.length + metadata.length,
    0,
    headerSize + root.length + metadata.length,
    offset,
    entries.length,
    entries.length,
    entries.length,
  ];
  at.forEach((value, i) => header.writeBigUInt64LE(BigInt(value), 8 + 8 * i));
  const zooms = sorted.map(({ z }) => z);
  header.set(
    [
      1,
      gzipped,
      type === types.vector ? gzipped : plain,
      type,
      Math.min(...zooms),
      Math.max(...zooms),
    ],
    96,
  );
  [-180, -85, 180, 85].forEach((degrees, i) =>
    header.writeInt32LE(degrees * 1e7, 102 + 4 * i),
  );
  return Buffer.concat([
    header,
    root,
    metadata,
    ...sorted.map(({ bytes }) => bytes),
  ]);
}

const field = (number, bytes) =>
  Buffer.concat([varint(number * 8 + 2), varint(bytes.length), bytes]);
const number = (at, value) => Buffer.concat([varint(at * 8), varint(value)]);
const packed = (at, values) => field(at, Buffer.concat(values.map(varint)));
const zigzag = (value) => (value >= 0 ? value * 2 : -value * 2 - 1);

/** Lines or rings of [x, y], in 4,096ths of the tile; a point is a line of one. */
function geometry(lines, closed) {
  const commands = [];
  let [x, y] = [0, 0];
  const go = ([toX, toY]) => {
    commands.push(zigzag(toX - x), zigzag(toY - y));
    [x, y] = [toX, toY];
  };
  for (const [first, ...rest] of lines) {
    commands.push(1 + 8);
    go(first);
    if (rest.length > 0) commands.push(2 + 8 * rest.length);
    rest.forEach(go);
    if (closed) commands.push(7 + 8);
  }
  return commands;
}

const kinds = { point: 1, line: 2, polygon: 3 };

/** Layers by their name: features of {point, line or polygon, and properties}. */
export function vectorTile(layers) {
  return Buffer.concat(
    Object.entries(layers).map(([name, features]) => {
      const keys = [];
      const values = [];
      const place = (list, one) =>
        list.includes(one) ? list.indexOf(one) : list.push(one) - 1;
      const told = features.map(({ properties = {}, ...shape }) => {
        const [[kind, lines]] = Object.entries(shape);
        const tags = Object.entries(properties).flatMap(([key, value]) => [
          place(keys, key),
          place(values, value),
        ]);
        return field(
          2,
          Buffer.concat([
            packed(2, tags),
            number(3, kinds[kind]),
            packed(4, geometry(lines, kind === "polygon")),
          ]),
        );
      });
      const value = (one) =>
        typeof one === "number"
          ? number(4, one)
          : field(1, Buffer.from(String(one)));
      return field(
        3,
        Buffer.concat([
          number(15, 2),
          field(1, Buffer.from(name)),
          ...told,
          ...keys.map((key) => field(3, Buffer.from(key))),
          ...values.map((one) => field(4, value(one))),
          number(5, 4096),
        ]),
      );
    }),
  );
}
