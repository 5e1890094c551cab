// One visitor: a browser context of their own, what they check, and what they felt.
import type { Browser, BrowserContext, Page } from 'playwright-core';
import type { Gallery } from '../gallery.js';
import { otherThan, otherWayRound, outOfOrder } from '../pure/order.js';
import { Random } from '../pure/random.js';
import type { FailedCheck, Vitals, Written } from '../types.js';
import { told, tilesAreLoaded, tilesOnScreen, watchVitals, type Felt } from './inpage.js';

export interface Device {
  name: string;
  weight: number;
  width: number;
  height: number;
  scale: number;
  touch: boolean;
}

export interface Network {
  name: string;
  weight: number;
  /** Bits a second, and ms there and back; null is as fast as it goes. */
  limits: { down: number; up: number; latency: number } | null;
}

export const devices: readonly Device[] = [
  { name: 'laptop', weight: 4, width: 1366, height: 768, scale: 1, touch: false },
  { name: 'phone', weight: 4, width: 390, height: 844, scale: 3, touch: true },
  { name: 'desktop', weight: 2, width: 1920, height: 1080, scale: 1, touch: false },
];

export const networks: readonly Network[] = [
  { name: 'unthrottled', weight: 6, limits: null },
  { name: '10 Mbit/s, 60 ms', weight: 3, limits: { down: 10e6, up: 5e6, latency: 60 } },
  { name: '1.6 Mbit/s, 150 ms', weight: 1, limits: { down: 1.6e6, up: 0.75e6, latency: 150 } },
];

export interface Circumstances {
  journey: string;
  seed: number;
  device: Device;
  network: Network;
  /** Things are being killed: an action may fail, if its visitor is told, and is done again. */
  faults: boolean;
  chromium: Browser;
  gallery: Gallery;
  /** In ms, for what should be there. */
  patience?: number;
}

/** A check that did not hold, and ends the journey. */
class Disappointed extends Error {}

/** In ms. What is missing stays missing: how fast the machine is decides only how late that is known. */
const patience = 120_000;
/** While things are killed a visitor does it again sooner. */
const impatience = 60_000;
const tries = 6;

export class Visitor {
  readonly random: Random;
  readonly url: string;
  readonly written: Written[] = [];
  readonly failed: FailedCheck[] = [];
  readonly repeated: string[] = [];
  readonly tiles: number[] = [];
  checks = 0;
  /** Called between the first visit and the second. */
  onReturn: () => void = () => undefined;
  page!: Page;
  context!: BrowserContext;
  #step = 'arrive';
  #felt: Vitals = { first_picture_ms: null, lcp_ms: null, inp_ms: null, cls: null };

  private constructor(readonly circumstances: Circumstances) {
    this.random = new Random(circumstances.seed);
    this.url = circumstances.gallery.url;
  }

  /** How long it waits for what should be there, in ms. */
  get patience(): number {
    return this.circumstances.patience ?? (this.circumstances.faults ? impatience : patience);
  }

  static async arrive(circumstances: Circumstances): Promise<Visitor> {
    const visitor = new Visitor(circumstances);
    const { width, height, scale, touch } = circumstances.device;
    visitor.context = await circumstances.chromium.newContext({
      locale: 'en-GB',
      viewport: { width, height },
      deviceScaleFactor: scale,
      hasTouch: touch,
    });
    await visitor.context.addInitScript(watchVitals);
    await visitor.#openTab();
    return visitor;
  }

  async #openTab(): Promise<void> {
    this.page = await this.context.newPage();
    this.page.setDefaultTimeout(this.patience);
    this.page.on('pageerror', (error) => this.#fail(`a script failed: ${error.message}`));
    this.page.on('console', (message) => {
      if (message.type() !== 'error') return;
      const text = message.text();
      // A request that a fault broke is the network's line in the console, not the page's.
      if (this.circumstances.faults && text.startsWith('Failed to load resource')) return;
      this.#fail(`an error in the console: ${text} ${message.location().url}`);
    });
    const { limits } = this.circumstances.network;
    if (limits) {
      const session = await this.context.newCDPSession(this.page);
      await session.send('Network.emulateNetworkConditions', {
        offline: false,
        downloadThroughput: limits.down / 8,
        uploadThroughput: limits.up / 8,
        latency: limits.latency,
      });
    }
  }

  /** Comes again later, in a new tab, with what the browser kept. Call `feel` only after it. */
  async comeAgain(): Promise<void> {
    await this.page.close();
    this.onReturn();
    await this.#openTab();
  }

