// A day with the keyboard alone, and what a screen reader is told: focus that comes back from dialogs, bars and deleted rows,
// headings that lead to their photographs, tiles that say where they stand.
import assert from "node:assert/strict";
import { after, before, describe, it } from "node:test";
import { begin, password, skip } from "./begin.js";
import { eventually } from "../api/eventually.js";
import { assertAccessible, open } from "./browser.js";
import { png, scene } from "./pictures.js";

const months = ["2024-08", "2024-08", "2024-08", "2024-07", "2024-07"];

/** From the beginning: the browser is told to leave them to the test only after the first listener, and a press may be faster. */
const catchChoosers = (page) => page.on("filechooser", () => undefined);

describe("the keyboard", { timeout: 300_000, skip }, () => {
  let gallery, page;
  const ids = [];

  before(async () => {
    gallery = await begin();
    ({ page } = gallery);
    catchChoosers(page);
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
    const is = () =>
      locator.evaluate((one) => one === document.activeElement, null, {
        timeout: 1000,
      });
    for (let n = 0; n < 100; n++) {
      if (await is().catch(() => false)) return;
      await page.waitForTimeout(50);
    }
    const active = await page.evaluate(() =>
      document.activeElement.outerHTML.slice(0, 200),
    );
    assert.fail(`${locator} does not have the keyboard, but ${active}`);
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
  const heading = (name) => page.getByRole("heading", { name, level: 1 });
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

  it("an album is made, filled, nested, moved, shared with members and given a cover", async () => {
    await page.goto(`${gallery.server.url}/albums`);
    await tabTo(button("New album"));
    await press("Enter");
    await has(page.getByRole("textbox", { name: "Title" }));
    await assertAccessible(page);
    await type("Trips");
    await press("Enter");
    await has(heading("Trips"));
    await gallery.ask("POST", "/albums", { title: "Home" });
    await gallery.ask("POST", "/users", {
      name: "grace",
      role: "member",
      password,
    });

    const menu = button("More about this album");
    const choose = async (name) => {
      await tabTo(menu);
      await press("Enter");
      await tabTo(button(name));
      await press("Enter");
    };
    await choose("New album in this one");
    await has(page.getByRole("textbox", { name: "Title" }));
    await press("Escape");
    await has(menu);
    await choose("New album in this one");
    await has(page.getByRole("textbox", { name: "Title" }));
    await type("Inner");
    await press("Enter");
    await has(heading("Inner"));
    await choose("Move into another album");
    await has(page.getByRole("textbox", { name: "Find an album" }));
    await assertAccessible(page);
    await type("Home");
    await press("Enter");
    await page
      .getByText("stands in")
      .or(page.getByText("Home"))
      .first()
      .waitFor();
    await has(menu);

    await tabTo(button("Members"), "Shift+Tab");
    await press("Enter");
    const name = page.getByRole("textbox", { name: "Name with which" });
    await tabTo(name);
    await assertAccessible(page);
    await type("grace");
    await press("Enter");
    await tabTo(button("Take grace out"), "Shift+Tab");
    await press("Enter");
    await has(name);
    await tabTo(button("Undo", dialog()));
    await press("Enter");
    await has(name);
    await button("Take grace out").waitFor();
    // More steps in the dialog than the keeper remembers: it comes back to what opened it.
    for (let n = 0; n < 20; n++) await press("Tab");
    await press("Escape");
    await has(button("Members"));

    const [, , inner] = (await gallery.ask("GET", "/albums")).albums;
    await gallery.ask("POST", `/albums/${inner.id}/photos`, { add: ids });
    await tile(3).waitFor();
    await tabTo(page.locator('a[data-id][tabindex="0"]'));
    await press("Home");
    await press("ArrowRight");
    await press("ArrowRight");
    await has(tile(3));
    await press("Space");
    await tabTo(button("Make it the cover", bar()), "Shift+Tab");
    await press("Enter");
    await has(tile(3));
    await choose("Delete the album");
    await has(button("Cancel"));
    await press("Tab");
    await press("Enter");
    await has(heading("Home"));
  });

  it("what is selected is shared by a link; Escape keeps the selection, Done is done with it", async () => {
    await page.goto(`${gallery.server.url}/photos`);
    await tabTo(tile(1));
    await press("Space");
    const shares = button("Share by link", bar());
    await tabTo(shares, "Shift+Tab");
    await press("Enter");
    await dialog().getByText("The link is made.").waitFor();
    await assertAccessible(page);
    await tabTo(dialog().getByRole("textbox", { name: "Password" }));
    await type("rosemary");
    await press("Tab");
    await tabTo(button("Take the password off"), "Shift+Tab");
    await press("Enter");
    await button("Take the password off").waitFor({ state: "detached" });
    await page.waitForFunction(() => document.activeElement.closest("dialog"));
    await tabTo(button("Revoke the link", dialog()));
    await press("Enter");
    await has(button("Cancel"));
    await assertAccessible(page);
    await press("Escape");
    await has(button("Revoke the link"));
    await press("Escape");
    await has(shares);
    await bar().getByText("1 selected").waitFor();
    await press("Enter");
    await dialog().getByText("The link is made.").waitFor();
    await tabTo(button("Done", dialog()));
    await press("Enter");
    await bar().waitFor({ state: "detached" });
    await has(tile(1));
    await page.goto(`${gallery.server.url}/shared`);
    const change = page.getByRole("button", { name: /^Change/ });
    await tabTo(change.first());
    await press("Enter");
    await dialog().waitFor();
    await press("Escape");
    await has(change.first());
  });

  it("a share’s visitor unlocks it, looks, and gives a photograph", async () => {
    const { id: album } = await gallery.ask("POST", "/albums", {
      title: "Wedding",
    });
    await gallery.ask("POST", `/albums/${album}/photos`, { add: ids });
    const share = await gallery.ask("POST", "/shares", {
      album,
      password: "rosemary",
      allow: { upload: true, download: true, details: true },
    });
    const { server, browser } = gallery;
    const visitor = await open(browser, server.url);
    const own = page;
    page = visitor.page;
    catchChoosers(page);
    try {
      await page.goto(server.url + share.url);
      const field = page.getByRole("textbox", {
        name: "Password",
        exact: true,
      });
      await tabTo(field);
      await assertAccessible(page);
      await type("wrong");
      await press("Enter");
      await page.getByRole("alert").getByText("wrong").waitFor();
      await has(field);
      await type("rosemary");
      await press("Enter");
      await has(heading("Wedding"));
      await tabTo(tile(1));
      await press("Enter");
      const viewer = page.getByRole("dialog", { name: "Photograph" });
      await has(viewer);
      await press("i");
      await button("Close the details").waitFor();
      await assertAccessible(page);
      await press("Escape");
      await has(viewer);
      await press("Escape");
      await has(tile(1));
      await tabTo(
        page.getByRole("textbox", { name: "Your name", exact: true }),
        "Shift+Tab",
      );
      await type("Grace");
      const gives = page.locator('.gifts input[type="file"]');
      await tabTo(gives);
      const chooser = page.waitForEvent("filechooser");
      await press("Enter");
      await (
        await chooser
      ).setFiles({
        name: "given.png",
        mimeType: "image/png",
        buffer: png(80, 60, [1, 90, 30]),
      });
      await page.getByText("1 photograph added").waitFor();
      await has(gives);
      assert.deepEqual(visitor.troubles, []);
    } finally {
      page = own;
      await visitor.close();
    }
  });

  it("on the map one looks nearer, opens a photograph and comes back; places are a list, too", async () => {
    for (const [n, location] of [
      [1, { lat: 48.6744, lon: -1.8473 }],
      [2, { lat: 48.6404, lon: -2.0055 }],
      [3, { lat: -33.8523, lon: 151.2108 }],
    ])
      await gallery.ask("PATCH", `/photos/${ids[n - 1]}`, { location });
    await page.goto(`${gallery.server.url}/places`);
    const map = page.getByRole("group", { name: /^Map/ });
    await map.getByRole("button", { name: /look at it/ }).waitFor();
    const two = map.getByRole("button", { name: "2 photographs: look nearer" });
    await tabTo(two);
    await assertAccessible(page);
    const one = map.getByRole("button", { name: "A photograph: look at it" });
    for (let n = 0; n < 8 && (await two.count()) > 0; n++) {
      await press("Enter");
      // It rests, and what is there is asked for.
      await page.waitForTimeout(600);
    }
    assert.equal(await one.count(), 2);
    await page.waitForFunction(() => document.activeElement.closest(".map"));
    await tabTo(one.first());
    await press("Enter");
    const viewer = page.getByRole("dialog", { name: "Photograph" });
    await has(viewer);
    await press("Escape");
    await viewer.waitFor({ state: "detached" });
    await page.waitForURL(`${gallery.server.url}/places`);
    await page.waitForFunction(() => document.activeElement.closest("main"));
    await tabTo(page.getByRole("link", { name: "As a list" }));
    await press("Enter");
    await has(heading("Places"));
    await tabTo(page.getByRole("link", { name: /^Sydney/ }));
    await press("Enter");
    await has(heading("Search"));
  });

  it("look-alikes are kept and taken back, and who looked at one comes back to them", async () => {
    await gallery.add("one", scene(300, 200, 5, "one"));
    await gallery.add("two", scene(300, 200, 5, "two, longer"));
    await eventually(
      () => gallery.ask("GET", "/duplicates"),
      ({ groups }) => groups.length === 1,
      100,
    );
    await page.goto(`${gallery.server.url}/duplicates`);
    const keep = button("Keep the best");
    await tabTo(keep);
    await press("Enter");
    await has(button("Copies"));
    await button("Undo").waitFor();
    await press("Control+z");
    await keep.waitFor();
    await tabTo(page.getByRole("link", { name: "Look at two.png" }));
    await press("Enter");
    const viewer = page.getByRole("dialog", { name: "Photograph" });
    await has(viewer);
    await press("Escape");
    await page.waitForURL(`${gallery.server.url}/duplicates`);
    await has(heading("Look-alikes"));
  });

  it("files are chosen and sent, and the list of them is read, tried again and left", async () => {
    await page.goto(`${gallery.server.url}/photos`);
    const adds = button("Add photos");
    await tabTo(adds);
    await press("Enter");
    await dialog().waitFor();
    await assertAccessible(page);
    await tabTo(page.getByLabel("Choose photographs…"));
    const chooser = page.waitForEvent("filechooser");
    await press("Enter");
    await (
      await chooser
    ).setFiles({
      name: "letter.jpg",
      mimeType: "image/jpeg",
      buffer: Buffer.from("Dear Ada,"),
    });
    await has(adds);
    const ring = page.getByRole("button", { name: /^Uploads: .*1 not added/ });
    await tabTo(ring, "Shift+Tab");
    await press("Enter");
    await has(page.getByRole("heading", { name: "Uploads", level: 2 }));
    await assertAccessible(page);
    const again = button("Try again: letter.jpg");
    await tabTo(again);
    await press("Enter");
    await has(again);
    await press("Escape");
    await page
      .getByRole("region", { name: "Uploads" })
      .waitFor({ state: "detached" });
    await page.waitForFunction(() => document.activeElement.closest("header"));
  });

  it("who is locked out stays where one is; of somebody who is deleted the neighbour has it", async () => {
    await page.goto(`${gallery.server.url}/people`);
    await tabTo(button("Lock out: grace"));
    await press("Enter");
    await has(button("Let in again: grace"));
    await press("Enter");
    await has(button("Lock out: grace"));
    await tabTo(
      page.getByRole("combobox", { name: "Role: grace" }),
      "Shift+Tab",
    );
    await press("ArrowDown");
    await page.getByText("Changed.").last().waitFor();
    await has(page.getByRole("combobox", { name: "Role: grace" }));
    await tabTo(button("Delete: grace"));
    await press("Enter");
    await page.getByRole("alertdialog").waitFor();
    await assertAccessible(page);
    await tabTo(button("Delete"));
    await press("Enter");
    await button("Delete: grace").waitFor({ state: "detached" });
    await has(page.getByRole("combobox", { name: "Role: ada" }));
  });

  it("a tag is renamed and taken off, and each page begins at its heading", async () => {
    await gallery.ask("PATCH", `/photos/${ids[0]}`, { tags: ["sea"] });
    await page.goto(`${gallery.server.url}/tags`);
    await tabTo(page.getByRole("link", { name: /^sea/ }));
    await press("Enter");
    await has(heading("sea"));
    const menu = button("More about this tag");
    await tabTo(menu);
    await press("Enter");
    await tabTo(button("Rename the tag"));
    await press("Enter");
    await has(page.getByRole("textbox", { name: "New name" }));
    await press("Escape");
    await has(menu);
    await press("Enter");
    await tabTo(button("Rename the tag"));
    await press("Enter");
    await press("Control+a");
    await type("ocean");
    await press("Enter");
    await has(heading("ocean"));
    await tabTo(menu);
    await press("Enter");
    await tabTo(button("Delete the tag"));
    await press("Enter");
    await has(button("Cancel"));
    await press("Tab");
    await press("Enter");
    await has(heading("Tags"));
  });

  it("Ctrl and Z take back what the last message offers, but what was written where one writes", async () => {
    await page.goto(`${gallery.server.url}/photos`);
    await tabTo(page.locator('a[data-id][tabindex="0"]'));
    await press("Home");
    await tabTo(tile(1), "ArrowRight");
    await press("Enter");
    const viewer = page.getByRole("dialog", { name: "Photograph" });
    await has(viewer);
    await press("Delete");
    await page.getByText("Moved to the trash.").waitFor();
    await page.waitForURL(`**/photos/${ids[1]}`);
    await press("e");
    const title = viewer.getByRole("textbox", { name: "Title" });
    await has(title);
    await press("Control+z");
    await page.waitForTimeout(300);
    assert.ok((await gallery.ask("GET", `/photos/${ids[0]}`)).trashed_at);
    await press("Escape");
    await press("Control+z");
    await eventually(
      () => gallery.ask("GET", `/photos/${ids[0]}`),
      ({ trashed_at: trashed }) => trashed === null || trashed === undefined,
      100,
    );
    await press("i");
    const close = button("Close the details");
    await close.waitFor();
    await tabTo(close);
    await press("i");
    await close.waitFor({ state: "detached" });
    await page.waitForFunction(() => document.activeElement.closest("dialog"));
    await press("Escape");
    await has(tile(2));
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
