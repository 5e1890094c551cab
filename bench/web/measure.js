// What a browser needs for a wall of a million photos: measure.js URL. Prints one line of JSON. Times are milliseconds of the
// clock, and of the main thread where they are of scripts.
import { readFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { launch } from "../../tests/browser/browser.js";

const url = process.argv[2];
const starts = 5;
const jumps = 10;
const steps = 1000;
const screen = { width: 1440, height: 900 };
const tiles = "a[data-id]";

/** Notes when the first picture and the first of the timeline are drawn, long tasks, and how many elements there were at most. */
function watch() {
  const seen = (globalThis.seen = {
    first: null,
    tile: null,
    tasks: [],
    elements: 0,
  });
  new PerformanceObserver((list) => {
    for (const task of list.getEntries())
      seen.tasks.push({ at: task.startTime, ms: task.duration });
  }).observe({ type: "longtask", buffered: true });
  const look = () => {
    // Those at the door of a wall are drawn before the application.
    const picture = [...document.querySelectorAll(".door img, main img")].some(
      (one) => one.complete && one.naturalWidth > 0,
    );
    if (seen.first === null && picture) seen.first = performance.now();
    if (seen.tile === null && document.querySelector("a[data-id] img.seen"))
      seen.tile = performance.now();
    seen.elements = Math.max(
      seen.elements,
      document.getElementsByTagName("*").length,
    );
    requestAnimationFrame(look);
  };
  requestAnimationFrame(look);
  /** The first tile is none of these, and all pictures on the screen are there. */
  globalThis.allSeen = (none = []) => {
    const all = [...document.querySelectorAll("a[data-id]")];
    const shown = all.filter((tile) => {
      const { top, bottom } = tile.getBoundingClientRect();
      return bottom > 56 && top < innerHeight;
    });
    return (
      shown.length > 3 &&
      !none.includes(all[0].dataset.id) &&
      shown.every((tile) => tile.querySelector("img.seen"))
    );
  };
}

const pictured = (page, none = []) =>
  page.waitForFunction((none) => globalThis.allSeen(none), none, {
    polling: "raf",
  });

async function openPage(browser) {
  const context = await browser.newContext({
    viewport: screen,
    locale: "en-GB",
  });
  const page = await context.newPage();
  page.setDefaultTimeout(60_000);
  await page.addInitScript(watch);
  await page.goto(url);
  await page.waitForFunction(() => globalThis.seen.tile !== null);
  return page;
}

const sorted = (values) => [...values].sort((a, b) => a - b);
const at = (values, part) =>
  sorted(values)[Math.floor(part * (values.length - 1))];

/** A visit with nothing in the cache: until the first picture, and what was sent until the first of the timeline. */
async function firstVisit(browser) {
  const page = await openPage(browser);
  const visit = await page.evaluate(() => {
    const before = performance
      .getEntriesByType("resource")
      .filter((one) => one.responseEnd <= globalThis.seen.first);
    const sum = (list) =>
      list.reduce((bytes, one) => bytes + one.encodedBodySize, 0);
    const [html] = performance.getEntriesByType("navigation");
    return {
      first: globalThis.seen.first,
      tile: globalThis.seen.tile,
      script: sum(before.filter((one) => /\.js$/.test(one.name))),
      pictures: sum(before.filter((one) => /\/media\//.test(one.name))),
      all: sum(before) + html.encodedBodySize,
      requests: before.length + 1,
    };
  });
  await page.context().close();
  return visit;
}

/** What the main thread spends on scripts in each frame while `drive` goes on. */
async function scripts(browser, page, drive) {
  const file = join(tmpdir(), `cadre-trace-${process.pid}.json`);
  await browser.startTracing(page, {
    path: file,
    categories: ["devtools.timeline", "disabled-by-default-devtools.timeline"],
  });
  await drive();
  await browser.stopTracing();
  const { traceEvents } = JSON.parse(readFileSync(file, "utf8"));
  const threadOf = ({ pid, tid }) => `${pid} ${tid}`;
  const counts = new Map();
  for (const event of traceEvents)
    if (event.name === "FireAnimationFrame")
      counts.set(threadOf(event), (counts.get(threadOf(event)) ?? 0) + 1);
  const [main] = [...counts].sort((a, b) => b[1] - a[1])[0];
  const own = traceEvents.filter((event) => threadOf(event) === main);
  // Those in which something was drawn again: `watch` asks for one each time.
  const frames = own
    .filter((event) => event.name === "FireAnimationFrame")
    .map((event) => event.ts)
    .sort((a, b) => a - b)
    .filter((ts, i, all) => i === 0 || ts - all[i - 1] > 4000);
  const spent = new Array(frames.length).fill(0);
  let end = 0;
  // Those in others are in their time. It is the thread's own: what others do on its core is not the page's.
  for (const event of own
    .filter(
      ({ ph, name }) =>
        ph === "X" &&
        /^(FunctionCall|RunMicrotasks|EvaluateScript)$/.test(name),
    )
    .sort((a, b) => a.ts - b.ts)) {
    if (event.ts < end) continue;
    end = event.ts + event.dur;
    const frame = Math.max(
      0,
      frames.findLastIndex((begins) => begins <= event.ts),
    );
    spent[frame] += (event.tdur ?? event.dur) / 1000;
  }
  return { frames: spent.length, p50: at(spent, 0.5), p95: at(spent, 0.95) };
}

/** So many frames, so many pixels each. */
const scroll = (page, frames, pixels) =>
  page.evaluate(
    ([frames, pixels]) =>
      new Promise((done) => {
        const step = () => {
          scrollBy(0, pixels);
          if (--frames > 0) requestAnimationFrame(step);
          else done();
        };
        requestAnimationFrame(step);
      }),
    [frames, pixels],
  );

async function scrubber(page) {
  const slider = page.getByRole("slider");
  await slider.waitFor();
  return { slider, box: await slider.boundingBox() };
}

/** A press on the scrubber, until every picture on the screen is there. */
async function jump(page, part) {
  const { box } = await scrubber(page);
  await page.mouse.move(box.x + box.width / 2, box.y + box.height * part);
  const before = await page.evaluate(
    (tiles) =>
      [...document.querySelectorAll(tiles)].map((tile) => tile.dataset.id),
    tiles,
  );
  const start = performance.now();
  await page.mouse.down();
  await page.mouse.up();
  await pictured(page, before);
  return performance.now() - start;
}

/** Through ten years with the pressed scrubber. */
async function drag(page) {
  const { box } = await scrubber(page);
  const x = box.x + box.width / 2;
  await page.mouse.move(x, box.y + box.height * 0.3);
  await page.mouse.down();
  for (let i = 0; i <= 200; i++)
    await page.mouse.move(x, box.y + box.height * (0.3 + 0.5 * (i / 200)));
  await page.mouse.up();
}

/** The longest task while the month of 70,000 is entered by the keyboard, from the month after it. */
async function enter(page) {
  const { slider } = await scrubber(page);
  await slider.focus();
  await page.keyboard.press("Home");
  await pictured(page);
  const from = await page.evaluate(() => performance.now());
  await page.keyboard.press("ArrowDown");
  await page.waitForFunction(() =>
    /May 2024/.test(document.querySelector("[role=slider]").ariaValueText),
  );
  await pictured(page);
  await scroll(page, 120, 200);
  await pictured(page);
  return page.evaluate(
    (from) =>
      Math.max(
        0,
        ...globalThis.seen.tasks
          .filter((task) => task.at >= from)
          .map((task) => task.ms),
      ),
    from,
  );
}

/** Steps upward from the end, through what was never loaded: in how many a tile stood elsewhere than it was scrolled to, at
 * once or a moment later. */
async function upward(page) {
  const { slider } = await scrubber(page);
  await slider.focus();
  await page.keyboard.press("End");
  await pictured(page);
  return page.evaluate(
    async ([steps, tiles]) => {
      const pixels = 240;
      const frame = () => new Promise((done) => requestAnimationFrame(done));
      const wait = (ms) => new Promise((done) => setTimeout(done, ms));
      const topOf = (id) =>
        document.querySelector(`a[data-id="${id}"]`)?.getBoundingClientRect()
          .top;
      const found = { taken: 0, misplaced: 0, worst: 0 };
      for (let i = 0; i < steps; i++) {
        const tile = [...document.querySelectorAll(tiles)].find((one) => {
          const { top } = one.getBoundingClientRect();
          return top > 100 && top < innerHeight / 2;
        });
        const id = tile?.dataset.id;
        const wanted = topOf(id) + pixels;
        scrollBy(0, -pixels);
        await frame();
        await frame();
        const off = [topOf(id) - wanted];
        await wait(80);
        off.push(topOf(id) - wanted);
        if (!tile) continue;
        found.taken++;
        // Gone from the page is elsewhere too.
        const worst = Math.max(
          ...off.map((by) => (Number.isNaN(by) ? Infinity : Math.abs(by))),
        );
        if (worst > 1.5) found.misplaced++;
        found.worst = Math.max(found.worst, worst);
      }
      return found;
    },
    [steps, tiles],
  );
}

/** Bytes that the page holds once what nobody needs has gone. */
async function heap(page) {
  const session = await page.context().newCDPSession(page);
  await session.send("HeapProfiler.enable");
  await session.send("HeapProfiler.collectGarbage");
  await session.send("Performance.enable");
  const { metrics } = await session.send("Performance.getMetrics");
  return metrics.find(({ name }) => name === "JSHeapUsedSize").value;
}

const browser = await launch();
try {
  const visits = [];
  for (let i = 0; i < starts; i++) visits.push(await firstVisit(browser));
  const median = (what) =>
    at(
      visits.map((visit) => visit[what]),
      0.5,
    );

  const page = await openPage(browser);
  const slow = await scripts(browser, page, () => scroll(page, 300, 40));
  const fling = await scripts(browser, page, () => scroll(page, 300, 600));
  const dragged = await scripts(browser, page, () => drag(page));
  const taken = [];
  for (let i = 0; i < jumps; i++)
    taken.push(await jump(page, ((i * 7 + 3) % jumps) / jumps + 0.02));
  const entering = await enter(page);
  const up = await upward(page);
  const elements = await page.evaluate(() => globalThis.seen.elements);
  const bytes = await heap(page);
  console.log(
    JSON.stringify({
      first_picture_ms: median("first"),
      first_tile_ms: median("tile"),
      script_bytes: median("script"),
      picture_bytes: median("pictures"),
      page_bytes: median("all"),
      page_requests: median("requests"),
      frame: { slow, fling, dragged },
      jump_ms: { p50: at(taken, 0.5), max: Math.max(...taken) },
      entering_longest_ms: entering,
      upward: up,
      elements,
      heap_bytes: bytes,
    }),
  );
} finally {
  await browser.close();
}
