// A tag is renamed, joined into another one and deleted, mostly by keyboard; at 360 px, in the dark and in French as well.
import assert from "node:assert/strict";
import { after, before, describe, it } from "node:test";
import { assertAccessible, launch, open, setUp } from "./browser.js";
import { libraryOf } from "./library.js";
import { startServer } from "./server.js";

const password = "correct horse battery staple";
const skip =
  Boolean(process.env.CADRE_TEST_URL) && "it needs a gallery of its own";
const tiles = "a[data-id] img.seen";

describe("tags", { timeout: 300_000, skip }, () => {
  let server, browser, page, troubles, ask, add;

  before(async () => {
    server = await startServer(password);
    browser = await launch();
    ({ page, troubles } = await open(browser, server.url));
    ({ ask, add } = libraryOf(page, server));
    page.context().setDefaultTimeout(30_000);
    await setUp(page, server, password);
    for (const [i, tags] of [["see"], ["see"], ["sea"]].entries()) {
      const id = await add(`photo-${i}`, [60 * i + 20, 120, 200 - 40 * i]);
      await ask("PATCH", `/photos/${id}`, { tags });
    }
  });

  after(async () => {
    await browser?.close();
    await server?.stop();
  });

  const button = (name) => page.getByRole("button", { name, exact: true });
  const heading = (name) => page.getByRole("heading", { name, level: 1 });

  async function chooseFromMenu(name) {
    await button("More about this tag").click();
    await button(name).click();
  }

  it("is renamed, and its page goes with it", async () => {
    await page.goto(`${server.url}/tags/see`);
    await page.locator(tiles).nth(1).waitFor();
    await chooseFromMenu("Rename the tag");
    const dialog = page.getByRole("dialog", { name: "Rename the tag" });
    await dialog.getByLabel("New name").fill("a/b & sea");
    await assertAccessible(page);
    await page.keyboard.press("Enter");
    await page.getByText("“see” is becoming “a/b & sea”.").waitFor();
    await heading("a/b & sea").waitFor();
    await page.locator(tiles).nth(1).waitFor();
    await assertAccessible(page);
  });

  it("says before it joins two tags how many photographs come together", async () => {
    await chooseFromMenu("Rename the tag");
    const dialog = page.getByRole("dialog", { name: "Rename the tag" });
    await dialog.getByLabel("New name").fill("sea");
    await dialog
      .getByText(
        "“sea” exists already: 2 photographs will also be among its 1 photograph",
      )
      .waitFor();
    await assertAccessible(page);
    await dialog.getByRole("button", { name: "Join the tags" }).click();
    await heading("sea").waitFor();
    await page.locator(tiles).nth(2).waitFor();
    await page.goto(`${server.url}/tags`);
    await page.getByRole("link", { name: /^sea/ }).waitFor();
    assert.equal(await page.locator("main li").count(), 1);
  });

  it("is deleted after it has asked, and takes no photograph with it", async () => {
    await page.getByRole("link", { name: /^sea/ }).click();
    await page.locator(tiles).nth(2).waitFor();
    await chooseFromMenu("Delete the tag");
    const asks = page.getByRole("alertdialog", {
      name: "Delete the tag “sea”?",
    });
    await asks.getByText("It is taken off 3 photographs").waitFor();
    await assertAccessible(page);
    await asks.getByRole("button", { name: "Delete the tag" }).click();
    await page.getByText("“sea” is being taken off.").waitFor();
    await page.getByRole("heading", { name: "No tags yet" }).waitFor();
    assert.equal((await ask("GET", "/timeline?scope=mine")).total, 3);
  });

  it("fits a phone, in the dark and in French", async () => {
    const { photos } = await ask("GET", "/photos?scope=mine");
    await ask("PATCH", `/photos/${photos[0].id}`, { tags: ["mer"] });
    await ask("PATCH", `/photos/${photos[1].id}`, { tags: ["mer du nord"] });
    const phone = await open(browser, server.url, { locale: "fr-FR" });
    const small = phone.page;
    await small.setViewportSize({ width: 360, height: 740 });
    await small.emulateMedia({ colorScheme: "dark" });
    await small.context().addCookies(await page.context().cookies());
    await small.goto(`${server.url}/tags/mer`);
    await small.locator(tiles).first().waitFor();
    const more = small.getByRole("button", { name: "Autres actions" });
    for (const action of ["Renommer", "Supprimer"]) {
      await more.click();
      await small.locator(".menu").getByText(action).click();
      await small.locator("dialog").waitFor();
      if (action === "Renommer") {
        await small.getByLabel("Nouveau nom").fill("mer du nord");
        await small.getByText("existe déjà").waitFor();
      }
      await assertAccessible(small);
      const wide = () => document.documentElement.scrollWidth;
      assert.ok((await small.evaluate(wide)) <= 360);
      await small.keyboard.press("Escape");
      await small.locator("dialog").waitFor({ state: "detached" });
    }
    assert.deepEqual(phone.troubles, []);
    await phone.close();
  });

  it("no script failed, and no other host was asked", () => {
    assert.deepEqual(troubles, []);
  });
});
