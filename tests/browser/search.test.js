// What people look for: words and filters in the bar, suggestions, what was found as a timeline, and the map.
import assert from "node:assert/strict";
import { after, before, describe, it } from "node:test";
import { eventually } from "../api/eventually.js";
import { assertAccessible, launch, open, setUp } from "./browser.js";
import { libraryOf } from "./library.js";
import { startServer } from "./server.js";

const password = "correct horse battery staple";
const skip =
  Boolean(process.env.CADRE_TEST_URL) && "it needs a gallery of its own";
const tiles = "a[data-id] img.seen";

describe("search and places", { timeout: 300_000, skip }, () => {
  let server, browser, page, troubles, ask, add;
  const photos = [];
  const said = [
    {
      title: "The red boat",
      tags: ["sea"],
      location: { lat: 48.6744, lon: -1.8473 },
      taken_at: "2019-07-14T10:00:00",
    },
    {
      title: "A green boat",
      tags: ["sea", "holiday at home"],
      location: { lat: 48.6404, lon: -2.0055 },
      taken_at: "2021-08-02T10:00:00",
    },
    {
      title: "Harbour Bridge",
      location: { lat: -33.8523, lon: 151.2108 },
      taken_at: "2023-01-02T10:00:00",
    },
    { title: "Nowhere", taken_at: "2024-01-02T10:00:00" },
  ];

  before(async () => {
    server = await startServer(password);
    browser = await launch();
    ({ page, troubles } = await open(browser, server.url));
    ({ ask, add } = libraryOf(page, server));
    page.context().setDefaultTimeout(30_000);
    await setUp(page, server, password);
    for (const [i, what] of said.entries()) {
      const id = await add(`photo-${i}`, [60 * i + 20, 120, 200 - 40 * i]);
      await ask("PATCH", `/photos/${id}`, what);
      photos.push(id);
    }
    await page.locator(tiles).nth(3).waitFor();
    // The last of them can be found.
    await eventually(
      () => ask("GET", "/search?q=nowhere"),
      ({ total }) => total === 1,
      100,
    );
  });

  after(async () => {
    await browser?.close();
    await server?.stop();
  });

  const field = () => page.getByRole("combobox", { name: "Search" });
  const shown = (...titles) =>
    page.waitForFunction((wanted) => {
      const here = [...document.querySelectorAll("a[data-id]")].map(
        (one) => one.getAttribute("aria-label").split(", ")[1],
      );
      return JSON.stringify(here) === JSON.stringify(wanted);
    }, titles);

  it("the slash leads to the field, and Enter finds", async () => {
    await page.locator('a[data-id][tabindex="0"]').focus();
    await page.keyboard.press("/");
    await field().waitFor();
    assert.ok(await field().evaluate((one) => one === document.activeElement));
    await page.keyboard.type("boats -green");
    await page.keyboard.press("Enter");
    await page.getByRole("heading", { name: "Search" }).waitFor();
    await shown("The red boat");
    assert.equal(
      new URL(page.url()).search,
      `?q=${encodeURIComponent("boats -green")}`,
    );
    await page.getByText("1 photograph", { exact: true }).waitFor();
    await assertAccessible(page);
  });

  it("each hit says why it is one", async () => {
    const label = await page
      .locator(`a[data-id="${photos[0]}"]`)
      .getAttribute("aria-label");
    assert.match(label, /Found by its title$/);
  });

  it("a part of the question is taken off by its chip", async () => {
    await page
      .getByRole("link", { name: "Take off -green", exact: true })
      .click();
    await shown("A green boat", "The red boat").catch(() => null);
    await page.getByText("2 photographs", { exact: true }).waitFor();
    assert.equal(await field().inputValue(), "boats");
  });

  it("what was found opens, and Close leads back to it", async () => {
    await page.locator(`a[data-id="${photos[1]}"]`).click();
    await page
      .getByRole("dialog")
      .getByRole("heading", { name: "A green boat" })
      .waitFor();
    assert.equal(new URL(page.url()).pathname, `/search/${photos[1]}`);
    assert.equal(new URL(page.url()).search, "?q=boats");
    await page.keyboard.press("ArrowRight");
    await page
      .getByRole("dialog")
      .getByRole("heading", { name: "The red boat" })
      .waitFor();
    await page.keyboard.press("Escape");
    await page.waitForURL(`${server.url}/search?q=boats`);
    await page.reload();
    await page.getByText("2 photographs", { exact: true }).waitFor();
  });

  it("suggestions go on from what is typed", async () => {
    await field().fill("holi");
    const option = page.getByRole("option", { name: /holiday at home/ });
    await option.waitFor();
    await assertAccessible(page);
    await page.keyboard.press("ArrowDown");
    await page.keyboard.press("Enter");
    await page.waitForURL(/q=tag/);
    await page.getByText("1 photograph", { exact: true }).waitFor();
    assert.equal(await field().inputValue(), 'tag:"holiday at home"');
  });

  it("what is not understood is told, and nothing found is no error", async () => {
    await field().fill("colour:red");
    await page.keyboard.press("Enter");
    await page
      .getByRole("alert")
      .filter({ hasText: "There is no filter “colour:”." })
      .waitFor();
    troubles.length = 0; // the browser writes of the 422
    await field().fill("zeppelin");
    await page.keyboard.press("Enter");
    await page.getByRole("heading", { name: "Nothing was found" }).waitFor();
    await assertAccessible(page);
  });

  it("what is not understood is told in one's own language", async () => {
    const french = await open(browser, server.url, { locale: "fr-FR" });
    await french.page.context().addCookies(await page.context().cookies());
    await french.page.goto(`${server.url}/search?q=is:favorit`);
    await french.page
      .getByRole("alert")
      .filter({
        hasText:
          "is: ne connaît pas «\u00a0favorit\u00a0». Vouliez-vous dire favorite\u00a0?",
      })
      .waitFor();
    await french.page.context().close();
  });

  it("what is changed meanwhile is found by what is now", async () => {
    await ask("PATCH", `/photos/${photos[3]}`, { title: "A zeppelin" });
    await page.getByText("1 photograph", { exact: true }).waitFor();
    await shown("A zeppelin");
  });

  it("the map shows where photographs were taken, and opens what is in view", async () => {
    await page
      .getByRole("navigation", { name: "Pages" })
      .getByRole("link", { name: "Places" })
      .click();
    const map = page.getByRole("group", { name: /^Map/ });
    await map.waitFor();
    await map
      .getByRole("button", { name: "2 photographs: look nearer" })
      .waitFor();
    await assertAccessible(page);
    const scripts = await page.evaluate(() =>
      performance.getEntriesByType("resource").map(({ name }) => name),
    );
    assert.deepEqual(
      scripts.filter((name) => /\/layer-/.test(name)),
      [],
      "there are no tiles of the gallery's own to read",
    );
    await page
      .getByRole("link", { name: "Look at 3 photographs here" })
      .waitFor();
    await map
      .getByRole("button", { name: "2 photographs: look nearer" })
      .focus();
    await page.keyboard.press("Enter");
    await page
      .getByRole("link", { name: "Look at 2 photographs here" })
      .click();
    await page.getByRole("heading", { name: "Search" }).waitFor();
    await page.getByText("2 photographs", { exact: true }).waitFor();
  });

  it("the places are a list, too, from which each town is opened", async () => {
    await page
      .getByRole("navigation", { name: "Pages" })
      .getByRole("link", { name: "Places" })
      .click();
    await page.getByRole("link", { name: "As a list" }).click();
    await page
      .getByRole("heading", { level: 2, name: "Australia 1 photograph" })
      .waitFor();
    const france = page.getByRole("region", { name: "France 2 photographs" });
    const towns = france.getByRole("link");
    assert.deepEqual((await towns.allInnerTexts()).length, 2);
    await assertAccessible(page);
    // By the keyboard alone.
    await page.getByRole("link", { name: "On the map" }).focus();
    await page.keyboard.press("Tab");
    await page.keyboard.press("Enter");
    await page.getByRole("heading", { name: "Search" }).waitFor();
    await page.getByText("1 photograph", { exact: true }).waitFor();
    await page.goBack();
    await page.getByRole("link", { name: "On the map" }).click();
    await page.getByRole("group", { name: /^Map/ }).waitFor();
  });

  it("who has no account finds what is on the wall, and nothing else", async () => {
    await ask("PATCH", `/photos/${photos[0]}`, { visibility: "public" });
    const visitor = await open(browser, server.url, { locale: "fr-FR" });
    visitor.page.context().setDefaultTimeout(30_000);
    await visitor.page.goto(server.url);
    const theirs = visitor.page.getByRole("combobox", { name: "Rechercher" });
    await theirs.fill("boat");
    await visitor.page.keyboard.press("Enter");
    await visitor.page.getByText("1 photographie", { exact: true }).waitFor();
    const ids = () =>
      visitor.page
        .locator("a[data-id]")
        .evaluateAll((all) => all.map((one) => one.dataset.id));
    await visitor.page.locator(tiles).first().waitFor();
    assert.deepEqual(await ids(), [photos[0]]);
    await assertAccessible(visitor.page);
    await visitor.page.locator("a[data-id]").click();
    await visitor.page
      .getByRole("dialog")
      .getByRole("heading", { name: "The red boat" })
      .waitFor();
    troubles.push(...visitor.troubles);
    await visitor.close();
  });

  it("says nothing that nobody should see", () => {
    assert.deepEqual(troubles, []);
  });
});
