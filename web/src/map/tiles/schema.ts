// What the features of a vector tile are, in the two schemas that archives of the whole world have: that of Protomaps
// (https://docs.protomaps.com/basemaps/layers) and OpenMapTiles (https://openmaptiles.org/schema).

export type Area = 'water' | 'green' | 'bare' | 'built' | 'building';
export type Way = 'river' | 'path' | 'street' | 'road' | 'motorway' | 'rail' | 'region' | 'country' | 'ferry';
export type Properties = Readonly<Record<string, number | string | boolean>>;

/** A name on the map: the smaller its rank, the sooner it has a place. */
export interface Name {
  rank: number;
  size: number;
  /** From this zoom on. */
  from: number;
}

/** Of each kind or class that an area may have; all others are not drawn. */
const areas: Readonly<Record<string, Area>> = {
  ...kinds(
    'green',
    'forest wood grass grassland scrub park nature_reserve national_park protected_area garden',
  ),
  ...kinds(
    'green',
    'golf_course cemetery recreation_ground village_green meadow orchard pitch allotments wetland',
  ),
  ...kinds('bare', 'barren sand beach rock bare_rock glacier ice farmland'),
  ...kinds('built', 'urban_area residential commercial industrial retail suburb railway'),
};

const ways: Readonly<Record<string, Way>> = {
  ...kinds('motorway', 'highway motorway trunk'),
  ...kinds('road', 'major_road primary secondary tertiary medium_road'),
  ...kinds('street', 'minor_road minor service street busway raceway'),
  ...kinds('path', 'path track pedestrian other footway'),
  ...kinds('rail', 'rail transit'),
  ...kinds('ferry', 'ferry'),
};

function kinds<T>(of: T, names: string): Record<string, T> {
  return Object.fromEntries(names.split(' ').map((name) => [name, of]));
}

/** Protomaps says `kind`, and did say `pmap:kind`; OpenMapTiles says `class`. */
function kindOf(properties: Properties): string {
  return String(properties['kind'] ?? properties['class'] ?? properties['pmap:kind'] ?? '');
}

export function areaOf(layer: string, properties: Properties): Area | null {
  switch (layer) {
    case 'water':
      return 'water';
    case 'park':
      return 'green';
    case 'building':
    case 'buildings':
      return 'building';
    case 'landcover':
    case 'landuse':
    case 'natural':
      return areas[kindOf(properties)] ?? null;
    default:
      return null;
  }
}

export function wayOf(layer: string, properties: Properties): Way | null {
  switch (layer) {
    case 'water':
    case 'waterway':
    case 'physical_line':
      return 'river';
    case 'roads':
    case 'transportation':
    case 'transit':
      return ways[kindOf(properties)] ?? null;
    case 'boundaries':
    case 'boundary':
      return borderOf(properties);
    default:
      return null;
  }
}

function borderOf(properties: Properties): Way | null {
  if (properties['maritime'] === 1 || properties['maritime'] === true) return null;
  const level = Number(
    properties['admin_level'] ?? properties['kind_detail'] ?? properties['pmap:min_admin_level'],
  );
  if (kindOf(properties) === 'country' || level === 2) return 'country';
  return kindOf(properties) === 'region' || level === 3 || level === 4 ? 'region' : null;
}

/** Of a point in the layer of places. */
export function nameOf(layer: string, properties: Properties): Name | null {
  if (layer !== 'places' && layer !== 'place') return null;
  const kind = kindOf(properties);
  switch (kind) {
    case 'country':
      return { rank: Number(properties['rank'] ?? 0), size: 14, from: 1 };
    case 'region':
    case 'state':
    case 'province':
      return { rank: 10, size: 11, from: 5 };
    case 'locality':
      return locality(
        String(properties['kind_detail'] ?? ''),
        18 - Number(properties['population_rank'] ?? 0),
      );
    case 'city':
    case 'town':
    case 'village':
    case 'hamlet':
      return locality(kind, Number(properties['rank'] ?? 15));
    case 'neighbourhood':
    case 'macrohood':
    case 'suburb':
    case 'quarter':
      return { rank: 60, size: 11, from: 13 };
    default:
      return null;
  }
}

function locality(kind: string, order: number): Name {
  if (kind === 'city') return { rank: 5 + order, size: 13, from: 3 };
  if (kind === 'town') return { rank: 25 + order, size: 12, from: 7 };
  return { rank: 40 + order, size: 11, from: 10 };
}

/** In that language, else as people there say. */
export function textOf(properties: Properties, language: string): string {
  const text = properties[`name:${language}`] ?? properties[`name_${language}`] ?? properties['name'] ?? '';
  return String(text);
}
