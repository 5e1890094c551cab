// The main ways through the gallery once each in Debian's Firefox, driven by WebDriver BiDi.
import assert from "node:assert/strict";
import { existsSync } from "node:fs";
import { after, before, describe, it } from "node:test";
import { firefox } from "playwright-core-firefox";
import { openUploads, setUp } from "./browser.js";
import { libraryOf } from "./library.js";
import { png } from "./pictures.js";
import { startServer } from "./server.js";

const password = "correct horse battery staple";
const executablePath = process.env.FIREFOX ?? "/usr/bin/firefox-esr";
const skip =
  (process.env.CADRE_TEST_URL && "it needs a gallery of its own") ||
  (!existsSync(executablePath) && "Firefox (firefox-esr) is not installed");
const tiles = "a[data-id] img.seen";

describe("in Firefox", { timeout: 300_000, skip }, () => {
  let server, browser, page, library;
  const troubles = [];

  before(async () => {
    server = await startServer(password);
    browser = await firefox.launch({
      channel: "moz-firefox",
      executablePath,
      // This Firefox does not take it from WebDriver BiDi.
      firefoxUserPrefs: {
        "layout.css.prefers-color-scheme.content-override": 0,
      },
    });
    page = await open({ locale: "en-GB" });
    library = libraryOf(page, server);
  });

  after(async () => {
    await browser?.close();
    await server?.stop();
  });

  async function open(options) {
    const context = await browser.newContext(options);
    context.setDefaultTimeout(20_000);
    const page = await context.newPage();
    page.on("pageerror", (error) => troubles.push(error.message));
    page.on("console", (message) => {
      if (message.type() === "error") troubles.push(message.text());
    });
    page.on("request", (request) => {
      const { protocol, origin } = new URL(request.url());
      if (protocol.startsWith("http") && origin !== server.url)
        troubles.push(`a request to ${origin}`);
    });
    return page;
  }

  const button = (name) => page.getByRole("button", { name, exact: true });
  const notice = (text) => page.getByRole("status").getByText(text);

  it("somebody sets the gallery up and adds photographs, which appear by themselves", async () => {
    await setUp(page, server, password);
    await page
      .getByRole("banner")
      .getByRole("button", { name: "Add photos" })
      .click();
    await page.getByRole("radio", { name: "Everybody" }).check();
    await page.getByLabel("Choose photographs").setInputFiles(
      [
        [200, 40, 40],
        [40, 200, 40],
        [40, 40, 200],
      ].map((colour, i) => ({
        name: `${i}.png`,
        mimeType: "image/png",
        buffer: png(900, 600, colour),
      })),
    );
    await openUploads(page);
    const uploads = page.getByRole("region", { name: "Uploads" });
    await uploads.getByText("3 photographs added").waitFor();
    await page.locator(tiles).nth(2).waitFor();
    await uploads.getByRole("button", { name: "Dismiss" }).click();
    await page.locator("header :focus").waitFor();
  });

  it("the keys open a photograph, go on and come back to its place; what is written of it is found", async () => {
    await page.locator('a[data-id][tabindex="0"]').focus();
    await page.keyboard.press("Enter");
    await page.locator('dialog img.seen[alt^="Photo"]').waitFor();
    const first = page.url();
    await button("Next photograph").waitFor();
    await page.keyboard.press("ArrowRight");
    await page.waitForFunction((first) => location.href !== first, first);
    await page.keyboard.press("i");
    await page.getByLabel("Title").fill("The harbour");
    await button("Save").click();
    await page.getByRole("heading", { name: "The harbour" }).waitFor();
    const { pathname } = new URL(page.url());
    await page.keyboard.press("Escape");
    await page.keyboard.press("Escape");
    await page.locator("dialog").waitFor({ state: "detached" });
    await page.locator(`a[href="${pathname}"]:focus`).waitFor();
    await page.keyboard.press("/");
    await page.keyboard.type("harbour");
    await page.keyboard.press("Enter");
    await page.waitForFunction(() => location.pathname === "/search");
    await page.locator(tiles).first().waitFor();
    assert.equal(await page.locator("a[data-id]").count(), 1);
  });

  it("what is selected becomes favourites, goes to the trash, and comes back", async () => {
    await page
      .getByRole("navigation", { name: "Pages" })
      .getByRole("link", { name: "Photos", exact: true })
      .click();
    await page.locator(tiles).nth(2).waitFor();
    const select = async () => {
      await page.locator('a[data-id][tabindex="0"]').focus();
      await page.keyboard.press("Home");
      await page.keyboard.press("Space");
      await page.keyboard.press("Shift+ArrowRight");
    };
    await select();
    await button("Mark as favourites").click();
    await notice("2 photographs marked as favourites.").waitFor();
    await select();
    await button("Delete").click();
    await notice("2 photographs moved to the trash.").waitFor();
    await page.locator("a[data-id]").nth(1).waitFor({ state: "detached" });
    await button("Undo").last().click();
    await page.locator(tiles).nth(2).waitFor();
  });

  it("an album is made, and its link shows it to a visitor, in French, in the dark, at 360 px", async () => {
    await page
      .getByRole("navigation", { name: "Pages" })
      .getByRole("link", { name: "Albums" })
      .click();
    await button("New album").click();
    await page.keyboard.type("Wedding");
    await page.keyboard.press("Enter");
    await page.getByRole("heading", { name: "Wedding", level: 1 }).waitFor();
    const album = page.url().split("/").at(-1);
    const { photos } = await library.ask("GET", "/photos?scope=mine");
    await library.ask("POST", `/albums/${album}/photos`, {
      add: photos.map(({ id }) => id),
    });
    await page.locator(tiles).nth(2).waitFor();
    const { key } = await library.ask("POST", "/shares", { album });
    const visitor = await open({
      locale: "fr-FR",
      viewport: { width: 360, height: 740 },
    });
    await visitor.goto(`${server.url}/s/${key}`);
    await visitor.getByRole("heading", { name: "Wedding" }).waitFor();
    await visitor.locator(tiles).first().waitFor();
    const [language, wide, dark] = await visitor.evaluate(() => [
      document.documentElement.lang,
      document.documentElement.scrollWidth > innerWidth,
      matchMedia("(prefers-color-scheme: dark)").matches,
    ]);
    assert.deepEqual([language, wide, dark], ["fr", false, true]);
    await visitor.locator("a[data-id]").first().click();
    await visitor.locator('dialog img.seen[alt^="Photo"]').waitFor();
    await visitor.getByRole("button", { name: "Fermer" }).click();
    await visitor.context().close();
  });

  it("what was added while the gallery was started again is seen without a reload", async () => {
    await page.goto(`${server.url}/photos`);
    await page.locator(tiles).nth(2).waitFor();
    const before = troubles.length;
    await server.end("SIGKILL");
    await server.start();
    const id = await library.add("later", [200, 200, 20]);
    await page.locator(`a[data-id="${id}"]`).waitFor();
    // Firefox says of the stream that it was broken off.
    troubles.length = before;
  });

  it("whoever logs out logs in again", async () => {
    await page.getByRole("button", { name: "Account of" }).click();
    await button("Log out").click();
    await page.goto(`${server.url}/photos`);
    await page.getByLabel("Name").fill("ada");
    await page.getByLabel("Password").fill(password);
    await page
      .getByRole("main")
      .getByRole("button", { name: "Log in" })
      .click();
    await page.locator(tiles).nth(3).waitFor();
  });

  it("nothing stood in the console, and no other host was asked", () => {
    assert.deepEqual(troubles, []);
  });
});
