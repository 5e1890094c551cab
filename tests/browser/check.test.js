// "May I delete these?": a phone's folder is compared with the gallery, and what is missing is added.
import assert from "node:assert/strict";
import { mkdir, mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, before, describe, it } from "node:test";
import { assertAccessible, launch, open, setUp } from "./browser.js";
import { png } from "./pictures.js";
import { startServer } from "./server.js";

const password = "correct horse battery staple";
const skip =
  Boolean(process.env.CADRE_TEST_URL) && "it needs a gallery of its own";

describe("may I delete these?", { timeout: 300_000, skip }, () => {
  let server, browser, page, troubles, folder;
  const here = png(60, 40, [200, 40, 40]);
  const trashed = png(60, 40, [40, 200, 40]);

  before(async () => {
    server = await startServer(password);
    browser = await launch();
    ({ page, troubles } = await open(browser, server.url));
    page.setDefaultTimeout(30_000);
    await setUp(page, server, password);
    folder = await mkdtemp(join(tmpdir(), "cadre-phone-"));
    await mkdir(join(folder, "DCIM"));
    const write = (name, bytes) => writeFile(join(folder, "DCIM", name), bytes);
    await write("here.png", here);
    await write("here-again.png", here);
    await write("trashed.png", trashed);
    await write("missing.png", png(60, 40, [40, 40, 200]));
    await write("film.mov", "no photograph");
    await write(".DS_Store", "nobody means to keep it");
    await send(here);
    const { id } = await send(trashed);
    const gone = await page.request.delete(
      `${server.url}/api/v1/photos/${id}`,
      { headers: { Origin: server.url } },
    );
    assert.equal(gone.status(), 204);
  });

  after(async () => {
    await browser?.close();
    await server?.stop();
    await rm(folder, { recursive: true, force: true });
  });

  async function send(data) {
    const answer = await page.request.post(
      `${server.url}/api/v1/photos?filename=another-name.png`,
      {
        data,
        headers: { "Content-Type": "image/png", Origin: server.url },
      },
    );
    assert.equal(answer.status(), 201, await answer.text());
    return answer.json();
  }

  const group = (name) =>
    page.locator("details").filter({ has: page.getByText(name) });

  it("nothing is sent; what is here, in the trash, missing and no photograph is told apart", async () => {
    const sent = [];
    page.on("request", (request) => {
      if (request.method() === "POST") sent.push(new URL(request.url()));
    });
    await page.getByRole("button", { name: "Account of" }).click();
    await page.getByRole("link", { name: "May I delete these?" }).click();
    await page.getByRole("heading", { name: "May I delete these?" }).waitFor();
    await assertAccessible(page);
    await page.getByLabel("Choose a folder").setInputFiles(folder);
    await page.getByText("Keep 3 files").waitFor();
    await assertAccessible(page);
    for (const [name, files] of [
      ["Safely here", ["here.png", "here-again.png"]],
      ["Not here", ["missing.png"]],
      ["Here in the trash", ["trashed.png"]],
      ["No photographs", ["film.mov"]],
    ]) {
      const listed = await group(name).locator("li").allTextContents();
      const ends = listed.map((path) => path.split("/").pop());
      assert.deepEqual(ends.sort(), files.sort(), name);
    }
    assert.deepEqual(
      sent.map(({ pathname }) => pathname),
      ["/api/v1/photos/known"],
    );
  });

  it("what is missing is added with one press, and the gallery is asked again what it has", async () => {
    await page
      .getByRole("button", { name: "Add the 2 that are missing" })
      .click();
    // The film stays where it is.
    await page.getByText("Keep 1 file:").waitFor();
    assert.equal(await group("Not here").count(), 0);
    assert.equal(await group("Here in the trash").count(), 0);
    assert.equal(await group("Safely here").locator("li").count(), 4);
  });

  it("a refused file is not called safe because it was sent", async () => {
    await page.getByLabel("Choose files").setInputFiles([
      {
        name: "letter.jpg",
        mimeType: "image/jpeg",
        buffer: Buffer.from("Dear Ada,"),
      },
    ]);
    await page.getByText("Keep 1 file:").waitFor();
    await page.getByRole("button", { name: "Add the one" }).click();
    await page.getByText("1 not added").waitFor();
    await page.getByRole("button", { name: "Add the one" }).waitFor();
    assert.equal(await group("Not here").locator("li").count(), 1);
  });

  it("a field for files that has the keyboard takes no room, and what is pressed then does not move away", async () => {
    const verdict = page.getByText("Keep 1 file:");
    const place = () => verdict.evaluate((one) => one.offsetTop);
    await page.locator("h1").click();
    const before = await place();
    await page.getByLabel("Choose a folder").focus();
    assert.equal(await place(), before);
    const sent = page.waitForRequest("**/api/v1/photos?*");
    await page.getByRole("button", { name: "Add the one" }).click();
    await sent;
    await page.getByRole("button", { name: "Add the one" }).waitFor();
  });

  it("a server that restarts meanwhile is asked again, and nothing is called safe before it answered", async () => {
    let asked = 0;
    await page.route("**/api/v1/photos/known*", (route) => {
      asked++;
      if (asked === 1) return route.fulfill({ status: 502, body: "<html>" });
      if (asked === 2) return route.abort("connectionrefused");
      return route.continue();
    });
    await page
      .getByLabel("Choose files")
      .setInputFiles([{ name: "a.png", mimeType: "image/png", buffer: here }]);
    await page
      .getByText("This file is safely here. You may delete it there.")
      .waitFor();
    assert.equal(asked, 3);
    await page.unroute("**/api/v1/photos/known*");
  });

  it("at 360 px, in the dark and in French, it is as good", async () => {
    const phone = await open(browser, server.url, { locale: "fr-FR" });
    await phone.page.setViewportSize({ width: 360, height: 740 });
    await phone.page.emulateMedia({ colorScheme: "dark" });
    await phone.page.context().addCookies(await page.context().cookies());
    await phone.page.goto(`${server.url}/check`);
    await phone.page.getByLabel("Choisir un dossier").setInputFiles(folder);
    await phone.page.getByText("Gardez 1 fichier").waitFor();
    await assertAccessible(phone.page);
    const wide = () => document.documentElement.scrollWidth > innerWidth;
    assert.equal(await phone.page.evaluate(wide), false);
    assert.deepEqual(phone.troubles, []);
    await phone.close();
  });

  it("no script failed, nothing broke the Content-Security-Policy, no other host was asked", () => {
    assert.deepEqual(troubles, []);
  });
});
