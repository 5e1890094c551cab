// Look-alikes side by side: kept, told apart and taken back, by mouse and by keyboard; at 360 px, in the dark and in French.
import assert from "node:assert/strict";
import { mkdir } from "node:fs/promises";
import { after, before, describe, it } from "node:test";
import { assertAccessible, launch, open, setUp } from "./browser.js";
import { libraryOf } from "./library.js";
import { scene } from "./pictures.js";
import { startServer } from "./server.js";

const password = "correct horse battery staple";
const skip =
  Boolean(process.env.CADRE_TEST_URL) && "it needs a gallery of its own";
/** A folder for pictures of the page, for people who look at them. */
const pictures = process.env.CADRE_TEST_PICTURES;

describe("look-alikes", { timeout: 300_000, skip }, () => {
  let server, browser, page, troubles, ask, add;
  const ids = {};

  before(async () => {
    server = await startServer(password);
    browser = await launch();
    ({ page, troubles } = await open(browser, server.url));
    ({ ask, add } = libraryOf(page, server));
    page.context().setDefaultTimeout(30_000);
    await setUp(page, server, password);
  });

  after(async () => {
    await browser?.close();
    await server?.stop();
  });

  const button = (name) => page.getByRole("button", { name, exact: true });
  const group = (name) => page.getByRole("region", { name, exact: true });
  const trashed = async () => (await ask("GET", "/timeline?scope=trash")).total;
  async function groups(count) {
    for (let attempt = 0; attempt < 600; attempt++) {
      const known = await ask("GET", "/duplicates").catch(() => null);
      if (known?.groups.length === count) return;
      await new Promise((resolve) => setTimeout(resolve, 50));
    }
    assert.fail(`there are never ${count} groups`);
  }
  async function picture(at, name) {
    if (!pictures) return;
    await mkdir(pictures, { recursive: true });
    await at.screenshot({ path: `${pictures}/${name}.png`, fullPage: true });
  }

  it("says so where there are none", async () => {
    await page.goto(server.url);
    await page.getByRole("button", { name: /ada/ }).click();
    await page.getByRole("link", { name: "Look-alikes" }).click();
    await page.getByRole("heading", { name: "No look-alikes" }).waitFor();
    assert.equal(new URL(page.url()).pathname, "/duplicates");
    await assertAccessible(page);
    await button("Bursts").click();
    await page.getByRole("heading", { name: "No bursts" }).waitFor();
  });

  it("shows them side by side with what differs, the best to be kept", async () => {
    ids.large = await add("large", scene(480, 320, 3));
    ids.small = await add("small", scene(240, 160, 3));
    ids.one = await add("one", scene(300, 200, 5, "one"));
    ids.two = await add("two", scene(300, 200, 5, "two, longer"));
    await ask("PATCH", `/photos/${ids.small}`, {
      title: "A boat",
      tags: ["sea"],
    });
    await groups(2);
    await page.goto(`${server.url}/duplicates`);
    const near = group("Nearly the same picture, 2 times");
    await near
      .getByText(/They differ in: width, height,.* title, tags/)
      .waitFor();
    assert.equal(
      await near
        .getByRole("checkbox", { name: "Keep large.png, the best" })
        .isChecked(),
      true,
    );
    assert.equal(
      await near.getByRole("checkbox", { name: "Keep A boat" }).isChecked(),
      false,
    );
    await near.locator("img.seen").nth(1).waitFor();
    await group("The same picture, 2 times").waitFor();
    await assertAccessible(page);
    await picture(page, "wide");
  });

  it("keeps the best by one press, joins what was said, and takes it back", async () => {
    const near = group("Nearly the same picture, 2 times");
    await near.getByRole("button", { name: "Keep the best" }).click();
    await near.waitFor({ state: "detached" });
    await page.getByText("One was moved to the trash").waitFor();
    assert.equal(await trashed(), 1);
    const stays = await ask("GET", `/photos/${ids.large}`);
    assert.deepEqual([stays.title, stays.tags], ["A boat", ["sea"]]);
    assert.equal(
      await page.evaluate(() => document.activeElement.textContent.trim()),
      "Keep the best",
      "the next group is there",
    );
    await button("Undo").click();
    await near.waitFor();
    await page.getByText("They are back.").waitFor();
    assert.equal(await trashed(), 0);
    await groups(2);
  });

  it("is decided by keys alone", async () => {
    await page.reload();
    await group("The same picture, 2 times").waitFor();
    await page.keyboard.press("j");
    const focused = () =>
      page.evaluate(
        () =>
          document.activeElement.closest("section")?.querySelector("h2")
            .textContent,
      );
    assert.equal(await focused(), "The same picture, 2 times");
    await page.keyboard.press("j");
    assert.equal(await focused(), "Nearly the same picture, 2 times");
    await page.keyboard.press("2");
    await button("Keep the 2 chosen").waitFor();
    await page.keyboard.press("1");
    await button("Keep the chosen one").waitFor();
    await page.keyboard.press("2");
    await page.getByText("Choose at least one that stays.").waitFor();
    await assertAccessible(page);
    await page.keyboard.press("1");
    await page.keyboard.press("k");
    assert.equal(await focused(), "The same picture, 2 times");
    await page.keyboard.press("x");
    await page.getByText("All stay, and are not shown").waitFor();
    await groups(1);
    assert.equal(await trashed(), 0);
    await button("Undo").click();
    await groups(2);
    await group("The same picture, 2 times").waitFor();
  });

  it("says it where a group has changed meanwhile, and shows it again", async () => {
    const exact = group("The same picture, 2 times");
    const { id } = await ask("GET", `/photos/${ids.one}`);
    await ask("DELETE", `/photos/${id}`);
    await groups(1);
    await exact.getByRole("button", { name: "Keep the best" }).click();
    await page.getByText("These look-alikes changed meanwhile.").waitFor();
    await ask("POST", `/photos/${id}/restore`);
    await groups(2);
  });

  it("fits a phone, in the dark and in French", async () => {
    const phone = await open(browser, server.url, { locale: "fr-FR" });
    const small = phone.page;
    await small.setViewportSize({ width: 360, height: 740 });
    await small.emulateMedia({ colorScheme: "dark" });
    await small.context().addCookies(await page.context().cookies());
    await small.goto(`${server.url}/duplicates`);
    await small.locator("img.seen").nth(1).waitFor();
    await assertAccessible(small);
    const wide = () => document.documentElement.scrollWidth;
    assert.ok((await small.evaluate(wide)) <= 360);
    await picture(small, "phone");
    await small
      .getByRole("button", { name: "Garder la meilleure" })
      .first()
      .click();
    await small.getByText("Une a été mise à la corbeille").waitFor();
    assert.deepEqual(phone.troubles, []);
    await phone.close();
  });

  it("no script failed, and no other host was asked", () => {
    assert.deepEqual(troubles, []);
  });
});
