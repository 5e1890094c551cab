// Shares: the owner of photographs shows them by a link to people without an account. The steps build on each other.
import assert from "node:assert/strict";
import { readFile } from "node:fs/promises";
import { after, before, describe, it } from "node:test";
import { eventually } from "../api/eventually.js";
import {
  assertAccessible,
  launch,
  open,
  openUploads,
  setUp,
} from "./browser.js";
import { libraryOf } from "./library.js";
import { png } from "./pictures.js";
import { startServer } from "./server.js";

const password = "correct horse battery staple";
const skip =
  Boolean(process.env.CADRE_TEST_URL) && "it needs a gallery of its own";
const tiles = "a[data-id] img.seen";

describe("shares", { timeout: 300_000, skip }, () => {
  let server, browser, page, troubles, album, share, couple, ask, add;
  const photos = [];

  before(async () => {
    server = await startServer(password);
    browser = await launch();
    ({ page, troubles } = await watched());
    await setUp(page, server, password);
    ({ ask, add } = libraryOf(page, server));
    for (let i = 0; i < 4; i++)
      photos.push(await add(`photo-${i}`, [60 * i + 20, 120, 200 - 40 * i]));
    await page.locator(tiles).nth(3).waitFor();
    album = (await ask("POST", "/albums", { title: "Wedding" })).id;
    await ask("POST", `/albums/${album}/photos`, { add: photos.slice(1) });
    await ask("PATCH", `/photos/${photos[3]}`, {
      title: "The kiss",
      caption: "In the rain",
      tags: ["rain"],
    });
  });

  after(async () => {
    await browser?.close();
    await server?.stop();
  });

  /** A browser of somebody else. `told` are errors of its console, and requests that tell on whom they come from. */
  async function watched(locale = "en-GB") {
    const opened = await open(browser, server.url, { locale });
    opened.page.context().setDefaultTimeout(30_000);
    opened.told = [];
    opened.page.on("console", (message) => {
      if (message.type() === "error") opened.told.push(message.text());
    });
    opened.page.on("request", async (request) => {
      const { referer } = await request.allHeaders().catch(() => ({}));
      if (/\/s\//.test(referer)) opened.told.push(`Referer: ${referer}`);
    });
    return opened;
  }

  const button = (name) => page.getByRole("button", { name, exact: true });
  const at = ({ url }) => server.url + url;
  /** A state that no page shows. */
  const until = (is) => eventually(is, Boolean, 50);
  const heading = (where, name) =>
    where.getByRole("heading", { name, exact: true });
  /** What the console says of an answer that is no picture: a wrong password is one. */
  const unexpected = ({ told }) =>
    told.filter((text) => !/the server responded with a status/.test(text));

  it("a link that leads nowhere says so, and offers nothing", async () => {
    const { page: theirs, close } = await watched();
    for (const key of ["a".repeat(22), "nonsense"]) {
      await theirs.goto(`${server.url}/s/${key}`);
      await heading(theirs, "This link leads nowhere").waitFor();
    }
    await assertAccessible(theirs);
    assert.equal(await theirs.getByRole("link", { name: "Log in" }).count(), 0);
    await close();
  });

  it("the owner of an album makes a link to it, with a password and an end", async () => {
    await page.goto(`${server.url}/albums/${album}`);
    await page.locator(tiles).nth(2).waitFor();
    await button("Share by link").focus();
    await page.keyboard.press("Enter");
    const dialog = page.getByRole("dialog", {
      name: "Share “Wedding” by a link",
    });
    await dialog.getByText("The link is made.").waitFor();
    await assertAccessible(page);
    [share] = (await ask("GET", "/shares")).shares;
    assert.equal(
      await dialog.getByLabel("The link").inputValue(),
      server.url + share.url,
    );
    await dialog.getByLabel("Password").fill("forget-me-not");
    await dialog.getByLabel("Last day").fill("2999-12-30");
    await dialog.getByLabel("Last day").blur();
    await dialog.getByText("One is set. Write another").waitFor();
    await until(async () => {
      share = await ask("GET", `/shares/${share.id}`);
      return share.has_password && share.expires_at?.startsWith("2999-12-3");
    });
    await page
      .context()
      .grantPermissions(["clipboard-read", "clipboard-write"]);
    await dialog.getByRole("button", { name: "Copy" }).click();
    await dialog.getByText("The link is copied.").waitFor();
    assert.equal(
      await page.evaluate(() => navigator.clipboard.readText()),
      server.url + share.url,
    );
    assert.deepEqual(share.allow, {
      download: false,
      upload: false,
      details: false,
    });
    await assertAccessible(page);
    await page.keyboard.press("Escape");
    // Who comes back finds the same link.
    await button("Share by link").click();
    await dialog.getByText("One is set. Write another").waitFor();
    assert.equal(
      await dialog.getByLabel("The link").inputValue(),
      server.url + share.url,
    );
    await dialog.getByRole("button", { name: "Done" }).click();
    await dialog.waitFor({ state: "detached" });
    assert.equal((await ask("GET", "/shares")).shares.length, 1);
  });

  it("a couple unlocks it with the password, and looks", async () => {
    couple = await watched();
    const { page: theirs } = couple;
    await theirs.setViewportSize({ width: 360, height: 740 });
    await theirs.goto(at(share));
    await heading(theirs, "Wedding").waitFor();
    await theirs.getByText("Shared by ada").waitFor();
    assert.equal(await theirs.locator("a[data-id]").count(), 0);
    assert.equal(await theirs.getByText("photographs,").count(), 0);
    await assertAccessible(theirs);
    const field = theirs.getByLabel("Password");
    await field.focus();
    await theirs.keyboard.type("wrong");
    await theirs.keyboard.press("Enter");
    await theirs.getByText("The password of the share is wrong.").waitFor();
    await assertAccessible(theirs);
    await theirs.waitForFunction(
      () => document.activeElement?.getAttribute("name") === "password",
    );
    await theirs.keyboard.type("forget-me-not");
    await theirs.keyboard.press("Enter");
    await theirs.locator(tiles).nth(2).waitFor();
    await theirs.getByText("Shared by ada · 3 photographs").waitFor();
    assert.equal(await theirs.title(), "Wedding · Cadre");
    assert.equal(await theirs.getByRole("navigation").count(), 0);
    assert.equal(await theirs.getByRole("link", { name: "Log in" }).count(), 0);
    await assertAccessible(theirs);
    assert.ok(
      await theirs.evaluate(
        () => document.documentElement.scrollWidth <= innerWidth,
      ),
    );
  });

  it("in the viewer they find what the share allows, and nothing else", async () => {
    const { page: theirs } = couple;
    await theirs.setViewportSize({ width: 1024, height: 768 });
    await theirs.locator('a[data-id][tabindex="0"]').focus();
    await theirs.keyboard.press("Home");
    // There is nothing to select for.
    await theirs.keyboard.press("Space");
    await theirs.keyboard.press("Enter");
    await theirs.locator("dialog img.seen").first().waitFor();
    const viewer = theirs.getByRole("dialog", { name: "Photograph" });
    await heading(viewer, "The kiss").waitFor();
    assert.equal(new URL(theirs.url()).pathname, `${share.url}/${photos[3]}`);
    for (const key of ["i", "d", "e", "f", "a", "r", "Delete"])
      await theirs.keyboard.press(key);
    assert.deepEqual(
      await viewer
        .locator(".bar")
        .locator("button, a")
        .evaluateAll((all) => all.map((one) => one.ariaLabel)),
      ["Close", "Real size", "Keyboard shortcuts"],
    );
    assert.equal(await viewer.getByText("In the rain").count(), 0);
    assert.equal(await viewer.getByRole("complementary").count(), 0);
    await assertAccessible(theirs);
    await theirs.keyboard.press("ArrowRight");
    await theirs.waitForURL(`${at(share)}/${photos[2]}`);
    await theirs.keyboard.press("Escape");
    await viewer.waitFor({ state: "detached" });
    assert.equal(new URL(theirs.url()).pathname, share.url);
  });

  it("what the owner allows later they find when they come back", async () => {
    const { page: theirs } = couple;
    await button("Account of ada").click();
    await page.getByRole("link", { name: "Shared by link" }).click();
    await page.getByText("3 photographs · with a password · until ").waitFor();
    await page.getByText(/^1 visit, the last on/).waitFor();
    await assertAccessible(page);
    await button("Change the link: Wedding").click();
    const dialog = page.getByRole("dialog", { name: "Wedding" });
    for (const right of ["Download originals", "See captions"])
      await dialog.getByLabel(right).check();
    await assertAccessible(page);
    await until(async () => {
      const { allow } = await ask("GET", `/shares/${share.id}`);
      return allow.download && allow.details;
    });
    await dialog.getByLabel("Title").fill("Ida and Paul");
    await dialog.getByRole("button", { name: "Done" }).click();
    await page.getByRole("link", { name: "Ida and Paul" }).waitFor();
    await theirs.goto(`${at(share)}/${photos[3]}`);
    const viewer = theirs.getByRole("dialog", { name: "Photograph" });
    await viewer.getByText("In the rain").waitFor();
    const link = viewer.getByRole("link", { name: "Download original" });
    const [file] = await Promise.all([
      theirs.waitForEvent("download"),
      link.click(),
    ]);
    assert.deepEqual(
      await readFile(await file.path()),
      png(90, 60, [200, 120, 80]),
    );
    assert.equal(file.suggestedFilename(), `${photos[3]}.png`);
    await theirs.keyboard.press("i");
    const details = viewer.getByRole("complementary", { name: "Details" });
    await details.getByText("rain", { exact: true }).waitFor();
    assert.equal(await details.getByText("photo-3").count(), 0);
    assert.equal(await details.getByRole("link").count(), 0);
    await assertAccessible(theirs);
  });

  it("they download all of it as one file, which the browser itself fetches", async () => {
    const { page: theirs } = couple;
    await theirs.keyboard.press("Escape");
    await theirs.goto(at(share));
    await theirs.setViewportSize({ width: 360, height: 740 });
    await theirs.locator(tiles).nth(2).waitFor();
    const all = theirs.getByRole("button", { name: "Download all" });
    await assertAccessible(theirs);
    await all.focus();
    const [file] = await Promise.all([
      theirs.waitForEvent("download"),
      theirs.keyboard.press("Enter"),
    ]);
    assert.equal(file.suggestedFilename(), "Ida and Paul.zip");
    assert.match(
      file.url(),
      new RegExp(`^${server.url}/api/v1/archives/[0-9a-f-]{36}\\?scope=share:`),
    );
    const bytes = await readFile(await file.path());
    assert.ok(bytes.includes(png(90, 60, [200, 120, 80])));
    assert.ok(bytes.includes("The kiss.png") && !bytes.includes("photo-3"));
    await theirs
      .getByText(/^The download of 3 photographs .* has begun/)
      .waitFor();
    await assertAccessible(theirs);
    assert.ok(
      await theirs.evaluate(
        () => document.documentElement.scrollWidth <= innerWidth,
      ),
    );
    await theirs.setViewportSize({ width: 1024, height: 768 });
    await theirs.goto(`${at(share)}/${photos[3]}`);
    await theirs.locator("dialog img.seen").first().waitFor();
  });

  it("they choose some of them, with the keyboard, and download those", async () => {
    const { page: theirs } = couple;
    await theirs.goto(at(share));
    await theirs.locator(tiles).nth(2).waitFor();
    await theirs.locator("a[data-id]").first().focus();
    await theirs.keyboard.press("Space");
    await theirs.keyboard.press("ArrowRight");
    await theirs.keyboard.press("Space");
    const bar = theirs.getByRole("toolbar", { name: "Selection" });
    await bar.getByText("2 selected").waitFor();
    assert.deepEqual(
      await bar
        .getByRole("button")
        .evaluateAll((all) => all.map((one) => one.ariaLabel)),
      ["Clear the selection", "Select all", "Download"],
    );
    await assertAccessible(theirs);
    const [file] = await Promise.all([
      theirs.waitForEvent("download"),
      bar.getByRole("button", { name: "Download" }).click(),
    ]);
    assert.equal(file.suggestedFilename(), "Ida and Paul.zip");
    await theirs
      .getByText(/^The download of 2 photographs .* has begun/)
      .waitFor();
    assert.equal(await bar.count(), 0);
    await theirs.locator("a[data-id]").first().focus();
    await theirs.keyboard.press("Space");
    await bar.waitFor();
    await theirs.keyboard.press("Escape");
    await bar.waitFor({ state: "detached" });
    await theirs.goto(`${at(share)}/${photos[3]}`);
    await theirs.locator("dialog img.seen").first().waitFor();
  });

  it("whoever is logged in sees by the link what its visitors see", async () => {
    await page.goto(at(share));
    await page.getByLabel("Password").fill("forget-me-not");
    await page.keyboard.press("Enter");
    await page.locator(tiles).nth(2).waitFor();
    assert.equal(await page.getByRole("navigation").count(), 0);
    await page.locator(tiles).first().click();
    await page.locator("dialog img.seen").first().waitFor();
    assert.equal(
      await page.getByRole("button", { name: "Favourite" }).count(),
      0,
    );
    await page.keyboard.press("Escape");
    await page.getByRole("link", { name: "Cadre" }).click();
    await page
      .getByRole("navigation", { name: "Pages" })
      .getByRole("link", { name: "Photos" })
      .waitFor();
  });

  it("another password locks who has it open out, and says so", async () => {
    const { page: theirs } = couple;
    await ask("PATCH", `/shares/${share.id}`, { password: "rosemary" });
    await ask("POST", `/albums/${album}/photos`, { remove: [photos[1]] });
    await theirs
      .getByText("The password was changed. Ask for the new one.")
      .waitFor();
    await theirs.locator("dialog.viewer").waitFor({ state: "detached" });
    await assertAccessible(theirs);
    await theirs.getByLabel("Password").fill("rosemary");
    await theirs.keyboard.press("Enter");
    // The photograph at which they were is shown again.
    await theirs.locator("dialog img.seen").first().waitFor();
    await theirs.keyboard.press("Escape");
    await theirs.locator(tiles).nth(1).waitFor();
    await heading(theirs, "Ida and Paul").waitFor();
    await theirs.getByText("Shared by ada · 2 photographs").waitFor();
  });

  it("too many attempts say when there may be another", async () => {
    const { page: theirs, close } = await watched();
    await theirs.route("**/unlock", (route) =>
      route.fulfill({
        status: 429,
        headers: { "Retry-After": "90" },
        contentType: "application/problem+json",
        body: JSON.stringify({
          type: "/problems/too-many-attempts",
          title: "Too many",
          status: 429,
          detail: "No.",
          instance: "",
        }),
      }),
    );
    await theirs.goto(at(share));
    await theirs.getByLabel("Password").fill("guess");
    await theirs.keyboard.press("Enter");
    await theirs
      .getByText("Too many attempts. Try again in 2 minutes.")
      .waitFor();
    await close();
  });

  it("photographs that are selected are shared too, and what is refused is put back", async () => {
    await page.goto(`${server.url}/photos`);
    await page.locator(tiles).nth(3).waitFor();
    await page.locator('a[data-id][tabindex="0"]').focus();
    await page.keyboard.press("Home");
    await page.keyboard.press("Space");
    await page.keyboard.press("Shift+ArrowRight");
    await button("Share by link").click();
    const dialog = page.getByRole("dialog", {
      name: "Share 2 photographs by a link",
    });
    await dialog.getByText("The link is made.").waitFor();
    await page.route("**/api/v1/shares/*", (route) =>
      route.fulfill({ status: 503, body: "" }),
    );
    // Not check(), which would look whether it is checked after it was put back.
    await dialog.getByLabel("Download originals").click();
    await dialog.getByText("The gallery does not answer just now.").waitFor();
    assert.equal(
      await dialog.getByLabel("Download originals").isChecked(),
      false,
    );
    await page.unroute("**/api/v1/shares/*");
    const { shares } = await ask("GET", "/shares");
    assert.deepEqual(
      shares.map((one) => [one.album, one.count]),
      [
        [album, 2],
        [null, 2],
      ],
    );
    await dialog.getByRole("button", { name: "Revoke the link" }).click();
    const question = page.getByRole("alertdialog");
    await assertAccessible(page);
    await question.getByRole("button", { name: "Revoke the link" }).click();
    await page.getByText("leads nowhere now.").waitFor();
    await dialog.waitFor({ state: "detached" });
    assert.equal((await ask("GET", "/shares")).shares.length, 1);
  });

  it("it speaks French", async () => {
    const french = await watched("fr-FR");
    await french.page.emulateMedia({ colorScheme: "dark" });
    await french.page.goto(at(share));
    await french.page.getByText("Partagé par ada").waitFor();
    await assertAccessible(french.page);
    await french.page.getByLabel("Mot de passe").fill("rosemary");
    await french.page.keyboard.press("Enter");
    await french.page.getByText("Partagé par ada · 2 photographies").waitFor();
    await assertAccessible(french.page);
    assert.deepEqual(french.troubles, []);
    assert.deepEqual(unexpected(french), []);
    await french.close();
  });

  it("visitors give photographs, where the owner allows it", async () => {
    const { page: theirs } = couple;
    const known = [];
    theirs.on("request", (request) => {
      if (request.url().endsWith("/known")) known.push(request.url());
    });
    await page.goto(`${server.url}/shared`);
    await button("Change the link: Ida and Paul").click();
    await page.getByLabel("Give photographs").check();
    await until(async () => {
      const { allow } = await ask("GET", `/shares/${share.id}`);
      return allow.upload;
    });
    await assertAccessible(page);
    await button("Done").click();

    await theirs.setViewportSize({ width: 360, height: 740 });
    await theirs.emulateMedia({ colorScheme: "dark" });
    await theirs.reload();
    await theirs.locator(tiles).nth(1).waitFor();
    await theirs.getByLabel("Your name").fill("Aunt Ida");
    await assertAccessible(theirs);
    assert.ok(
      await theirs.evaluate(
        () => document.documentElement.scrollWidth <= innerWidth,
      ),
    );
    const file = (name, buffer) => ({ name, mimeType: "image/png", buffer });
    // One of them is a photograph that its owner has, and shows to nobody.
    await theirs
      .getByLabel("Give photographs")
      .setInputFiles([
        file("cake.png", png(90, 60, [250, 240, 10])),
        file("same.png", png(90, 60, [20, 120, 200])),
        file("notes.png", Buffer.from("no picture")),
      ]);
    await theirs.getByText("2 photographs added · 1 not added").waitFor();
    assert.equal(await theirs.getByText("already").count(), 0);
    await theirs.locator(tiles).nth(3).waitFor();
    await theirs.getByText("Shared by ada · 4 photographs").waitFor();
    await openUploads(theirs);
    await assertAccessible(theirs);
    const list = theirs.getByRole("region", { name: "Uploads" });
    assert.match(
      await list
        .getByRole("link", { name: "cake.png" })
        .evaluate((one) => new URL(one.href).pathname),
      new RegExp(`^${share.url}/[0-9a-f-]{36}$`),
    );
    await list.getByRole("button", { name: "Dismiss" }).click();
    await theirs.emulateMedia({ colorScheme: "light" });
    await theirs.setViewportSize({ width: 1024, height: 768 });
    // What is dropped is given too.
    await theirs.evaluate(
      (bytes) => {
        const dataTransfer = new DataTransfer();
        const given = new File([new Uint8Array(bytes)], "rings.png", {
          type: "image/png",
        });
        dataTransfer.items.add(given);
        const init = { bubbles: true, cancelable: true, dataTransfer };
        document.body.dispatchEvent(new DragEvent("drop", init));
      },
      [...png(90, 60, [9, 8, 7])],
    );
    await theirs.locator(tiles).nth(4).waitFor();
    assert.deepEqual(known, []);

    const { photos: all } = await ask("GET", `/photos?scope=album:${album}`);
    const given = all.filter((one) => one.given_by === "Aunt Ida");
    assert.deepEqual(given.map((one) => one.filename).sort(), [
      "cake.png",
      "rings.png",
      "same.png",
    ]);
    assert.ok(!all.some((one) => one.id === photos[0]));
    await page.goto(`${server.url}/albums/${album}/${given[0].id}`);
    await page.locator("dialog img.seen").first().waitFor();
    await page.keyboard.press("i");
    const details = page.getByRole("complementary", { name: "Details" });
    await details.getByText("Given by").waitFor();
    await details.getByText("Aunt Ida").waitFor();
    await assertAccessible(page);
  });

  it("a share that is revoked while they look says so", async () => {
    const { page: theirs } = couple;
    await theirs.locator(tiles).first().click();
    await theirs.locator("dialog img.seen").first().waitFor();
    await page.goto(`${server.url}/shared`);
    await button("Change the link: Ida and Paul").click();
    await button("Revoke the link").click();
    await page
      .getByRole("alertdialog", {
        name: "Revoke the link to “Ida and Paul”?",
      })
      .getByRole("button", { name: "Revoke the link" })
      .click();
    await heading(page, "Nothing is shared by a link").waitFor();
    await assertAccessible(page);
    await heading(theirs, "This link has ended").waitFor();
    await theirs.locator("dialog.viewer").waitFor({ state: "detached" });
    assert.equal(await theirs.locator("main img").count(), 0);
    await assertAccessible(theirs);
    await theirs.reload();
    await heading(theirs, "This link leads nowhere").waitFor();
  });

  it("no script failed, nothing was refused by the policy, no request told from where it came", () => {
    assert.deepEqual(troubles, []);
    assert.deepEqual(couple.troubles, []);
    assert.deepEqual(unexpected(couple), []);
  });
});
