// One's own tiles on the map: what is near is fetched out of the archive, drawn once each, and kept for a while. This
// module and what reads archives come when a map has such tiles, and not before.
import { PMTiles, TileType } from 'pmtiles';
import type { View } from '../mercator';
import { around, keyOf, tilesIn, zoomOf, type Address, type Placed } from './grid';
import { drawNames } from './names';
import { paletteFor, type Palette } from './palette';
import { draw, read, type Drawing, type NamedPoint } from './vector';

interface Tile {
  /** Undefined while it is on its way, null where the archive has none or it could not be read. */
  content?: Drawing | ImageBitmap | null;
  /** The drawing as a picture, and in which colours and size it was made. */
  picture?: { canvas: HTMLCanvasElement; as: string };
  abort: AbortController;
}

const kept = 160;
/** Of tiles that are not on the screen, that many stay drawn: a picture takes some megabytes. */
const drawnBeside = 16;
const atOnce = 8;
/** How far out a tile is looked for that stands in for one on its way. */
const farthestOut = 4;
const largest = 2048;
const pauseAfterError = 5_000;

export class TileLayer {
  readonly #archive: PMTiles;
  readonly #changed: () => void;
  readonly #tiles = new Map<string, Tile>();
  #isVector = false;
  #minimum = 0;
  #maximum = 0;
  #underWay = 0;
  #waiting: Address[] = [];
  #frame = 0;
  #pausedUntil = 0;
  /** Who made the map, as the archive says. */
  attribution = '';

  private constructor(url: string, changed: () => void) {
    this.#archive = new PMTiles(new URL(url, location.href).href);
    this.#changed = changed;
  }

  /** Throws where the archive cannot be read. `changed` is called when a tile has come. */
  static async open(url: string, changed: () => void): Promise<TileLayer> {
    const layer = new TileLayer(url, changed);
    const [header, metadata] = await Promise.all([
      layer.#archive.getHeader(),
      layer.#archive.getMetadata() as Promise<{ attribution?: unknown } | null>,
    ]);
    if (header.tileType === TileType.Unknown || header.tileType === TileType.Mlt)
      throw new Error(`tiles of type ${String(header.tileType)} are not known`);
    layer.#isVector = header.tileType === TileType.Mvt;
    layer.#minimum = header.minZoom;
    layer.#maximum = header.maxZoom;
    layer.attribution = plain(metadata?.attribution);
    return layer;
  }

