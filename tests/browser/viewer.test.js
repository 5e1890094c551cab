// The viewer: zoom, swipe, pull, keys, its address; by mouse, finger and keyboard; wide and narrow.
import assert from "node:assert/strict";
import { after, before, describe, it } from "node:test";
import { assertAccessible, launch, open, setUp } from "./browser.js";
import { png } from "./pictures.js";
import { startServer } from "./server.js";

const password = "correct horse battery staple";
const skip =
  Boolean(process.env.CADRE_TEST_URL) && "it needs a gallery of its own";
// Newest first, as the page has them. The second is larger than any picture that is made of it.
const photos = [
  { name: "newest.png", size: [1600, 900], day: "2024-03-02T10:00:00Z" },
  { name: "large.png", size: [3000, 2000], day: "2024-03-01T10:00:00Z" },
  { name: "tall.png", size: [700, 1000], day: "2023-12-31T23:00:00Z" },
  { name: "oldest.png", size: [400, 300], day: "2019-07-01T10:00:00Z" },
];
const shown = 'dialog img.seen[alt^="Photo"]';

describe("the viewer", { timeout: 300_000, skip }, () => {
  let server, browser, page, troubles;
  const ids = [];

  before(async () => {
    server = await startServer(password);
    browser = await launch();
    ({ page, troubles } = await open(browser, server.url));
    watch(page);
    page.setDefaultTimeout(20_000);
    await setUp(page, server, password);
    for (const [n, { name, size, day }] of photos.entries()) {
      const answer = await page.request.post(
        `${server.url}/api/v1/photos?filename=${name}&visibility=public&modified=${day}`,
        {
          data: png(...size, [220 - n * 50, 130, 60 + n * 50]),
          headers: { "Content-Type": "image/png", Origin: server.url },
        },
      );
      assert.equal(answer.status(), 201, await answer.text());
      ids.push((await answer.json()).id);
    }
    await page.goto(`${server.url}/photos`);
    await page.waitForFunction(
      (count) =>
        document.querySelectorAll("a[data-id] img.seen").length === count,
      photos.length,
    );
  });

  after(async () => {
    await browser?.close();
    await server?.stop();
  });

  function watch(page) {
    page.on("console", (message) => {
      if (message.type() === "error") troubles.push(message.text());
    });
  }

  const at = (n, page_ = page) =>
    page_.waitForURL(`${server.url}/photos/${ids[n]}`);
  const closed = (page_ = page) =>
    page_.locator("dialog").waitFor({ state: "detached" });

  /** Opens a photo from its tile, and waits until it is there, sharp and at rest. */
  async function view(n, page_ = page) {
    await page_.locator(`a[data-id="${ids[n]}"]`).click();
    await rest(n, page_);
  }
  async function rest(n, page_ = page) {
    await at(n, page_);
    await page_.waitForFunction(
      ({ shown, id }) => {
        const image = document.querySelector(shown);
        if (!image || !location.pathname.endsWith(id)) return false;
        const { left, right } = image.getBoundingClientRect();
        return (
          document.querySelector("dialog.covered") &&
          left >= -1 &&
          right <= innerWidth + 1
        );
      },
      { shown, id: ids[n] },
    );
  }
  /** How wide the picture is drawn, in CSS pixels. */
  const width = () =>
    page
      .locator(shown)
      .evaluate((image) => image.getBoundingClientRect().width);
  /** Waits until it is drawn so wide, give or take a pixel; or between two widths. */
  const drawn = (least, most = least) =>
    page.waitForFunction(
      ({ shown, least, most }) => {
        const width = document
          .querySelector(shown)
          ?.getBoundingClientRect().width;
        return width >= least - 1 && width <= most + 1;
      },
      { shown, least, most },
    );
  const focusIsInside = async () =>
    assert.ok(
      await page.evaluate(() =>
        document.querySelector("dialog").contains(document.activeElement),
      ),
      "the keyboard is lost",
    );

  /** Further than half of the window: so far it counts however slowly the machine moves the mouse. */
  async function drag(x, y) {
    const { width, height } = page.viewportSize();
    const [from, top] = [(width - x) / 2, (height - y) / 2];
    await page.mouse.move(from, top);
    await page.mouse.down();
    await page.mouse.move(from + x / 2, top + y / 2, { steps: 4 });
    await page.mouse.move(from + x, top + y, { steps: 4 });
    await page.mouse.up();
  }

  it("fills the window from its tile, says where one is, and Back closes it", async () => {
    await view(1);
    assert.ok((await width()) > 1000, `${await width()} px wide`);
    await page.locator("dialog [aria-live]", { hasText: "2 of 4" }).waitFor();
    await assertAccessible(page);
    await focusIsInside();
    await page.goBack();
    await closed();
    await page.waitForURL(`${server.url}/photos`);
    await page.locator(`a[data-id="${ids[1]}"]:focus`).waitFor();
  });

  it("a swipe goes to the next and tells the address, a swipe back returns; the ends hold", async () => {
    await view(0);
    await drag(-800, 0);
    await rest(1);
    await page.locator("dialog [aria-live]", { hasText: "2 of 4" }).waitFor();
    await drag(800, 0);
    await rest(0);
    await page
      .getByRole("button", { name: "This is the first photograph" })
      .waitFor();
    await drag(800, 0);
    await rest(0);
    await focusIsInside();
    await page.keyboard.press("Escape");
    await closed();
  });

  it("goes through all of them by keys, the neighbours being there already", async () => {
    await view(0);
    await page.waitForFunction(
      () => document.querySelectorAll("dialog .pswp__img.seen").length >= 2,
    );
    for (let n = 1; n < photos.length; n++) {
      await page.keyboard.press("ArrowRight");
      await rest(n);
    }
    await page
      .getByRole("button", { name: "This is the last photograph" })
      .waitFor();
    await page.keyboard.press("ArrowRight");
    await rest(3);
    // Faster than the pictures move.
    for (let n = 0; n < 3; n++) await page.keyboard.press("ArrowLeft");
    await page.waitForFunction(() =>
      /of 4/.test(document.querySelector("dialog [aria-live]").textContent),
    );
    await focusIsInside();
    await page.keyboard.press("Escape");
    await closed();
    await page.waitForURL(`${server.url}/photos`);
  });

  it("zooms by wheel, keys, click and button, to its real pixels, of the file itself", async () => {
    await view(1);
    const fits = await width();
    await page.mouse.move(500, 380);
    await page.mouse.wheel(0, -300);
    await drawn(fits * 1.2, 9000);
    await page.keyboard.press("0");
    await drawn(fits);
    const original = page.waitForResponse(/\/original$/);
    await page.keyboard.press("z");
    await drawn(3000);
    assert.equal((await original).status(), 200);
    await page.waitForFunction((shown) => {
      const image = document.querySelector(shown);
      return image.currentSrc.endsWith("/original") && image.complete;
    }, shown);
    await assertAccessible(page);
    // Moved about, and not on to another.
    const before = await page
      .locator(shown)
      .evaluate((image) => image.getBoundingClientRect().left);
    await page.keyboard.press("Shift+ArrowRight");
    await page.waitForFunction(
      ({ shown, before }) =>
        document.querySelector(shown).getBoundingClientRect().left <
        before - 50,
      { shown, before },
    );
    const button = page.getByRole("button", { name: "Real size" });
    assert.equal(await button.getAttribute("aria-pressed"), "true");
    await button.click();
    await drawn(fits);
    await page.mouse.click(500, 380);
    await drawn(fits * 2, 9000);
    await page.keyboard.press("0");
    await drawn(fits);
    await page.keyboard.press("Escape");
    await closed();
  });

  it("is pulled down to close, and let go of it stays", async () => {
    await view(1);
    await drag(0, 20);
    await rest(1);
    await drag(0, 400);
    await closed();
    await page.waitForURL(`${server.url}/photos`);
  });

  it("an address alone, of a photo without a date, has its neighbours, and stays when it is read again", async () => {
    const { taken_at } = await (
      await page.request.get(`${server.url}/api/v1/photos/${ids[2]}`)
    ).json();
    assert.equal(taken_at, null);
    await page.goto("about:blank");
    await page.goto(`${server.url}/photos/${ids[2]}`);
    await page.locator("dialog [aria-live]", { hasText: "3 of 4" }).waitFor();
    await rest(2);
    await page.keyboard.press("ArrowRight");
    await rest(3);
    await page.reload();
    await rest(3);
    await page.keyboard.press("ArrowLeft");
    await rest(2);
    await page.getByRole("button", { name: "Close", exact: true }).click();
    await closed();
    await page.waitForURL(`${server.url}/photos`);
  });

  it("has a key for everything, and tells them; Escape leaves one thing at a time", async () => {
    await view(0);
    await page.keyboard.press("?");
    const overview = page.getByRole("dialog", { name: "Keyboard shortcuts" });
    await overview.waitFor();
    await assertAccessible(page);
    await page.keyboard.press("Escape");
    await overview.waitFor({ state: "detached" });
    await focusIsInside();

    await page.keyboard.press("e");
    await page.locator("aside input:focus").waitFor();
    await page.keyboard.type("r f d");
    await assertAccessible(page);
    await page.keyboard.press("Escape");
    await page.locator("aside").waitFor({ state: "detached" });
    await focusIsInside();
    await page.keyboard.press("i");
    await page.locator("aside").waitFor();
    // The picture makes room.
    await drawn(100, page.viewportSize().width - 360);
    await page.keyboard.press("i");
    await page.locator("aside").waitFor({ state: "detached" });

    await page.keyboard.press("f");
    await page.getByText("Marked as a favourite.").waitFor();
    const download = page.waitForEvent("download");
    await page.keyboard.press("d");
    assert.equal((await download).suggestedFilename(), "newest.png");
    await page.keyboard.press("Shift+R");
    await page.waitForFunction((shown) => {
      const image = document.querySelector(shown);
      return image?.complete && image.naturalWidth < image.naturalHeight;
    }, shown);
    await focusIsInside();
    for (const wide of [true, false, true]) {
      await page.keyboard.press("r");
      await page.waitForFunction(
        ({ shown, wide }) => {
          const image = document.querySelector(shown);
          return (
            image?.complete &&
            image.naturalWidth > 0 &&
            image.naturalWidth > image.naturalHeight === wide
          );
        },
        { shown, wide },
      );
    }
    await page.keyboard.press("Escape");
    await closed();
  });

  it("what stands around the picture goes when nothing moves, and comes back", async () => {
    await view(0);
    const close = page.getByRole("button", { name: "Close", exact: true });
    await page.mouse.move(500, 300);
    await page.locator("dialog.quiet").waitFor();
    await page.mouse.move(520, 320);
    await page.locator("dialog:not(.quiet)").waitFor();
    // It stays while the keyboard is in it.
    await page.locator("dialog.quiet").waitFor();
    await page.keyboard.press("Tab");
    await page.locator("dialog:not(.quiet) button:focus-visible").waitFor();
    await close.click();
    await closed();
  });

  it("a photo that goes leaves its place to the next; one that comes moves nothing", async () => {
    await view(1);
    await page.keyboard.press("Delete");
    await page.getByText("Moved to the trash.").waitFor();
    await rest(2);
    await page.locator("dialog [aria-live]", { hasText: "2 of 3" }).waitFor();
    await page.getByRole("button", { name: "Undo" }).click();
    await page.locator("dialog [aria-live]", { hasText: "3 of 4" }).waitFor();
    await rest(2);
    await page.keyboard.press("ArrowLeft");
    await rest(1);
    await page.keyboard.press("Escape");
    await closed();
  });

  it("a picture that does not arrive is asked for again", async () => {
    let refused = 0;
    const media = /\/media\/.*\/(l|xl)\.webp$/;
    await page.goto("about:blank");
    await page.context().route(media, (route) => {
      if (refused++ === 0) return route.fulfill({ status: 404, body: "" });
      return route.continue();
    });
    await page.goto(`${server.url}/photos/${ids[1]}?again`);
    await page.locator(shown).waitFor();
    assert.ok(refused >= 2, `${refused} requests`);
    await page.context().unroute(media);
    // Chromium says itself that one was refused.
    assert.match(troubles.pop() ?? "", /404/);
  });

  it("by finger, on a phone, dark, in French, with little motion: swipe, two fingers, and nothing overflows", async () => {
    const context = await browser.newContext({
      locale: "fr-FR",
      viewport: { width: 360, height: 740 },
      deviceScaleFactor: 2,
      hasTouch: true,
      isMobile: true,
      colorScheme: "dark",
      reducedMotion: "reduce",
      storageState: await page.context().storageState(),
    });
    const phone = await context.newPage();
    watch(phone);
    phone.setDefaultTimeout(20_000);
    phone.on("pageerror", (error) => troubles.push(error.message));
    await phone.goto(`${server.url}/photos`);
    await phone.locator(`a[data-id="${ids[1]}"]`).tap();
    await rest(1, phone);
    await phone.getByRole("button", { name: "Fermer" }).waitFor();
    await assertAccessible(phone);
    const outside = await phone.evaluate(() =>
      [...document.querySelectorAll("dialog :is(button, a)")]
        .map((one) => one.getBoundingClientRect())
        .filter(({ width }) => width > 0)
        .filter(
          ({ left, right, width, height }) =>
            left < 0 || right > innerWidth || width < 44 || height < 44,
        ),
    );
    assert.deepEqual(outside, []);

    const wide = () =>
      phone
        .locator(shown)
        .evaluate((image) => image.getBoundingClientRect().width);
    const touch = await context.newCDPSession(phone);
    // A frame each: what a finger does in less is not seen.
    const finger = async (type, ...touchPoints) => {
      await touch.send("Input.dispatchTouchEvent", { type, touchPoints });
      await phone.evaluate(
        () => new Promise((resolve) => requestAnimationFrame(resolve)),
      );
    };
    await finger("touchStart", { x: 340, y: 370 });
    for (let x = 320; x >= 20; x -= 20)
      await finger("touchMove", { x, y: 370 });
    await finger("touchEnd");
    await rest(2, phone);
    await phone.goBack();
    await closed(phone);
    await phone.locator(`a[data-id="${ids[1]}"]`).tap();
    await rest(1, phone);

    // Two fingers.
    const [before, pinch] = [await wide(), [150, 120, 90, 60, 30]];
    await finger("touchStart", { x: 170, y: 370 }, { x: 190, y: 370 });
    for (const x of pinch)
      await finger("touchMove", { x, y: 370 }, { x: 360 - x, y: 370 });
    await finger("touchEnd");
    await phone.waitForFunction(
      ({ shown, before }) =>
        document.querySelector(shown).getBoundingClientRect().width >
        before * 1.5,
      { shown, before },
    );
    await context.close();
  });

  it("no script failed, the console is empty, no other host was asked", () => {
    assert.deepEqual(troubles, []);
  });
});
