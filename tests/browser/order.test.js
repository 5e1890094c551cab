// An album in its own order: by the mouse, by the keyboard, by buttons, and for who has its link.
import assert from "node:assert/strict";
import { after, before, describe, it } from "node:test";
import { assertAccessible, launch, open, setUp } from "./browser.js";
import { libraryOf } from "./library.js";
import { startServer } from "./server.js";

const password = "correct horse battery staple";
const skip =
  Boolean(process.env.CADRE_TEST_URL) && "it needs a gallery of its own";
const tiles = "a[data-id] img.seen";

describe("the own order of an album", { timeout: 300_000, skip }, () => {
  let server, browser, page, troubles, album, ask, add, a, b, c, d;

  before(async () => {
    server = await startServer(password);
    browser = await launch();
    ({ page, troubles } = await open(browser, server.url));
    ({ ask, add } = libraryOf(page, server));
    page.context().setDefaultTimeout(30_000);
    await setUp(page, server, password);
    const photos = [];
    for (let i = 0; i < 4; i++) {
      const id = await add(`photo-${i}`, [60 * i + 20, 120, 200 - 40 * i]);
      // Months apart: by date each stands under a heading of its own.
      const taken_at = `2024-0${8 - i}-01T12:00:00`;
      await ask("PATCH", `/photos/${id}`, { taken_at });
      photos.push(id);
    }
    [a, b, c, d] = photos;
    album = (await ask("POST", "/albums", { title: "Wedding" })).id;
    await ask("POST", `/albums/${album}/photos`, { add: photos });
    await page.goto(`${server.url}/albums/${album}`);
    await page.locator(tiles).nth(3).waitFor();
  });

  after(async () => {
    await browser?.close();
    await server?.stop();
  });

  const button = (name) => page.getByRole("button", { name, exact: true });
  const tile = (id) => page.locator(`a[data-id="${id}"]`);
  /** As they stand on the page, row by row. */
  const shown = (on = page) =>
    on.locator("a[data-id]").evaluateAll((all) =>
      all
        .map((one) => [one.dataset.id, one.getBoundingClientRect()])
        .sort(([, p], [, q]) => p.top - q.top || p.left - q.left)
        .map(([id]) => id),
    );
  /** Until the page, and then the server, have this order. */
  async function becomes(...wanted) {
    await page.waitForFunction(
      (ids) =>
        ids.every(
          (id, i) =>
            document.querySelector(`a[data-id="${id}"]`)?.dataset.index ===
            String(i),
        ),
      wanted,
    );
    assert.deepEqual(await shown(), wanted);
    for (let look = 0; look < 100; look++) {
      const { photos } = await ask("GET", `/photos?scope=sequence:${album}`);
      if (photos.map(({ id }) => id).join() === wanted.join()) return;
      await new Promise((resolve) => setTimeout(resolve, 100));
    }
    assert.fail("the server has another order");
  }

  it("is chosen from the album's menu, and is that of the dates at first, without their headings", async () => {
    assert.equal(await page.locator("main h2").count(), 4);
    await button("More about this album").click();
    await button("Put into an order of its own").click();
    await page.getByText(/^The album has its own order now/).waitFor();
    await page.locator("main h2").first().waitFor({ state: "detached" });
    await page.locator(tiles).nth(3).waitFor();
    await becomes(a, b, c, d);
    await assertAccessible(page);
  });

  it("a photograph is dragged before another one, and the undo brings it back", async () => {
    const from = await tile(d).boundingBox();
    const to = await tile(b).boundingBox();
    await page.mouse.move(from.x + 60, from.y + 50);
    await page.mouse.down();
    await page.mouse.move(to.x + 40, to.y + 60, { steps: 4 });
    await page.mouse.move(to.x + 20, to.y + 60, { steps: 4 });
    await page.locator(".surface > .mark").waitFor();
    await page.mouse.up();
    await becomes(a, d, b, c);
    assert.equal(await page.locator(".surface > .mark").count(), 0);
    await page.getByText("1 photograph moved.", { exact: true }).waitFor();
    await button("Undo").last().click();
    await page.getByText("The photographs stand where they stood.").waitFor();
    await becomes(a, b, c, d);
  });

  it("Alt with the arrows, Home and End moves the one that has the keyboard", async () => {
    await tile(b).focus();
    await page.keyboard.press("Alt+ArrowRight");
    await becomes(a, c, b, d);
    await page.keyboard.press("Alt+ArrowRight");
    await becomes(a, c, d, b);
    await page.keyboard.press("Alt+Home");
    await becomes(b, a, c, d);
    await page.keyboard.press("Alt+End");
    await becomes(a, c, d, b);
    await page.keyboard.press("Alt+ArrowLeft");
    await becomes(a, c, b, d);
    assert.equal(
      await page.evaluate(() => document.activeElement?.dataset.id),
      b,
      "it keeps the keyboard",
    );
    assert.equal(new URL(page.url()).pathname, `/albums/${album}`);
  });

  it("buttons move what is selected, which stays so", async () => {
    await page.setViewportSize({ width: 360, height: 780 });
    await tile(d).focus();
    await page.keyboard.press("Space");
    await tile(b).focus();
    await page.keyboard.press("Space");
    await button("Move forward by one").click();
    await becomes(a, b, d, c);
    await button("Move forward by one").click();
    await becomes(b, d, a, c);
    await assertAccessible(page);
    await button("More").click();
    await button("Move to the end").click();
    await becomes(a, c, b, d);
    await page.keyboard.press("Escape");
    await page.setViewportSize({ width: 1024, height: 768 });
  });

  it("what is taken out goes back to its place by the undo", async () => {
    for (const id of [c, d]) {
      await tile(id).focus();
      await page.keyboard.press("Space");
    }
    await button("Remove from album").click();
    const said = page.getByText("2 photographs taken out of “Wedding”.");
    await said.waitFor();
    await becomes(a, b);
    await said
      .locator("xpath=..")
      .getByRole("button", { name: "Undo" })
      .click();
    await becomes(a, c, b, d);
  });

  it("a move that is refused is put back, with a sentence", async () => {
    await page.route("**/order", (route) =>
      route.fulfill({
        status: 403,
        contentType: "application/problem+json",
        body: JSON.stringify({
          type: "/problems/album-role-needed",
          title: "Forbidden",
          status: 403,
          detail: "No.",
          instance: "",
        }),
      }),
    );
    await tile(a).focus();
    await page.keyboard.press("Alt+End");
    await page
      .getByText("Your role in the album does not allow this.")
      .waitFor();
    await page.unroute("**/order");
    await becomes(a, c, b, d);
  });

  it("the viewer goes through it, also when one comes by a photograph's own address", async () => {
    await page.goto(`${server.url}/albums/${album}/${c}`);
    await page.locator("dialog img.seen").first().waitFor();
    for (const next of [b, d]) {
      await page.keyboard.press("ArrowRight");
      await page.waitForURL(`**/albums/${album}/${next}`);
    }
    await page.keyboard.press("Escape");
    await page.locator("dialog.viewer").waitFor({ state: "detached" });
  });

  it("is shown to who has the link of the album, and to nobody else's mouse", async () => {
    const { key } = await ask("POST", "/shares", { album });
    const visitor = await open(browser, server.url);
    await visitor.page.goto(`${server.url}/s/${key}`);
    await visitor.page.locator(tiles).nth(3).waitFor();
    assert.deepEqual(await shown(visitor.page), [a, c, b, d]);
    assert.equal(
      await visitor.page.locator('a[data-id][draggable="true"]').count(),
      0,
    );
    await assertAccessible(visitor.page);
    assert.deepEqual(visitor.troubles, []);
    await visitor.close();
  });

  it("by date again it has its months, and its own order is kept", async () => {
    await button("More about this album").click();
    await button("Order by date").click();
    await page.locator("main h2").nth(3).waitFor();
    await page.locator(tiles).nth(3).waitFor();
    assert.deepEqual(await shown(), [a, b, c, d]);
    await button("More about this album").click();
    await button("Put into an order of its own").click();
    await page.locator("main h2").first().waitFor({ state: "detached" });
    await becomes(a, c, b, d);
    assert.deepEqual(troubles, []);
  });
});
