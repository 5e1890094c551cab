// The timeline and what is selected in it: by mouse, by keyboard, by finger; changes, their undo, and a server that refuses.
import assert from "node:assert/strict";
import { after, before, describe, it } from "node:test";
import { assertAccessible, launch, open, setUp } from "./browser.js";
import { png } from "./pictures.js";
import { startServer } from "./server.js";

const password = "correct horse battery staple";
const skip =
  Boolean(process.env.CADRE_TEST_URL) && "it needs a gallery of its own";
const photos = 48;
const seenTiles = "a[data-id] img.seen";

describe("the timeline", { timeout: 300_000, skip }, () => {
  let server, browser, page, troubles;

  before(async () => {
    server = await startServer(password);
    browser = await launch();
    ({ page, troubles } = await open(browser, server.url));
    page.setDefaultTimeout(20_000);
    await setUp(page, server, password);
    for (let n = 0; n < photos; n++) {
      // Four a day, twelve a month.
      const day = new Date(
        Date.UTC(2020, Math.floor(n / 12), 5 + Math.floor((n % 12) / 4), n % 4),
      );
      const answer = await page.request.post(
        `${server.url}/api/v1/photos?filename=${n}.png&visibility=private&modified=${day.toISOString()}`,
        {
          data: png(90, 60, [n * 5, 120, 255 - n * 5]),
          headers: { "Content-Type": "image/png", Origin: server.url },
        },
      );
      assert.equal(answer.status(), 201, await answer.text());
    }
    await page.goto(`${server.url}/photos`);
    await page.waitForFunction(
      (selector) => document.querySelectorAll(selector).length >= 12,
      seenTiles,
    );
  });

  after(async () => {
    await browser?.close();
    await server?.stop();
  });

  const bar = () => page.getByRole("toolbar", { name: "Selection" });
  const selected = (text) => bar().getByText(text, { exact: true }).waitFor();
  const tile = (n) => page.locator("a[data-id]").nth(n);

  /** How many of a scope the server knows. */
  async function count(scope) {
    const answer = await page.request.get(
      `${server.url}/api/v1/timeline?scope=${scope}`,
    );
    return (await answer.json()).total;
  }

  it("the circle selects one, Shift a range, the day's tick a day; Escape leaves", async () => {
    await tile(0).click({ position: { x: 12, y: 12 } });
    await selected("1 selected");
    await assertAccessible(page);
    await tile(5).click({ modifiers: ["Shift"] });
    await selected("6 selected");
    // Once something is selected, a click anywhere on a photo selects it or takes it out.
    await tile(2).click();
    await selected("5 selected");
    await page.keyboard.press("Escape");
    await bar().waitFor({ state: "detached" });

    await tile(0).hover();
    await page
      .getByRole("button", { name: /^Select / })
      .first()
      .click({ force: true });
    await selected("4 selected");
    await bar().getByRole("button", { name: "Clear the selection" }).click();
    await bar().waitFor({ state: "detached" });
  });

  it("the keyboard selects one, a row, a range, a day and all", async () => {
    await page.locator('a[data-id][tabindex="0"]').focus();
    await page.keyboard.press("Home");
    await page.keyboard.press("Space");
    await selected("1 selected");
    await page.keyboard.press("Shift+ArrowRight");
    await selected("2 selected");
    await page.keyboard.press("Shift+ArrowRight");
    await selected("3 selected");
    await page.keyboard.press("Escape");
    await bar().waitFor({ state: "detached" });
    await page.keyboard.press("d");
    await selected("4 selected");
    await page.keyboard.press("d");
    await bar().waitFor({ state: "detached" });
    await page.keyboard.press("Shift+Space");
    const row = await page.evaluate(
      () =>
        document.activeElement.closest("[role=row]").querySelectorAll("a")
          .length,
    );
    await selected(`${row} selected`);
    await page.keyboard.press("Control+a");
    await selected(`${photos} selected`);
    await page.keyboard.press("Escape");
    await bar().waitFor({ state: "detached" });
  });

  it("what is moved to the trash goes at once, and all of it comes back by one press", async () => {
    const first = await tile(0).getAttribute("data-id");
    await page.locator('a[data-id][tabindex="0"]').focus();
    await page.keyboard.press("Home");
    await page.keyboard.press("d");
    await selected("4 selected");
    await bar().getByRole("button", { name: "Delete" }).click();
    await page
      .locator(`a[data-id="${first}"]`)
      .waitFor({ state: "detached", timeout: 2000 });
    await page.getByText("4 photographs moved to the trash.").waitFor();
    assert.equal(await count("trash"), 4);
    await page.getByRole("button", { name: "Undo" }).last().click();
    await page.locator(`a[data-id="${first}"]`).waitFor();
    assert.equal(await count("trash"), 0);
    assert.equal(await count("mine"), photos);
  });

  it("what the server refuses is put back, with a sentence", async () => {
    const first = await tile(0).getAttribute("data-id");
    await page.route("**/api/v1/photos/bulk", (route) =>
      route.fulfill({
        status: 403,
        contentType: "application/problem+json",
        body: '{"type":"about:blank","title":"","status":403,"detail":"That is not yours to delete."}',
      }),
    );
    await tile(0).click({ position: { x: 12, y: 12 } });
    await bar().getByRole("button", { name: "Delete" }).click();
    await page.getByText("That is not yours to delete.").waitFor();
    await page.locator(`a[data-id="${first}"]`).waitFor();
    await page.unroute("**/api/v1/photos/bulk");
    await page.getByRole("button", { name: "Dismiss" }).last().click();
  });

  it("favourites are marked, gathered on their page, and undone", async () => {
    await tile(0).click({ position: { x: 12, y: 12 } });
    await tile(1).click();
    await bar().getByRole("button", { name: "Mark as favourites" }).click();
    await page.getByText("2 photographs marked as favourites.").waitFor();
    assert.equal(await count("favourites"), 2);
    await page.getByRole("button", { name: "Undo" }).last().click();
    await page.getByText("Undone for 2 photographs.").waitFor();
    assert.equal(await count("favourites"), 0);

    await tile(0).click({ position: { x: 12, y: 12 } });
    await bar().getByRole("button", { name: "Mark as favourites" }).click();
    await page.getByText("Marked as a favourite.").waitFor();
    await page.getByRole("link", { name: "Favourites" }).click();
    await page.locator(seenTiles).first().waitFor();
    await assertAccessible(page);
    assert.equal(await page.locator("a[data-id]").count(), 1);
    await tile(0).click({ position: { x: 12, y: 12 } });
    await bar().getByRole("button", { name: "No longer favourites" }).click();
    await page.getByRole("heading", { name: "No favourites yet" }).waitFor();
    await page.getByRole("link", { name: "Photos", exact: true }).click();
    await page.locator(seenTiles).first().waitFor();
  });

  it("tags are given to many, and public is undone only for those that were private", async () => {
    await tile(0).click({ position: { x: 12, y: 12 } });
    await tile(1).click();
    const ids = [
      await tile(0).getAttribute("data-id"),
      await tile(1).getAttribute("data-id"),
    ];
    await bar().getByRole("button", { name: "Add a tag" }).click();
    await page.getByRole("combobox", { name: "Tag" }).fill("harbour, evening");
    await assertAccessible(page);
    await page.keyboard.press("Enter");
    await page.getByText("Tag added to 2 photographs.").waitFor();
    const tags = async (id) =>
      (
        await (
          await page.request.get(`${server.url}/api/v1/photos/${id}`)
        ).json()
      ).tags;
    for (const id of ids)
      assert.deepEqual((await tags(id)).sort(), ["evening", "harbour"]);
    await page.getByRole("button", { name: "Undo" }).last().click();
    await page
      .getByText(/^Undone/)
      .first()
      .waitFor();
    assert.equal(await bar().count(), 0);

    await tile(0).click({ position: { x: 12, y: 12 } });
    await bar().getByRole("button", { name: "Make public" }).click();
    await page.getByText("Everybody can see it now.").waitFor();
    await tile(0).click({ position: { x: 12, y: 12 } });
    await tile(1).click();
    await bar().getByRole("button", { name: "Make public" }).click();
    await page.getByText("Everybody can see 2 photographs now.").waitFor();
    await page.getByRole("button", { name: "Undo" }).last().click();
    await page.waitForFunction(
      async () =>
        (await (await fetch("/api/v1/timeline?scope=wall")).json()).total === 1,
    );
  });

  it("holds 400 elements at most, and its scrubber is a slider that says dates", async () => {
    await page.setViewportSize({ width: 360, height: 740 });
    await page.goto(`${server.url}/photos?small`);
    await page.locator(seenTiles).first().waitFor();
    const slider = page.getByRole("slider", { name: "Through the years" });
    await slider.focus();
    await page.keyboard.press("End");
    await page.locator('a[data-month="2020-01"]').first().waitFor();
    await page.waitForFunction(() =>
      document
        .querySelector('[role="slider"]')
        .getAttribute("aria-valuetext")
        .endsWith("2020"),
    );
    const elements = await page.evaluate(
      () => document.querySelectorAll("*").length,
    );
    assert.ok(elements <= 400, `${elements} elements`);
    await assertAccessible(page);
  });

  it("no script failed, nothing broke the Content-Security-Policy, no other host was asked", () => {
    assert.deepEqual(troubles, []);
  });
});
