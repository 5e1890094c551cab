// A vector tile as a picture, and the names in it.
import { VectorTile, type VectorTileFeature, type VectorTileLayer } from '@mapbox/vector-tile';
import { PbfReader } from 'pbf';
import type { Palette } from './palette';
import { areaOf, nameOf, wayOf, type Area, type Name, type Properties, type Way } from './schema';

/** A name and where it stands, as a part of the tile's width. */
export interface NamedPoint extends Name {
  x: number;
  y: number;
  properties: Properties;
}

export interface Drawing {
  areas: Map<Area, Path2D>;
  ways: Map<Way, Path2D>;
  names: NamedPoint[];
}

/** In the units of the paths: a tile is that wide, whatever its layers' extents are. */
export const unit = 4096;
const areaOrder: Area[] = ['bare', 'built', 'green', 'water', 'building'];
const wayOrder: Way[] = ['river', 'ferry', 'path', 'street', 'road', 'motorway', 'rail', 'region', 'country'];
const pointType = 1;
const lineType = 2;
const polygonType = 3;

/** Throws where the bytes are no vector tile. */
export function read(bytes: ArrayBuffer): Drawing {
  const drawing: Drawing = { areas: new Map(), ways: new Map(), names: [] };
  for (const layer of Object.values(new VectorTile(new PbfReader(bytes)).layers)) take(drawing, layer);
  return drawing;
}

function take(drawing: Drawing, layer: VectorTileLayer): void {
  const scale = unit / layer.extent;
  for (let i = 0; i < layer.length; i++) {
    const feature = layer.feature(i);
    if (feature.type === pointType) takeName(drawing, layer.name, feature);
    else if (feature.type === lineType)
      add(drawing.ways, wayOf(layer.name, feature.properties), feature, scale);
    else if (feature.type === polygonType)
      add(drawing.areas, areaOf(layer.name, feature.properties), feature, scale);
  }
}

function takeName(drawing: Drawing, layer: string, feature: VectorTileFeature): void {
  const name = nameOf(layer, feature.properties);
  const point = name && feature.loadGeometry()[0]?.[0];
  if (!point) return;
  const [x, y] = [point.x / feature.extent, point.y / feature.extent];
  // What lies beside the tile is in that one, too.
  if (x < 0 || x >= 1 || y < 0 || y >= 1) return;
  drawing.names.push({ ...name, x, y, properties: feature.properties });
}

function add<T>(paths: Map<T, Path2D>, kind: T | null, feature: VectorTileFeature, scale: number): void {
  if (kind === null) return;
  const path = paths.get(kind) ?? new Path2D();
  paths.set(kind, path);
  for (const line of feature.loadGeometry()) {
    line.forEach(({ x, y }, i) => {
      if (i === 0) path.moveTo(x * scale, y * scale);
      else path.lineTo(x * scale, y * scale);
    });
    if (feature.type === polygonType) path.closePath();
  }
}

/** Fills `context`, which is `width` pixels wide; `z` says how near the map is. */
export function draw(
  context: CanvasRenderingContext2D,
  drawing: Drawing,
  width: number,
  z: number,
  palette: Palette,
  density: number,
): void {
  context.fillStyle = palette.land;
  context.fillRect(0, 0, width, width);
  const scale = width / unit;
  context.save();
  context.scale(scale, scale);
  context.lineJoin = context.lineCap = 'round';
  for (const kind of areaOrder) {
    const path = drawing.areas.get(kind);
    if (!path) continue;
    context.fillStyle = palette[kind];
    context.fill(path);
  }
  for (const kind of wayOrder) {
    const path = drawing.ways.get(kind);
    const pixels = widthOf(kind, z);
    if (!path || pixels === 0) continue;
    context.strokeStyle = palette[kind];
    context.lineWidth = (pixels * density) / scale;
    context.setLineDash(dashes[kind]?.map((length) => (length * density) / scale) ?? []);
    context.stroke(path);
  }
  context.restore();
}

const dashes: Partial<Record<Way, number[]>> = { path: [2, 2], ferry: [4, 4], region: [4, 3] };

/** In pixels of the page, for tiles of this zoom; 0: not drawn there. */
function widthOf(kind: Way, z: number): number {
  const near = Math.max(0, z - 10);
  switch (kind) {
    case 'motorway':
      return 1 + near * 0.7;
    case 'road':
      return z < 7 ? 0 : 0.75 + near * 0.5;
    case 'street':
      return z < 11 ? 0 : 0.5 + near * 0.35;
    case 'path':
      return z < 13 ? 0 : 0.75;
    case 'rail':
      return z < 10 ? 0 : 0.75;
    default:
      return 1;
  }
}