  close(): void {
    cancelAnimationFrame(this.#frame);
    this.#waiting = [];
    for (const { abort } of this.#tiles.values()) abort.abort();
    this.#tiles.clear();
  }

  /** Over what the canvas shows already. */
  paint(canvas: HTMLCanvasElement, view: View, width: number, height: number, language: string): void {
    const context = canvas.getContext('2d');
    if (!context) return;
    const palette = paletteFor(isDark(canvas));
    const points = this.#isVector ? 512 : 256 / Math.min(2, Math.ceil(devicePixelRatio));
    const wanted = tilesIn(view, width, height, zoomOf(view, points, this.#minimum, this.#maximum));
    const shown = new Map<string, { placed: Placed; names: readonly NamedPoint[] }>();
    for (const tile of wanted) {
      const there = this.#nearest(tile);
      if (!there) continue;
      const { placed, content } = there;
      this.#put(context, tile, placed, content, palette);
      if ('names' in content)
        shown.set(`${keyOf(placed)} ${String(placed.left)}`, { placed, names: content.names });
    }
    drawNames(context, [...shown.values()], view.zoom, language, palette);
    this.#fetch(wanted);
  }

  /** The tile itself, or one farther out that is there. */
  #nearest(tile: Placed): { placed: Placed; content: Drawing | ImageBitmap } | null {
    for (let up = 0; up <= Math.min(farthestOut, tile.z - this.#minimum); up++) {
      const placed = around(tile, up);
      const content = this.#tiles.get(keyOf(placed))?.content;
      if (content) return { placed, content };
      if (content === null && up === 0) return null;
    }
    return null;
  }

  /** That part of `placed` that lies in `tile`, without a seam to its neighbours. */
  #put(
    context: CanvasRenderingContext2D,
    tile: Placed,
    placed: Placed,
    content: Drawing | ImageBitmap,
    palette: Palette,
  ): void {
    const picture = 'names' in content ? this.#picture(placed, content, palette) : content;
    const density = devicePixelRatio;
    const edge = (at: number): number => Math.round(at * density) / density;
    const [left, top] = [edge(tile.left), edge(tile.top)];
    const scale = picture.width / placed.width;
    context.drawImage(
      picture,
      (tile.left - placed.left) * scale,
      (tile.top - placed.top) * scale,
      tile.width * scale,
      tile.width * scale,
      left,
      top,
      edge(tile.left + tile.width) - left,
      edge(tile.top + tile.width) - top,
    );
  }

  #picture(placed: Placed, drawing: Drawing, palette: Palette): HTMLCanvasElement {
    const tile = this.#tiles.get(keyOf(placed));
    // Sharp at every zoom up to the next, and beyond the archive's last one.
    const exact = placed.width * devicePixelRatio;
    const width = Math.min(largest, 2 ** Math.ceil(Math.log2(exact) - 1e-9));
    const as = `${palette.land} ${String(width)}`;
    if (tile?.picture?.as === as) return tile.picture.canvas;
    const canvas = document.createElement('canvas');
    canvas.width = canvas.height = width;
    const context = canvas.getContext('2d');
    if (context) draw(context, drawing, width, placed.z + 1, palette, width / placed.width);
    if (tile) tile.picture = { canvas, as };
    return canvas;
  }

  #fetch(wanted: readonly Placed[]): void {
    const keys = new Set(wanted.map(keyOf));
    for (const [key, tile] of this.#tiles) {
      if (tile.content !== undefined || keys.has(key)) continue;
      tile.abort.abort();
      this.#tiles.delete(key);
    }
    for (const key of keys) {
      const tile = this.#tiles.get(key);
      if (!tile) continue;
      this.#tiles.delete(key); // to the end: used last
      this.#tiles.set(key, tile);
    }
    let spare = this.#tiles.size - keys.size - drawnBeside;
    for (const [key, tile] of this.#tiles) {
      if (spare-- <= 0) break;
      delete tile.picture;
      if (this.#tiles.size > Math.max(kept, 2 * keys.size)) this.#tiles.delete(key);
    }
    this.#waiting = wanted.filter((one) => !this.#tiles.has(keyOf(one)));
    this.#next();
  }

  #next(): void {
    if (Date.now() < this.#pausedUntil) return;
    while (this.#underWay < atOnce) {
      const address = this.#waiting.shift();
      if (!address) return;
      if (!this.#tiles.has(keyOf(address))) void this.#get(address);
    }
  }

  async #get(address: Address): Promise<void> {
    const tile: Tile = { abort: new AbortController() };
    const key = keyOf(address);
    this.#tiles.set(key, tile);
    this.#underWay++;
    try {
      const { z, x, y } = address;
      const found = await this.#archive.getZxy(z, x, y, tile.abort.signal);
      tile.content = found ? await this.#content(found.data).catch(() => null) : null;
      this.#redraw();
    } catch {
      // Another tile may come; this one is asked for again when the map is drawn after a while.
      if (this.#tiles.get(key) === tile) this.#tiles.delete(key);
      if (!tile.abort.signal.aborted) this.#pause();
    }
    this.#underWay--;
    this.#next();
  }

  async #content(data: ArrayBuffer): Promise<Drawing | ImageBitmap> {
    return this.#isVector ? read(data) : createImageBitmap(new Blob([data]));
  }

  #pause(): void {
    if (Date.now() < this.#pausedUntil) return;
    this.#pausedUntil = Date.now() + pauseAfterError;
    setTimeout(() => this.#redraw(), pauseAfterError);
  }

  #redraw(): void {
    cancelAnimationFrame(this.#frame);
    this.#frame = requestAnimationFrame(this.#changed);
  }
}

/** Archives say it in HTML. */
function plain(attribution: unknown): string {
  if (typeof attribution !== 'string') return '';
  return new DOMParser().parseFromString(attribution, 'text/html').body.textContent.trim();
}

/** By the sea, which has the page's colours. */
function isDark(canvas: HTMLCanvasElement): boolean {
  const [red = 255] = (/\d+/.exec(getComputedStyle(canvas).backgroundColor) ?? []).map(Number);
  return red < 128;
}
