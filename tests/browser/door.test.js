// The pictures at a wall's door, which are drawn before the application is there.
import assert from "node:assert/strict";
import { after, before, describe, it } from "node:test";
import { launch, open, setUp } from "./browser.js";
import { png } from "./pictures.js";
import { startServer } from "./server.js";

const password = "correct horse battery staple";
const skip =
  Boolean(process.env.CADRE_TEST_URL) && "it needs a gallery of its own";
const photos = 26;
const wide = { width: 1366, height: 768 };
const narrow = { width: 360, height: 740 };

describe("the door", { timeout: 300_000, skip }, () => {
  let server, browser, owner;

  before(async () => {
    server = await startServer(password);
    browser = await launch();
    ({ page: owner } = await open(browser, server.url));
    await setUp(owner, server, password);
    for (let n = 0; n < photos; n++) {
      const answer = await owner.request.post(
        `${server.url}/api/v1/photos?filename=${n}.png&visibility=public`,
        {
          data: png(90 + n, 60, [n * 5, 120, 255 - n * 5]),
          headers: { "Content-Type": "image/png", Origin: server.url },
        },
      );
      assert.equal(answer.status(), 201, await answer.text());
    }
  });

  after(async () => {
    await browser?.close();
    await server?.stop();
  });

  /** Where pictures are, once they are there. */
  async function places(page, selector) {
    await page.waitForFunction((images) => {
      const all = [...document.querySelectorAll(images)];
      return all.length > 0 && all.every((one) => one.naturalWidth > 0);
    }, selector);
    return page.$$eval(selector, (images) =>
      images.map((one) => ({
        src: one.src,
        box: JSON.stringify(one.getBoundingClientRect()),
      })),
    );
  }

  /** What comes with the page may be some seconds old. */
  function hasAll(page) {
    return page.evaluate((wanted) => {
      const { months } = JSON.parse(
        document.querySelector("#initial").textContent,
      );
      const states = Object.values(months).flatMap(({ state }) => state);
      return states.length === wanted && states.every((one) => one === "ready");
    }, photos);
  }

  /** Opens the wall while the application is kept back; then lets it come. */
  async function visit(context) {
    const page = await context.newPage();
    let release;
    const held = new Promise((resolve) => (release = resolve));
    await page.route("**/assets/main-*.js", async (route) => {
      await held;
      await route.continue();
    });
    do await page.goto(server.url, { waitUntil: "domcontentloaded" });
    while (!(await hasAll(page)));
    const before = await places(page, ".door img");
    assert.equal(await page.locator("main").count(), 0);
    release();
    const later = await places(page, "main .cover img");
    assert.equal(later.length, 5);
    assert.deepEqual(later, before, "what is seen stays where it is");
    await page.locator(".door").waitFor({ state: "detached" });
    return page;
  }

  for (const [who, viewport] of [
    ["somebody at a desk", wide],
    ["somebody with a phone", narrow],
  ]) {
    it(`${who} sees pictures before the application, and they stay`, async () => {
      const context = await browser.newContext({ viewport });
      const page = await visit(context);
      await page.locator("main .cover a").first().click();
      await page.locator("dialog.viewer[open]").waitFor();
      await context.close();
    });
  }

  it("so does somebody who is logged in, beside the rail", async () => {
    await visit(owner.context());
  });

  it("who leaves before the pictures have come takes them along", async () => {
    const context = await browser.newContext({ viewport: wide });
    const page = await context.newPage();
    let release;
    const held = new Promise((resolve) => (release = resolve));
    await page.route("**/media/**", async (route) => {
      await held;
      await route.abort();
    });
    do await page.goto(server.url, { waitUntil: "domcontentloaded" });
    while (!(await hasAll(page)));
    await page.getByRole("link", { name: "Log in" }).click();
    await page.getByRole("heading", { name: "Log in" }).waitFor();
    assert.equal(await page.locator(".door").count(), 0);
    release();
    await context.close();
  });

  it("other pages wait for nothing", async () => {
    const context = await browser.newContext({ viewport: wide });
    const page = await context.newPage();
    await page.goto(`${server.url}/login`);
    await page.getByRole("button", { name: "Log in" }).waitFor();
    assert.equal(await page.locator(".door").count(), 0);
    await context.close();
  });
});
