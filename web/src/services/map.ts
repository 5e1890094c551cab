import { call, type MapAnswer, type Places } from '../api/client';
import type { Box } from '../map/mercator';

/** One's own photographs in a box, together by squares as wide as the zoom asks for, and where the map's tiles are. */
export function getMap(box: Box, zoom: number, signal: AbortSignal): Promise<MapAnswer> {
  const bbox = boxText(box);
  return call('get', '/api/v1/map', { query: { bbox, zoom: Math.max(0, Math.floor(zoom)) }, signal });
}

/** The towns of one's own photographs, by country. */
export function getPlaces(): Promise<Places> {
  return call('get', '/api/v1/places');
}

/** As the contract writes it, to some ten centimetres. */
export function boxText({ west, south, east, north }: Box): string {
  return [west, south, east, north].map((degrees) => String(Number(degrees.toFixed(6)))).join(',');
}
