// What people do with photographs that they have: download many of them, rate them, put them into the archive. The steps
// build on each other.
import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { readFile } from "node:fs/promises";
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
const colours = [0, 1, 2].map((i) => [60 * i + 20, 120, 200 - 40 * i]);

describe("photographs that one has", { timeout: 300_000, skip }, () => {
  let server, browser, page, troubles, album, ask, add;
  const photos = [];

  before(async () => {
    server = await startServer(password);
    browser = await launch();
    ({ page, troubles } = await open(browser, server.url));
    page.context().setDefaultTimeout(30_000);
    await setUp(page, server, password);
    ({ ask, add } = libraryOf(page, server));
    for (const [i, colour] of colours.entries())
      photos.push(await add(`photo-${i}`, colour));
    album = (await ask("POST", "/albums", { title: "Summer" })).id;
    await ask("POST", `/albums/${album}/photos`, { add: photos });
    await page.locator(tiles).nth(2).waitFor();
  });

  after(async () => {
    await browser?.close();
    await server?.stop();
  });

  const button = (name, within = page) =>
    within.getByRole("button", { name, exact: true });
  const bar = () => page.getByRole("toolbar", { name: "Selection" });
  /** Selects so many of the first ones, by keys. */
  async function select(count) {
    await page.locator('a[data-id][tabindex="0"]').focus();
    await page.keyboard.press("Home");
    await page.keyboard.press("Space");
    for (let i = 1; i < count; i++)
      await page.keyboard.press("Shift+ArrowRight");
    await bar().getByText(`${count} selected`).waitFor();
  }
  /** What the browser itself has fetched. */
  async function downloaded(click) {
    const [file] = await Promise.all([page.waitForEvent("download"), click()]);
    const { origin, pathname } = new URL(file.url());
    assert.equal(origin, server.url);
    return { name: file.suggestedFilename(), pathname, at: await file.path() };
  }
  function namesIn(zip) {
    const code =
      "import sys,zipfile; z=zipfile.ZipFile(sys.argv[1]); assert z.testzip() is None; print('\\n'.join(sorted(z.namelist())))";
    const read = spawnSync("python3", ["-c", code, zip], { encoding: "utf8" });
    assert.equal(read.status, 0, read.stderr);
    return read.stdout.trim().split("\n");
  }

  it("several that are selected come as one file, a single one as it was sent", async () => {
    await select(2);
    await assertAccessible(page);
    const zip = await downloaded(() => button("Download", bar()).click());
    assert.match(zip.pathname, /^\/api\/v1\/archives\//);
    assert.match(zip.name, /^photos-.*\.zip$/);
    assert.deepEqual(namesIn(zip.at), ["photo-1.png", "photo-2.png"]);
    await page
      .getByText(/^The download of 2 photographs \(.* has begun/)
      .waitFor();
    await assertAccessible(page);
    await select(1);
    const one = await downloaded(() => button("Download", bar()).click());
    assert.deepEqual(
      [one.name, one.pathname],
      ["photo-2.png", `/api/v1/photos/${photos[2]}/original`],
    );
    assert.deepEqual(await readFile(one.at), png(90, 60, colours[2]));
  });

  it("an album comes as one file, which is called as it is", async () => {
    await page.goto(`${server.url}/albums/${album}`);
    await page.locator(tiles).nth(2).waitFor();
    await button("More about this album").click();
    const zip = await downloaded(() => button("Download the album").click());
    assert.equal(zip.name, "Summer.zip");
    assert.equal(namesIn(zip.at).length, 3);
  });

  it("of others' photographs large pictures are offered", async () => {
    await ask("POST", "/users", { name: "ben", role: "member", password });
    await ask("POST", `/albums/${album}/members`, {
      name: "ben",
      role: "viewer",
    });
    const ben = await open(browser, server.url);
    const theirs = ben.page;
    await theirs.goto(`${server.url}/login`);
    await theirs.getByLabel("Name").fill("ben");
    await theirs.getByLabel("Password").fill(password);
    await theirs.keyboard.press("Enter");
    await button("Account of ben", theirs).waitFor();
    await theirs.goto(`${server.url}/albums/${album}`);
    await theirs.locator(tiles).nth(2).waitFor();
    await theirs.locator('a[data-id][tabindex="0"]').focus();
    await theirs.keyboard.press("Home");
    await theirs.keyboard.press("Space");
    await theirs.keyboard.press("Shift+ArrowRight");
    await button("Download", theirs).click();
    await theirs.getByText("Originals are for their owners alone.").waitFor();
    await assertAccessible(theirs);
    const [file] = await Promise.all([
      theirs.waitForEvent("download"),
      button("Download large pictures", theirs).click(),
    ]);
    assert.equal(namesIn(await file.path()).length, 2);
    for (const name of namesIn(await file.path()))
      assert.match(name, /\.webp$/);
    assert.deepEqual(ben.troubles, []);
    await ben.close();
  });

  const ratings = () =>
    Promise.all(
      photos.map(async (id) => (await ask("GET", `/photos/${id}`)).rating),
    );
  /** A state that no page shows. */
  const until = (is) => eventually(is, Boolean, 50);
  const are = (read, wanted) =>
    until(async () => String(await read()) === String(wanted));

  it("keys rate what is selected, and every step is undone", async () => {
    await page.goto(`${server.url}/photos`);
    await page.locator(tiles).nth(2).waitFor();
    await select(1);
    await page.keyboard.press("2");
    await page.getByText("Rated: 2 of 5.").waitFor();
    await select(2);
    await page.keyboard.press("4");
    await page.getByText("2 photographs rated: 4 of 5.").waitFor();
    await are(ratings, [null, 4, 4]);
    await button("Undo").last().click();
    await are(ratings, [null, null, 2]);
    await select(3);
    await page.keyboard.press("5");
    await are(ratings, [5, 5, 5]);
    await select(3);
    await page.keyboard.press("0");
    await page.getByText("Ratings of 3 photographs taken off.").waitFor();
    await are(ratings, [null, null, null]);
  });

  it("who has no keys rates by stars", async () => {
    await page.setViewportSize({ width: 360, height: 740 });
    await page.emulateMedia({ colorScheme: "dark" });
    await select(2);
    await assertAccessible(page);
    assert.ok(
      await page.evaluate(
        () => document.documentElement.scrollWidth <= innerWidth,
      ),
    );
    await button("More", bar()).click();
    await assertAccessible(page);
    await button("Rate", bar()).click();
    const dialog = page.getByRole("dialog", { name: "Rate 2 photographs" });
    await assertAccessible(page);
    await button("3 stars", dialog).click();
    await dialog.waitFor({ state: "detached" });
    await are(ratings, [null, 3, 3]);
    await page.locator(tiles).first().click();
    await page.locator("dialog img.seen").first().waitFor();
    await button("Details").click();
    const stars = page.getByRole("group", { name: "Rating" });
    assert.equal(
      await button("3 stars", stars).getAttribute("aria-pressed"),
      "true",
    );
    await assertAccessible(page);
    await button("3 stars", stars).click();
    await are(ratings, [null, 3, null]);
    await button("Archive").click();
    await page.getByText("Archived.").waitFor();
    await button("Undo").last().click();
    await are(archived, [false, false, false]);
    await page.emulateMedia({ colorScheme: "light" });
    await page.setViewportSize({ width: 1024, height: 768 });
    await page.goto(`${server.url}/photos`);
    await page.locator(tiles).nth(2).waitFor();
  });

  const archived = () =>
    Promise.all(
      photos.map(async (id) => (await ask("GET", `/photos/${id}`)).archived),
    );
  const count = (n) =>
    page.waitForFunction(
      (n) => document.querySelectorAll("a[data-id] img.seen").length === n,
      n,
    );

  it("what is archived leaves one's photos for a page of its own, and comes back", async () => {
    await select(2);
    await button("Archive", bar()).click();
    await page.getByText("2 photographs archived.").waitFor();
    await count(1);
    await button("Undo").last().click();
    await count(3);
    await are(archived, [false, false, false]);
    await select(2);
    await page.keyboard.press("Shift+A");
    await count(1);
    await page
      .getByRole("navigation", { name: "Pages" })
      .getByRole("link", { name: "Archive" })
      .click();
    await page.getByRole("heading", { name: "Archive" }).waitFor();
    await count(2);
    await assertAccessible(page);
    assert.equal(new URL(page.url()).pathname, "/archive");
    await select(1);
    await button("Back to your photos", bar()).click();
    await page.getByText("Back among your photos.").waitFor();
    await count(1);
    await are(archived, [false, true, false]);
    // An album goes on showing what is archived.
    await page.goto(`${server.url}/albums/${album}`);
    await count(3);
  });

  it("in the viewer keys rate and archive, and go on to the next one", async () => {
    await page.goto(`${server.url}/photos/${photos[2]}`);
    await page.locator("dialog img.seen").first().waitFor();
    const viewer = page.getByRole("dialog", { name: "Photograph" });
    await page.keyboard.press("?");
    await page.getByText("Rate", { exact: true }).waitFor();
    await assertAccessible(page);
    await page.keyboard.press("Escape");
    await page.keyboard.press("4");
    await viewer.getByText("Rated: 4 of 5.").waitFor();
    await are(ratings, [null, 3, 4]);
    await page.keyboard.press("0");
    await are(ratings, [null, 3, null]);
    await page.keyboard.press("Shift+A");
    await page.waitForURL(`${server.url}/photos/${photos[0]}`);
    await viewer.getByText("Archived.", { exact: true }).waitFor();
    await assertAccessible(page);
    await are(archived, [false, true, true]);
    await button("Undo", viewer).last().click();
    await are(archived, [false, true, false]);
    await page.goto(`${server.url}/archive/${photos[1]}`);
    await button("Back to your photos", viewer).click();
    await page.getByText("The archive is empty").waitFor();
    await are(archived, [false, false, false]);
    await assertAccessible(page);
  });

  it("it speaks French", async () => {
    await ask("PATCH", "/me/settings", { language: "fr" });
    await page.goto(`${server.url}/archive`);
    await page.getByText("Les archives sont vides").waitFor();
    await page.goto(`${server.url}/photos/${photos[2]}`);
    await page.locator("dialog img.seen").first().waitFor();
    await page.keyboard.press("i");
    await button("5 étoiles").click();
    await page.getByText("Note : 5 sur 5.").waitFor();
    await assertAccessible(page);
  });

  it("no script failed, and nothing was refused by the policy", () => {
    assert.deepEqual(troubles, []);
  });
});