  /** What a step of the journey is called in the report. A step that fails is done again where faults are about. */
  async step(name: string, act: () => Promise<void>): Promise<void> {
    this.#step = name;
    for (let attempt = 1; ; attempt++) {
      try {
        await act();
        return;
      } catch (error) {
        if (!this.circumstances.faults || attempt === tries) throw error;
        await this.#again(name, error);
      }
    }
  }

  async #again(name: string, error: unknown): Promise<void> {
    const said = await this.page.evaluate(told).catch(() => '');
    // A page that did not come at all is told by the browser itself.
    const away = this.page.url().startsWith('chrome-error:') || this.page.url() === 'about:blank';
    const status =
      said === '' && !away
        ? await this.page
            .locator('body')
            .innerText()
            .catch(() => '')
        : '';
    if (said === '' && !away && !/could not answer|Service Unavailable|does not answer/.test(status)) {
      this.#fail(`it failed and nobody was told: ${String(error).split('\n')[0] ?? ''}`);
    }
    this.repeated.push(
      `${name}: ${said || (away ? 'the browser said that the page is away' : status)}`.slice(0, 200),
    );
    await this.page.waitForTimeout(1500);
  }

  #fail(detail: string): void {
    const { journey, seed } = this.circumstances;
    this.failed.push({ journey, seed, step: this.#step, detail: detail.slice(0, 500) });
  }

  /** Notes whether it holds; the journey goes on. */
  check(holds: boolean, detail: string): void {
    this.checks++;
    if (!holds) this.#fail(detail);
  }

  /** What has to hold for the journey to go on. */
  need(holds: boolean, detail: string): void {
    this.checks++;
    if (!holds) throw new Disappointed(detail);
  }

  async think(median: number): Promise<void> {
    await this.page.waitForTimeout(this.random.think(median));
  }

  /** Every visible tile is loaded and decodes, and all stand in order, by themselves and by the server's list. */
  async look(scope: 'wall' | 'mine', gallery: Gallery): Promise<void> {
    const began = Date.now();
    await this.page.waitForFunction(tilesAreLoaded, undefined, { polling: 50 });
    this.tiles.push(Date.now() - began);
    const tiles = await this.page.evaluate(tilesOnScreen);
    const broken = tiles.find((tile) => tile.broken !== null);
    this.check(broken === undefined, `a picture does not decode: ${String(broken?.broken)}`);
    const disorder = outOfOrder(tiles);
    this.check(disorder === null, String(disorder));
    await this.#compare(scope, gallery);
  }

  /** Others change the gallery meanwhile, so a difference has to last. The wall's pages are not told of changes. */
  async #compare(scope: 'wall' | 'mine', gallery: Gallery): Promise<void> {
    let wrong: string | null = null;
    const until = Date.now() + this.patience;
    for (let first = true; first || Date.now() < until; first = false) {
      if (!first) await this.page.waitForTimeout(1000);
      const tiles = await this.page.evaluate(tilesOnScreen);
      const tile = tiles[Math.floor(tiles.length / 2)];
      if (!tile) return;
      const path = `/api/v1/timeline/${tile.month}?scope=${scope}&limit=5000`;
      const answer = await gallery.ask('GET', path);
      if (answer.status !== 200) {
        wrong = `${path} was answered ${String(answer.status)}`;
        continue;
      }
      const ids = answer.json['id'] as string[];
      wrong = scope === 'wall' ? otherWayRound(tiles, tile.month, ids) : otherThan(tiles, tile.month, ids);
      if (wrong === null) break;
    }
    this.check(wrong === null, String(wrong));
  }

  /** Of the page as it is; before it is left. The first page counts for what comes with loading, the worst for the rest. */
  async feel(): Promise<void> {
    // The last frame's events are handed over a little later.
    await this.page.waitForTimeout(150);
    const felt = await this.page.evaluate(() => window.felt as Felt | undefined).catch(() => undefined);
    if (!felt) return;
    this.#felt.first_picture_ms ??= felt.first;
    this.#felt.lcp_ms ??= felt.lcp;
    this.#felt.cls = Math.max(this.#felt.cls ?? 0, felt.cls);
    if (felt.inp !== null) this.#felt.inp_ms = Math.max(this.#felt.inp_ms ?? 0, felt.inp);
  }

  get vitals(): Vitals {
    return this.#felt;
  }

  /** Ends the visit. `error`: with which the journey ended. */
  async leave(error: unknown): Promise<void> {
    if (error !== null)
      this.#fail(error instanceof Disappointed ? error.message : (String(error).split('\n')[0] ?? ''));
    await this.context.close().catch(() => undefined);
  }
}
