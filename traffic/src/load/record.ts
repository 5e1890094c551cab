// Records what a browser asks during a journey, as something that can be replayed for other pictures and other people.
import type { BrowserContext, Request } from 'playwright-core';
import type { Journey, World } from '../browsers/journeys.js';
import { groups, kindOf, type Asked } from './groups.js';
import type { Kind } from '../types.js';

/** A request of a recording. What differs from visit to visit is a hole. */
export interface RecordedRequest {
  method: string;
  path: string;
  kind: Kind;
  headers: Record<string, string>;
  status: number;
  /** In the path, `{p}` stands for a photo's id, key or month; which one, by its place on the wall. */
  hole?: { what: 'id' | 'key' | 'month'; place: number };
  /** `{u}` in the path is the id of the so-many-th photo that this visit has uploaded. */
  uploaded?: number;
  body?: string;
}

export interface Recording {
  journey: string;
  cache: 'new' | 'returning';
  weight: number;
  /** Of requests that are sent together, after a pause. */
  groups: { pause_ms: number; requests: RecordedRequest[] }[];
  requests: number;
  bytes: number;
}

const kept = ['accept', 'accept-encoding', 'accept-language', 'content-type', 'if-none-match', 'range'];

export class Recorder {
  #asked: Asked<RecordedRequest>[] = [];
  #pending: Promise<void>[] = [];
  readonly #places = {
    id: new Map<string, number>(),
    key: new Map<string, number>(),
    month: new Map<string, number>(),
  };
  readonly #uploads: string[] = [];
  #bytes = 0;

  constructor(context: BrowserContext, world: World) {
    world.wall.forEach((photo, place) => {
      this.#places.id.set(photo.id, place);
      this.#places.key.set(photo.key, place);
      if (!this.#places.month.has(photo.month)) this.#places.month.set(photo.month, place);
    });
    context.on('requestfinished', (request) => {
      this.#pending.push(this.#note(request).catch(() => undefined));
    });
  }

  async #note(request: Request): Promise<void> {
    const response = await request.response();
    const url = new URL(request.url());
    if (!response || !url.protocol.startsWith('http')) return;
    // What was refused to the recorded visitor says nothing to the others.
    if (response.status() >= 400) return;
    // A stream of events stays open as long as its page, and k6 cannot read one.
    if (url.pathname === '/api/v1/events') return;
    const sizes = await request.sizes();
    // What came out of the browser's own cache asked nobody.
    if (sizes.responseHeadersSize === 0 || response.fromServiceWorker()) return;
    this.#bytes += sizes.responseBodySize;
    const headers = await request.allHeaders();
    const method = request.method();
    url.searchParams.delete('version');
    const one: RecordedRequest = {
      method,
      path: url.pathname + url.search,
      kind: kindOf(method, url.pathname),
      headers: Object.fromEntries(Object.entries(headers).filter(([name]) => kept.includes(name))),
      status: response.status(),
    };
    const body = request.postData();
    if (body && one.kind !== 'upload') one.body = body;
    if (one.kind === 'upload' && response.status() === 201) {
      this.#uploads.push(((await response.json()) as { id: string }).id);
    }
    const { startTime, responseStart, responseEnd } = request.timing();
    this.#asked.push({
      began: startTime,
      ended: startTime + Math.max(responseEnd, 0),
      answered: method === 'GET' ? null : startTime + Math.max(responseStart, 0),
      alone: one.kind === 'session' && method !== 'GET',
      what: one,
    });
  }

  /** What was asked so far filled the browser's cache; what comes now is recorded. */
  forget(): void {
    this.#asked = [];
    this.#pending = [];
    this.#bytes = 0;
  }

  async end(journey: Journey): Promise<Recording> {
    await Promise.all(this.#pending);
    const asked = this.#asked.filter(({ what }) => this.#makeHoles(what));
    return {
      journey: journey.name,
      cache: journey.cache,
      weight: journey.weight,
      groups: groups(asked).map(({ pause_ms, whats }) => ({ pause_ms, requests: whats })),
      requests: asked.length,
      bytes: this.#bytes,
    };
  }

  /** False for what cannot be asked again: a derivative of a photo that only that visit had. */
  #makeHoles(one: RecordedRequest): boolean {
    const upload = this.#uploads.findIndex((id) => one.path.includes(id));
    if (upload >= 0) {
      one.path = one.path.replace(this.#uploads[upload] ?? '', '{u}');
      one.uploaded = upload;
      return true;
    }
    const patterns = [
      ['key', /^\/media\/([^/]+)\//],
      ['id', /\/photos\/([0-9a-f-]{36})/],
      ['month', /\/timeline\/(\d{4}-\d\d)/],
    ] as const;
    for (const [what, pattern] of patterns) {
      const found = pattern.exec(one.path)?.[1];
      if (found === undefined) continue;
      const place = this.#places[what].get(found);
      if (place === undefined) return what === 'month';
      one.path = one.path.replace(found, '{p}');
      one.hole = { what, place };
    }
    return true;
  }
}
