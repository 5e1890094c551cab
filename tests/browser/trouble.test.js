// What a browser does when something on the way fails: a proxy that restarts, a picture that does not come, a session that
// ended, a page that flies past.
import assert from "node:assert/strict";
import { after, before, describe, it } from "node:test";
import {
  assertAccessible,
  launch,
  open,
  openUploads,
  setUp,
} from "./browser.js";
import { png } from "./pictures.js";
import { startServer } from "./server.js";

const password = "correct horse battery staple";
const skip =
  Boolean(process.env.CADRE_TEST_URL) && "it needs a gallery of its own";
const months = 90;
const seenTiles = "a[data-id] img.seen";

describe("when something fails on the way", { timeout: 600_000, skip }, () => {
  let server, browser, page;

  before(async () => {
    server = await startServer(password);
    browser = await launch();
    ({ page } = await open(browser, server.url));
    page.setDefaultTimeout(30_000);
    await setUp(page, server, password);
    await fill();
  });

  after(async () => {
    await browser?.close();
    await server?.stop();
  });

  /** One photo a month, through the page's own session. */
  async function fill() {
    for (let n = 0; n < months; n++) {
      const day = new Date(Date.UTC(2016, n, 15)).toISOString();
      const answer = await page.request.post(
        `${server.url}/api/v1/photos?filename=${n}.png&visibility=public&modified=${day}`,
        {
          data: png(60, 40, [n * 4, 120, 255 - n * 4]),
          headers: { "Content-Type": "image/png", Origin: server.url },
        },
      );
      assert.equal(answer.status(), 201, await answer.text());
    }
    for (let left = months; left > 0;) {
      const mine = await page.request.get(
        `${server.url}/api/v1/photos?scope=mine&limit=${months}`,
      );
      const { photos } = await mine.json();
      left = photos.filter(({ state }) => state === "processing").length;
      if (left > 0) await page.waitForTimeout(200);
    }
  }

  async function add(name, colour) {
    await page
      .getByRole("banner")
      .getByRole("button", { name: "Add photos" })
      .click();
    await page.getByRole("radio", { name: "Everybody" }).check();
    await page
      .getByLabel("Choose photographs")
      .setInputFiles([
        { name, mimeType: "image/png", buffer: png(80, 60, colour) },
      ]);
    await openUploads(page);
  }

  const uploads = () => page.getByRole("region", { name: "Uploads" });
  const uploadRequests = /\/api\/v1\/photos\?filename=/;

  it("an upload that a restarting proxy answers with 502 and breaks off arrives by itself", async () => {
    await page.goto(server.url);
    let failures = 0;
    await page.route(uploadRequests, (route) => {
      failures++;
      if (failures === 1)
        return route.fulfill({ status: 502, body: "<html>502</html>" });
      if (failures === 2) return route.abort("connectionreset");
      return route.continue();
    });
    await add("restart.png", [200, 10, 10]);
    await uploads().getByText("is sent by itself").waitFor();
    await assertAccessible(page);
    await uploads().getByText("1 photograph added").waitFor();
    assert.equal(failures, 3);
    await page.unroute(uploadRequests);
    await uploads().getByRole("button", { name: "Dismiss" }).click();
  });

  it("a list that fails in passing is asked for again, a proxy’s own page is no sentence for a person", async () => {
    let failures = 0;
    await page.route(/\/api\/v1\/timeline\?/, (route) => {
      failures++;
      return failures < 3
        ? route.fulfill({ status: 503, body: "<html>503</html>" })
        : route.continue();
    });
    await page.goto(`${server.url}/photos`);
    await page.locator(seenTiles).first().waitFor();
    await page.unroute(/\/api\/v1\/timeline\?/);

    await page.route(/\/api\/v1\/timeline\?/, (route) =>
      route.fulfill({ status: 502, body: "<html>502</html>" }),
    );
    await page.goto(`${server.url}/photos`);
    await page
      .getByText("does not answer just now")
      .waitFor({ timeout: 60_000 });
    await page.unroute(/\/api\/v1\/timeline\?/);
    await page.getByRole("button", { name: "Try again" }).click();
    await page.locator(seenTiles).first().waitFor();
  });

  it("a picture that failed to load is asked for again", async () => {
    const failed = new Set();
    await page.route(/\/media\//, (route) => {
      const { pathname } = new URL(route.request().url());
      if (failed.has(pathname)) return route.continue();
      failed.add(pathname);
      return route.abort("connectionrefused");
    });
    await page.goto(`${server.url}/?picture`);
    await page.locator(seenTiles).nth(1).waitFor();
    assert.ok(failed.size >= 2);
    await page.unroute(/\/media\//);
  });

  it("tiles stand on the screen while the page scrolls at 4,000 px a second", async () => {
    await page.goto(`${server.url}/photos?flying`);
    await page.locator(seenTiles).first().waitFor();
    const { frames, empty } = await page.evaluate(async () => {
      const began = performance.now();
      const from = scrollY;
      let frames = 0;
      let empty = 0;
      let last = -1;
      while (performance.now() - began < 4000) {
        await new Promise((resolve) => requestAnimationFrame(resolve));
        // Down to the end, up again, and so on.
        const end = document.documentElement.scrollHeight - innerHeight - from;
        const gone = ((performance.now() - began) / 1000) * 4000;
        const way = gone % (2 * end);
        scrollTo(0, from + (way < end ? way : 2 * end - way));
        // Only frames in which it moved count.
        if (scrollY === last) continue;
        last = scrollY;
        const seen = [...document.querySelectorAll("a[data-id]")].some(
          (tile) => {
            const { top, bottom } = tile.getBoundingClientRect();
            return bottom > 0 && top < innerHeight;
          },
        );
        frames++;
        if (!seen) empty++;
      }
      return { frames, empty };
    });

    assert.ok(frames > 3, `only ${frames} frames`);
    assert.ok(empty < frames / 2, `${empty} of ${frames} frames had no tile`);
  });

  it("at the last photograph the button stays, says so and keeps the keyboard; so does the viewer after a deletion", async () => {
    await page.goto(`${server.url}/photos`);
    await page.locator(seenTiles).first().waitFor();
    await page.locator('a[data-id][tabindex="0"]').focus();
    await page.keyboard.press("End");
    await page.waitForFunction(
      () => document.activeElement?.getAttribute("data-month") === "2016-01",
    );
    await page.keyboard.press("ArrowLeft");
    await page.waitForFunction(
      () => document.activeElement?.getAttribute("data-month") === "2016-02",
    );
    await page.keyboard.press("Enter");
    await page.locator('dialog img.seen[alt^="Photo"]').waitFor();
    const next = page.getByRole("button", { name: "Next photograph" });
    await next.focus();
    await page.keyboard.press("Enter");
    const last = page.getByRole("button", {
      name: "This is the last photograph",
    });
    await last.waitFor();
    assert.ok(await last.evaluate((it) => it === document.activeElement));
    await page.keyboard.press("Enter");
    assert.ok(await last.evaluate((it) => it === document.activeElement));
    await assertAccessible(page);

    const before = page.url();
    await page.getByRole("button", { name: "Delete", exact: true }).focus();
    await page.keyboard.press("Enter");
    await page.waitForURL((url) => url.href !== before);
    await page.locator('dialog img.seen[alt^="Photo"]').waitFor();
    await page.waitForFunction(() =>
      document.querySelector("dialog")?.contains(document.activeElement),
    );
    await page.keyboard.press("Escape");
    await page.locator("dialog").waitFor({ state: "detached" });
  });

  it("a session that ended offers the log-in, and what waited is sent after it", async () => {
    await page.goto(`${server.url}/photos`);
    await page.locator(seenTiles).first().waitFor();
    // It ends while the file is on its way.
    await page.route(
      uploadRequests,
      async (route) => {
        await page.context().clearCookies();
        await route.fulfill({
          status: 401,
          contentType: "application/problem+json",
          body: '{"type":"/problems/not-logged-in","title":"","status":401,"detail":"Log in first."}',
        });
      },
      { times: 1 },
    );
    await add("waits.png", [10, 200, 10]);
    await uploads().getByText("is sent once you log in").waitFor();
    await page.getByRole("heading", { name: "Log in" }).waitFor();
    await assertAccessible(page);
    await page.getByLabel("Name").fill("ada");
    await page.getByLabel("Password").fill(password);
    await page
      .getByRole("main")
      .getByRole("button", { name: "Log in" })
      .click();
    await uploads().getByText("1 photograph added").waitFor();
    await page.locator(seenTiles).first().waitFor();
  });
});
