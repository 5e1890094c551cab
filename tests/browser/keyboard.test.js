// A day with the keyboard alone, and what a screen reader is told: focus that comes back from dialogs, bars and deleted rows,
// headings that lead to their photographs, tiles that say where they stand.
import assert from "node:assert/strict";
import { after, before, describe, it } from "node:test";
import { begin, password, skip } from "./begin.js";
import { assertAccessible } from "./browser.js";

const months = ["2024-08", "2024-08", "2024-08", "2024-07", "2024-07"];

describe("the keyboard", { timeout: 300_000, skip }, () => {
  let gallery, page;
  const ids = [];

  before(async () => {
    gallery = await begin();
    ({ page } = gallery);
    for (const [n, month] of months.entries()) {
      const id = await gallery.add(`photo-${n}`, [
        60,
        30 * n + 40,
        200 - 30 * n,
      ]);
      await gallery.ask("PATCH", `/photos/${id}`, {
        title: `Number ${n + 1}`,
        taken_at: `${month}-${20 - n}T12:00:00`,
      });
      ids.push(id);
    }
    await page.goto(`${gallery.server.url}/photos`);
    await page.locator("a[data-id] img.seen").nth(4).waitFor();
  });

  after(() => gallery?.end());

  const press = (key) => page.keyboard.press(key);
  const type = (text) => page.keyboard.type(text);
  const dialog = () => page.getByRole("dialog").last();
  const bar = () => page.getByRole("toolbar", { name: "Selection" });

  /** Whether this, and nothing else, has the keyboard: at once, or once what was fetched is drawn. */
  async function has(locator) {
    await locator.waitFor();
    await page
      .waitForFunction(
        (one) => one === document.activeElement,
        await locator.elementHandle(),
      )
      .catch(async () => {
        const active = await page.evaluate(() =>
          document.activeElement.outerHTML.slice(0, 200),
        );
        assert.fail(`${locator} does not have the keyboard, but ${active}`);
      });
  }
  const tile = (n) => page.locator(`a[data-id="${ids[n - 1]}"]`);

  /** Goes on with Tab, or back, until this has the keyboard. */
  async function tabTo(locator, key = "Tab") {
    await locator.waitFor();
    for (let n = 0; n < 60; n++) {
      if (await locator.evaluate((one) => one === document.activeElement))
        return;
      await press(key);
    }
    assert.fail(`${key} never leads to ${locator}`);
  }
  const button = (name, within = page) =>
    within.getByRole("button", { name, exact: true });

  it("of a photograph a screen reader hears what it is and which of its month, below the month’s heading", async () => {
    const name = await tile(2).getAttribute("aria-label");
    assert.match(
      name,
      /^Photo, Number 2, 19 August 2024 at 12:00, 2 of 3 in August 2024$/,
    );
    const heard = await page.getByRole("main").ariaSnapshot();
    const order = [
      'heading "August 2024"',
      "3 of 3 in August 2024",
      'heading "July 2024"',
      "1 of 2 in July 2024",
    ].map((one) => heard.indexOf(one));
    assert.deepEqual(
      order,
      [...order].sort((a, b) => a - b),
      heard,
    );
    assert.ok(order[0] >= 0, heard);
  });

  it("a page that a link leads to begins at its heading, and so does one that is gone back to", async () => {
    const pages = page.getByRole("navigation", { name: "Pages" });
    await tabTo(pages.getByRole("link", { name: "Albums" }));
    await press("Enter");
    await has(page.getByRole("heading", { name: "Albums", level: 1 }));
    await assertAccessible(page);
    await tabTo(button("New album"));
    await page.goBack();
    await has(page.getByRole("heading", { name: "Photos", level: 1 }));
  });

  it("whoever points keeps their place: a page opened by a press does not move to its heading", async () => {
    const pages = page.getByRole("navigation", { name: "Pages" });
    await pages.getByRole("link", { name: "Albums" }).click();
    await page.getByRole("heading", { name: "Albums", level: 1 }).waitFor();
    await has(page.getByRole("main"));
    await pages.getByRole("link", { name: "Photos" }).click();
    await tile(1).waitFor();
    await has(page.getByRole("main"));
  });

  it("the viewer gives it back to the photograph that was seen last", async () => {
    await tabTo(tile(1));
    await press("Enter");
    await page.getByRole("dialog", { name: "Photograph" }).waitFor();
    await press("ArrowRight");
    await page.waitForURL(`**/photos/${ids[1]}`);
    await press("Escape");
    await has(tile(2));
  });

  it("details that close give it back to the viewer", async () => {
    await press("Enter");
    const viewer = page.getByRole("dialog", { name: "Photograph" });
    const details = button("Details", viewer);
    await tabTo(details);
    await press("Enter");
    const close = button("Close the details");
    await tabTo(close);
    await press("Enter");
    // The last that had it before the sheet.
    await has(button("Next photograph", viewer));
    await press("Escape");
    await has(tile(2));
  });

  for (const [name, title] of [
    ["Add to album", /to an album/],
    ["Rate", /photograph/],
    ["Date", /date/i],
    ["Add a tag", "Add a tag"],
  ])
    it(`“${name}” asks for what is selected, and Escape leads back to its button`, async () => {
      await tabTo(tile(2));
      await press("Space");
      const asks = button(name, bar());
      await tabTo(asks, "Shift+Tab");
      await press("Enter");
      await page.getByRole("dialog", { name: title }).waitFor();
      await assertAccessible(page);
      await press("Escape");
      await has(asks);
      await tabTo(button("Clear the selection", bar()), "Shift+Tab");
      await press("Enter");
      await has(tile(2));
    });

  it("a step that is done, and its undo, lead back to the photographs", async () => {
    await press("Space");
    await tabTo(button("Mark as favourites", bar()), "Shift+Tab");
    await press("Enter");
    await has(tile(2));
    await tabTo(button("Undo"));
    await press("Enter");
    await has(tile(2));
  });

  it("of a photograph that goes the next one has it, and where it was the last, the one before", async () => {
    for (const [gone, next] of [
      [2, 3],
      [5, 4],
    ]) {
      await tabTo(page.locator('a[data-id][tabindex="0"]'), "Shift+Tab");
      await press(gone === 5 ? "End" : "Home");
      if (gone === 2) await press("ArrowRight");
      await has(tile(gone));
      await press("Space");
      await tabTo(button("Delete", bar()), "Shift+Tab");
      await press("Enter");
      await tile(gone).waitFor({ state: "detached" });
      await has(tile(next));
      await tabTo(button("Undo").last());
      await press("Enter");
      await tile(gone).waitFor();
    }
  });

  it("a token that is revoked leaves it among the tokens", async () => {
    await gallery.ask("POST", "/me/tokens", { name: "laptop", scope: "read" });
    await gallery.ask("POST", "/me/tokens", { name: "phone", scope: "read" });
    await page.goto(`${gallery.server.url}/settings`);
    await tabTo(button("Revoke: laptop"));
    await press("Enter");
    await button("Revoke: laptop").waitFor({ state: "detached" });
    await has(button("Revoke: phone"));
  });

  it("what is searched for begins at its heading, and Escape leaves the field", async () => {
    await press("/");
    await has(page.getByRole("combobox", { name: "Search" }));
    await type("Number");
    await press("Enter");
    await has(page.getByRole("heading", { name: "Search", level: 1 }));
    await press("/");
    await press("Escape");
    await press("Escape");
    await page.waitForFunction(
      () => document.activeElement.closest("main") !== null,
    );
  });

  it("who logs out and in again stands at the heading of a page", async () => {
    await tabTo(button("Account of ada"), "Shift+Tab");
    await press("Enter");
    await tabTo(button("Log out"));
    await press("Enter");
    await button("Account of ada").waitFor({ state: "detached" });
    await page.waitForFunction(
      () => document.activeElement.closest("main") !== null,
    );
    await page.goto(`${gallery.server.url}/login`);
    await tabTo(page.getByLabel("Name"));
    await type("ada");
    await press("Tab");
    await type(password);
    await press("Tab");
    await press("Enter");
    await has(page.getByRole("heading", { name: "Photos", level: 1 }));
  });

  it("no script failed, and no other host was asked", () => {
    assert.deepEqual(gallery.troubles, []);
  });
});
