// The map of time zones in the npm package @photostructure/tz-lookup, as cells: 24 rows of 48, then blocks of four, each what
// a cell before it is divided into. A cell has a zone's number and 0x8000, or a block's number.
import tzlookup from "@photostructure/tz-lookup";

const rows = 24;
const columns = 48;
const ofZone = 0x8000;
/** A cell's value is two digits of this base, of which "#" is 0; the last values are zones. */
const base = 56;

/** The package's program, whose first text is the map and whose list of texts are the zones. */
export function mapOfZones(program) {
  const digits = /"([#-Z]{10000,})"/.exec(program)?.[1];
  const list = /\[("[A-Z][^\]]+")\]/.exec(program)?.[1];
  if (digits === undefined || list === undefined) throw new Error("@photostructure/tz-lookup has another form than expected");
  const names = JSON.parse(`[${list}]`);
  const values = Array.from({ length: digits.length / 2 }, (_, i) =>
    base * (digits.charCodeAt(2 * i) - 35) + digits.charCodeAt(2 * i + 1) - 35);
  const cells = new Uint16Array(values.length);
  // There a block's number is told from that of the block before it, of the same way down.
  const place = (at, block) => {
    const zone = values[at] - (base * base - names.length);
    if (zone >= 0) {
      cells[at] = zone | ofZone;
      return;
    }
    const below = block + values[at] + 1;
    cells[at] = below;
    for (let i = 0; i < 4; i++) place(rows * columns + 4 * below + i, below);
  };
  for (let at = 0; at < rows * columns; at++) place(at, -1);
  return { names, cells };
}

function zoneAt({ names, cells }, lat, lon) {
  // So little more that the last row and column have an end, as the package has it.
  let row = ((90 - lat) / 180.00000000000003) * rows;
  let column = ((180 + lon) / 360.00000000000006) * columns;
  let cell = cells[columns * Math.floor(row) + Math.floor(column)];
  while (cell < ofZone) {
    row = (row % 1) * 2;
    column = (column % 1) * 2;
    cell = cells[rows * columns + 4 * cell + 2 * Math.floor(row) + Math.floor(column)];
  }
  return names[cell - ofZone];
}

/** The same map, if it says of every town what the package says. */
export function checked(map, towns) {
  for (const [lon, lat] of towns)
    if (zoneAt(map, lat, lon) !== tzlookup(lat, lon)) throw new Error(`the map of time zones is wrong at ${lat}, ${lon}`);
  return map;
}
