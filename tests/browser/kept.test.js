// What people do with photographs that they have: download many of them, rate them, put them into the archive. The steps
// build on each other.
import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { readFile } from "node:fs/promises";
import { after, before, describe, it } from "node:test";
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

  it("no script failed, and nothing was refused by the policy", () => {
    assert.deepEqual(troubles, []);
  });
});
