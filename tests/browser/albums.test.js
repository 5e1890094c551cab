// Albums and tags: made, filled, nested, changed and deleted, mostly by keyboard. The steps build on each other.
import assert from "node:assert/strict";
import { after, before, describe, it } from "node:test";
import { eventually } from "../api/eventually.js";
import { assertAccessible, launch, open, setUp } from "./browser.js";
import { libraryOf } from "./library.js";
import { png } from "./pictures.js";
import { startServer } from "./server.js";

const password = "correct horse battery staple";
const skip =
  Boolean(process.env.CADRE_TEST_URL) && "it needs a gallery of its own";
const tiles = "a[data-id] img.seen";

describe("albums", { timeout: 300_000, skip }, () => {
  let server, browser, page, troubles, album, ask, add;
  const photos = [];

  before(async () => {
    server = await startServer(password);
    browser = await launch();
    ({ page, troubles } = await open(browser, server.url));
    ({ ask, add } = libraryOf(page, server));
    page.context().setDefaultTimeout(30_000);
    await setUp(page, server, password);
    for (let i = 0; i < 4; i++)
      photos.push(await add(`photo-${i}`, [60 * i + 20, 120, 200 - 40 * i]));
    await page.locator(tiles).nth(3).waitFor();
  });

  after(async () => {
    await browser?.close();
    await server?.stop();
  });

  const ids = () =>
    page
      .locator("a[data-id]")
      .evaluateAll((all) => all.map((one) => one.dataset.id));
  const button = (name) => page.getByRole("button", { name, exact: true });
  const notice = (text) => page.getByText(text, { exact: true });

  /** With the keys alone: so many of the newest photographs of the page. */
  async function select(count) {
    await page.locator('a[data-id][tabindex="0"]').focus();
    await page.keyboard.press("Home");
    await page.keyboard.press("Space");
    for (let i = 1; i < count; i++)
      await page.keyboard.press("Shift+ArrowRight");
    await page
      .getByRole("toolbar", { name: "Selection" })
      .getByText(`${count} selected`)
      .waitFor();
  }

  async function chooseFromMenu(name) {
    await button("More about this album").click();
    await button(name).click();
  }

  it("the page of somebody who has none makes the first one", async () => {
    await page
      .getByRole("navigation", { name: "Pages" })
      .getByRole("link", { name: "Albums" })
      .click();
    await page.getByRole("heading", { name: "No albums yet" }).waitFor();
    await assertAccessible(page);
    await button("New album").focus();
    await page.keyboard.press("Enter");
    await page.keyboard.type("Wedding");
    await assertAccessible(page);
    await page.keyboard.press("Enter");
    await page.getByRole("heading", { name: "Wedding", level: 1 }).waitFor();
    await page.getByRole("heading", { name: "An empty album" }).waitFor();
    assert.match(page.url(), /\/albums\/[0-9a-f-]{36}$/);
    assert.equal(await page.title(), "Wedding · Cadre");
    album = page.url().split("/").at(-1);
    await assertAccessible(page);
  });

  it("what is selected goes into an album that is found by its name, and out again by the undo", async () => {
    await page.getByRole("link", { name: "Go to your photos" }).click();
    await page.locator(tiles).nth(3).waitFor();
    await select(2);
    await button("Add to album").focus();
    await page.keyboard.press("Enter");
    await page
      .getByRole("heading", { name: "Add 2 photographs to an album" })
      .waitFor();
    await assertAccessible(page);
    await page.keyboard.type("wedd");
    await page.getByRole("button", { name: /^Wedding/ }).focus();
    await page.keyboard.press("Enter");
    await notice("2 photographs added to “Wedding”.").waitFor();
    assert.equal((await ask("GET", `/albums/${album}`)).count, 2);
    await button("Undo").click();
    await notice("Undone for 2 photographs.").waitFor();
    assert.equal((await ask("GET", `/albums/${album}`)).count, 0);
  });

  it("what is selected is dragged to an album beside the rail", async () => {
    await select(2);
    await page
      .locator('[aria-selected="true"] a[data-id]')
      .first()
      .hover({ position: { x: 60, y: 50 } });
    await page.mouse.down();
    await page.mouse.move(500, 400, { steps: 4 });
    const target = page.locator(".drop li").filter({ hasText: "Wedding" });
    await target.waitFor();
    const { x, y, width, height } = await target.boundingBox();
    await page.mouse.move(x + width / 2, y + height / 2, { steps: 4 });
    await page.locator(".drop li.over").waitFor();
    await page.mouse.up();
    await notice("2 photographs added to “Wedding”.").waitFor();
    await page.locator(".drop").waitFor({ state: "detached" });
    await page
      .getByRole("toolbar", { name: "Selection" })
      .waitFor({ state: "detached" });
    await button("Undo").last().click();
    // The message of the undo before may still be there.
    await eventually(
      () => ask("GET", `/albums/${album}`),
      ({ count }) => count === 0,
      50,
    );
  });

  it("of what is there already it says so, and the undo leaves it there", async () => {
    await ask("POST", `/albums/${album}/photos`, { add: [photos[3]] });
    await page.reload();
    await page.locator(tiles).nth(3).waitFor();
    await select(3);
    await button("Add to album").click();
    await page.getByRole("button", { name: /^Wedding/ }).click();
    await notice(
      "2 photographs added to “Wedding”. 1 was there already.",
    ).waitFor();
    await button("Undo").click();
    await notice("Undone for 2 photographs.").waitFor();
    const { count, cover } = await ask("GET", `/albums/${album}`);
    assert.deepEqual([count, cover.id], [1, photos[3]]);
  });

  it("an album that is open shows what somebody adds, and opens it", async () => {
    await page.goto(`${server.url}/albums/${album}`);
    await page.locator(tiles).waitFor();
    await ask("POST", `/albums/${album}/photos`, { add: photos.slice(1) });
    await page.locator(tiles).nth(2).waitFor();
    assert.deepEqual(await ids(), photos.slice(1).reverse());
    await page.locator("main").getByText("3 photographs").waitFor();
    await assertAccessible(page);
    await page.locator('a[data-id][tabindex="0"]').focus();
    await page.keyboard.press("Home");
    await page.keyboard.press("Enter");
    await page.locator("dialog img.seen").first().waitFor();
    assert.equal(new URL(page.url()).pathname, `/albums/${album}/${photos[3]}`);
    await page.keyboard.press("i");
    const stands = page.getByRole("complementary", { name: "Details" });
    await stands.getByRole("link", { name: "Wedding" }).waitFor();
    await assertAccessible(page);
    await page.keyboard.press("Escape");
    await page.keyboard.press("Escape");
    await page.locator("dialog.viewer").waitFor({ state: "detached" });
    assert.equal(new URL(page.url()).pathname, `/albums/${album}`);
  });

  it("one of its photographs becomes its cover, and others are taken out and brought back", async () => {
    await page.locator('a[data-id][tabindex="0"]').focus();
    await page.keyboard.press("End");
    await page.keyboard.press("Space");
    await button("Make it the cover").click();
    await notice("The album has a new cover.").waitFor();
    assert.equal((await ask("GET", `/albums/${album}`)).cover.id, photos[1]);
    await select(2);
    await button("Remove from album").click();
    await notice("2 photographs taken out of “Wedding”.").waitFor();
    await page.waitForFunction(
      () => document.querySelectorAll("a[data-id]").length === 1,
    );
    await page
      .getByRole("status")
      .getByText("taken out")
      .locator("xpath=..")
      .getByRole("button", { name: "Undo" })
      .click();
    await page.locator(tiles).nth(2).waitFor();
    assert.equal((await ask("GET", `/albums/${album}`)).count, 3);
  });

  it("albums stand in albums, and move", async () => {
    await chooseFromMenu("New album in this one");
    await page.getByLabel("Title").fill("The dance");
    await page.getByLabel("Description").fill("Until four in the morning.");
    await page.keyboard.press("Control+Home");
    await button("Make the album").click();
    await page.getByRole("heading", { name: "The dance", level: 1 }).waitFor();
    await page.getByText("Until four in the morning.").waitFor();
    const dance = page.url().split("/").at(-1);
    assert.equal((await ask("GET", `/albums/${dance}`)).parent, album);
    await page
      .getByRole("navigation", { name: "Where this album stands" })
      .getByRole("link", { name: "Wedding" })
      .click();
    // Above its photographs.
    const child = page.getByRole("link", { name: "The dance" });
    await child.waitFor();
    await page.locator(tiles).nth(2).waitFor();
    await assertAccessible(page);
    await child.click();
    await chooseFromMenu("Move into another album");
    await page
      .getByRole("heading", { name: "Where does “The dance” stand?" })
      .waitFor();
    // Where it stands already, and what it is itself, are no places to go to.
    assert.equal(
      await page.getByRole("dialog").getByRole("listitem").count(),
      1,
    );
    await assertAccessible(page);
    await page.getByRole("button", { name: "In no other album" }).click();
    await notice("“The dance” stands in “Albums” now.").waitFor();
    assert.equal((await ask("GET", `/albums/${dance}`)).parent, null);
    await button("Undo").last().click();
    await page
      .getByRole("navigation", { name: "Where this album stands" })
      .getByRole("link", { name: "Wedding" })
      .click();
    await child.waitFor();
  });

  it("a new title shows at once, and the undo gives the old one back", async () => {
    await chooseFromMenu("Edit the album");
    await page.getByLabel("Title").fill("The wedding");
    await button("Save").click();
    await page
      .getByRole("heading", { name: "The wedding", level: 1 })
      .waitFor();
    await notice("The album is changed.").last().waitFor();
    await button("Undo").last().click();
    await page
      .getByRole("heading", { name: "Wedding", exact: true, level: 1 })
      .waitFor();
  });

  it("a change that is refused is put back, with a sentence", async () => {
    await page.route("**/api/v1/albums/*", (route) =>
      route.request().method() === "PATCH"
        ? route.fulfill({
            status: 403,
            contentType: "application/problem+json",
            body: JSON.stringify({
              type: "/problems/album-role-needed",
              title: "Forbidden",
              status: 403,
              detail: "No.",
              instance: "",
            }),
          })
        : route.fallback(),
    );
    await chooseFromMenu("Edit the album");
    await page.getByLabel("Title").fill("Nobody’s");
    await button("Save").click();
    await notice("Your role in the album does not allow this.").waitFor();
    await page
      .getByRole("heading", { name: "Wedding", exact: true, level: 1 })
      .waitFor();
    await page.unroute("**/api/v1/albums/*");
  });

  it("somebody who is called by name becomes a member, adds what is theirs, and leaves", async () => {
    await ask("POST", "/users", { name: "grace", role: "member", password });
    await button("Members").click();
    const dialog = page.getByRole("dialog", { name: "Who sees “Wedding”?" });
    await dialog.getByText("Only you, so far.").waitFor();
    await assertAccessible(page);
    const name = dialog.getByLabel("Name with which they log in");
    await name.fill("grac");
    await page.keyboard.press("Enter");
    await dialog.getByText("There is no such user.").waitFor();
    await name.fill("Grace");
    await dialog.locator("form select").selectOption("May add");
    await dialog.getByRole("button", { name: "Add", exact: true }).click();
    await dialog.getByText("grace sees this album now.").waitFor();
    await assertAccessible(page);
    await page.keyboard.press("Escape");

    const other = await open(browser, server.url);
    const hers = other.page;
    hers.context().setDefaultTimeout(30_000);
    await hers.goto(`${server.url}/albums`);
    await hers.getByLabel("Name").fill("grace");
    await hers.getByLabel("Password").fill(password);
    await hers.getByRole("button", { name: "Log in" }).click();
    await hers.getByRole("link", { name: "Wedding" }).waitFor();
    await hers.getByText("3 photographs · ", { exact: false }).waitFor();
    await assertAccessible(hers);
    await hers.getByRole("link", { name: "Wedding" }).click();
    await hers.locator(tiles).nth(2).waitFor();
    // She may neither say who sees it, nor change it.
    assert.equal(
      await hers.getByRole("button", { name: "Members" }).count(),
      0,
    );
    await hers.getByRole("button", { name: "More about this album" }).click();
    assert.deepEqual(await hers.locator(".menu button").allInnerTexts(), [
      "Download the album",
      "Leave the album",
    ]);
    await hers.keyboard.press("Escape");
    const answer = await hers.request.post(
      `${server.url}/api/v1/photos?filename=hers.png`,
      {
        data: png(80, 80, [250, 250, 10]),
        headers: { "Content-Type": "image/png", Origin: server.url },
      },
    );
    const { id } = await answer.json();
    await hers.goto(`${server.url}/photos`);
    await hers.locator(tiles).waitFor();
    await hers.locator('a[data-id][tabindex="0"]').focus();
    await hers.keyboard.press("Space");
    await hers.getByRole("button", { name: "Add to album" }).click();
    await hers.getByRole("button", { name: /^Wedding/ }).click();
    await hers.getByText("1 photograph added to “Wedding”.").waitFor();
    // Whoever has the album open sees it come.
    await page.locator(`a[data-id="${id}"] img.seen`).waitFor();

    await hers.goto(`${server.url}/albums/${album}`);
    await hers.locator(tiles).nth(3).waitFor();
    await hers.locator('a[data-id][tabindex="0"]').focus();
    await hers.keyboard.press("Space");
    const offered = hers.getByRole("toolbar", { name: "Selection" });
    await offered.getByRole("button", { name: "Remove from album" }).waitFor();
    for (const name of ["Delete", "Make public", "Make it the cover"])
      assert.equal(await offered.getByRole("button", { name }).count(), 0);
    await hers.keyboard.press("Escape");

    // Who only looks may download what they select, and do nothing else with it.
    await button("Members").click();
    await dialog.getByLabel("Role of grace").selectOption("May look");
    await dialog.getByText("The role of grace is changed.").waitFor();
    await page.keyboard.press("Escape");
    await hers.reload();
    await hers.locator(tiles).nth(3).waitFor();
    await hers.getByText("you: looks", { exact: false }).waitFor();
    await hers.locator('a[data-id][tabindex="0"]').focus();
    await hers.keyboard.press("Space");
    await offered.getByText("1 selected").waitFor();
    assert.deepEqual(
      await offered
        .getByRole("button")
        .evaluateAll((all) => all.map((one) => one.ariaLabel)),
      ["Clear the selection", "Select all", "Download"],
    );
    await hers.keyboard.press("Escape");
    await hers.getByRole("button", { name: "More about this album" }).click();
    await hers.getByRole("button", { name: "Leave the album" }).click();
    await hers
      .getByRole("alertdialog", { name: "Leave the album “Wedding”?" })
      .getByRole("button", { name: "Leave the album" })
      .click();
    await hers.getByText("You have left “Wedding”.").waitFor();
    await hers.getByRole("heading", { name: "No albums yet" }).waitFor();
    assert.deepEqual(other.troubles, []);
    await other.close();
    // What she put there stays; its owner takes it out.
    await page.locator(`a[data-id="${id}"]`).waitFor();
    await ask("POST", `/albums/${album}/photos`, { remove: [id] });
    await page.locator(`a[data-id="${id}"]`).waitFor({ state: "detached" });
  });

  it("a member who is taken out comes back by the undo", async () => {
    const member = await ask("POST", `/albums/${album}/members`, {
      name: "grace",
      role: "editor",
    });
    assert.equal(member.role, "editor");
    await button("Members").click();
    const dialog = page.getByRole("dialog", { name: "Who sees “Wedding”?" });
    await button("Take grace out").click();
    await dialog.getByText("grace does not see this album any more.").waitFor();
    const members = async () =>
      (await ask("GET", `/albums/${album}/members`)).members.map(
        ({ user, role }) => `${user.name}: ${role}`,
      );
    assert.deepEqual(await members(), ["ada: owner"]);
    await dialog.getByRole("button", { name: "Undo" }).click();
    await dialog.getByText("grace sees this album now.").waitFor();
    assert.deepEqual(await members(), ["ada: owner", "grace: editor"]);
    assert.equal(
      await page.evaluate(() => document.activeElement?.getAttribute("name")),
      "member",
    );
    await page.keyboard.press("Escape");
  });

  it("what is added on the page of an album goes into it, also what was in the gallery already", async () => {
    await page
      .getByRole("banner")
      .getByRole("button", { name: "Add photos" })
      .click();
    const dialog = page.getByRole("dialog", { name: "Add photographs" });
    await dialog
      .getByText("They are also added to the album “Wedding”.")
      .waitFor();
    await assertAccessible(page);
    const file = (name, colour) => ({
      name,
      mimeType: "image/png",
      buffer: png(90, 60, colour),
    });
    // The first is the photograph that is not in the album yet.
    await dialog
      .getByLabel("Choose photographs")
      .setInputFiles([
        file("photo-0.png", [20, 120, 200]),
        file("new.png", [1, 2, 250]),
      ]);
    await page.locator(tiles).nth(4).waitFor();
    const inside = await ids();
    assert.equal(inside.length, 5);
    assert.ok(inside.includes(photos[0]));
    await page.getByRole("link", { name: "Albums" }).first().click();
    await page.getByText("5 photographs", { exact: false }).waitFor();
    await button("New album").waitFor();
    // Elsewhere nothing goes there any more.
    await page
      .getByRole("banner")
      .getByRole("button", { name: "Add photos" })
      .click();
    await dialog.waitFor();
    assert.equal(await dialog.getByText("They are also added").count(), 0);
    await page.keyboard.press("Escape");
    const [newest] = inside.filter((id) => !photos.includes(id));
    await ask("POST", `/albums/${album}/photos`, { remove: [photos[0]] });
    await ask("DELETE", `/photos/${newest}`);
  });

  it("whoever looks at their photo’s tags comes to all that have one", async () => {
    await ask("PATCH", `/photos/${photos[0]}`, { tags: ["a/b & c", "sea"] });
    await ask("PATCH", `/photos/${photos[1]}`, { tags: ["sea"] });
    await page
      .getByRole("navigation", { name: "Pages" })
      .getByRole("link", { name: "Tags" })
      .click();
    await page.getByRole("link", { name: /^sea/ }).waitFor();
    await assertAccessible(page);
    await page.getByRole("link", { name: /^a\/b & c/ }).click();
    await page.getByRole("heading", { name: "a/b & c", level: 1 }).waitFor();
    await page.locator(tiles).waitFor();
    assert.deepEqual(await ids(), [photos[0]]);
    await page.reload();
    await page.locator(tiles).click();
    await page.locator("dialog img.seen").first().waitFor();
    await page.keyboard.press("i");
    await page
      .getByRole("complementary", { name: "Details" })
      .getByRole("link", { name: "sea" })
      .click();
    await page.locator(tiles).nth(1).waitFor();
    assert.deepEqual(await ids(), [photos[1], photos[0]]);
    await assertAccessible(page);
  });

  it("to delete an album asks first, takes no photograph, and moves what stands in it up", async () => {
    await page.goto(`${server.url}/albums/${album}`);
    await page.locator(tiles).nth(2).waitFor();
    await chooseFromMenu("Delete the album");
    await page
      .getByRole("alertdialog", { name: "Delete the album “Wedding”?" })
      .waitFor();
    await assertAccessible(page);
    await button("Delete the album").click();
    await notice("The album “Wedding” is deleted.").waitFor();
    assert.equal(new URL(page.url()).pathname, "/albums");
    await page.getByRole("link", { name: "The dance" }).waitFor();
    assert.equal((await ask("GET", "/timeline?scope=mine")).total, 4);
    await page.goto(`${server.url}/albums/${album}`);
    await page
      .getByRole("heading", { name: "There is no such album" })
      .waitFor();
    await assertAccessible(page);
  });

  it("on a phone, in French and in the dark, every page fits, and axe finds nothing", async () => {
    const made = await ask("POST", "/albums", {
      title: "Anniversaires-et-autres-fêtes-de-famille-à-la-campagne",
    });
    await ask("POST", `/albums/${made.id}/photos`, { add: photos });
    const phone = await browser.newContext({
      locale: "fr-FR",
      viewport: { width: 360, height: 740 },
      colorScheme: "dark",
      storageState: await page.context().storageState(),
    });
    phone.setDefaultTimeout(30_000);
    const small = await phone.newPage();
    const fits = async () => {
      await assertAccessible(small);
      const wide = await small.evaluate(
        () => document.documentElement.scrollWidth,
      );
      assert.ok(wide <= 360, `${small.url()} is ${wide} px wide`);
      const cut = await small
        .locator("dialog")
        .evaluateAll((all) =>
          all.filter((one) => one.scrollWidth > one.clientWidth),
        );
      assert.equal(cut.length, 0, "a dialog is wider than it shows");
    };
    for (const [path, ready] of [
      ["/albums", "main h2"],
      [`/albums/${made.id}`, tiles],
      ["/tags", "main li"],
      ["/tags/sea", tiles],
    ]) {
      await small.goto(server.url + path);
      await small.locator(ready).first().waitFor();
      await fits();
    }
    await ask("POST", `/albums/${made.id}/members`, {
      name: "grace",
      role: "contributor",
    });
    await small.goto(`${server.url}/albums/${made.id}`);
    await small.locator(tiles).first().waitFor();
    await small.getByRole("button", { name: "Membres" }).click();
    await small.getByLabel("Rôle de grace").waitFor();
    await fits();
    await small.keyboard.press("Escape");
    const more = small.getByRole("button", { name: "Autres actions" });
    for (const action of ["Modifier l’album", "Déplacer", "Supprimer"]) {
      await more.click();
      await small.locator(".menu").getByText(action).click();
      await small.locator("dialog").waitFor();
      await fits();
      await small.keyboard.press("Escape");
      await small.locator("dialog").waitFor({ state: "detached" });
    }
    await small.locator('a[data-id][tabindex="0"]').focus();
    await small.keyboard.press("Space");
    await small.getByRole("button", { name: "Ajouter à un album" }).click();
    await small.getByLabel("Chercher un album").fill("Noël");
    await small
      .getByRole("button", { name: "Nouvel album « Noël »" })
      .waitFor();
    await fits();
    await small.keyboard.press("Enter");
    await small.getByText("1 photographie ajoutée à « Noël ».").waitFor();
    await phone.close();
  });

  it("nothing failed in the page meanwhile", () => {
    assert.deepEqual(troubles, []);
  });
});
