// Dates of many photographs are set, moved and put into a zone, by keys where that is shorter; what the dialog foresees is
// what comes, and one press brings back what was. The steps build on each other.
import assert from "node:assert/strict";
import { after, before, describe, it } from "node:test";
import { assertAccessible, launch, open, setUp } from "./browser.js";
import { libraryOf } from "./library.js";
import { startServer } from "./server.js";

const password = "correct horse battery staple";
const skip =
  Boolean(process.env.CADRE_TEST_URL) && "it needs a gallery of its own";
const tiles = "a[data-id] img.seen";

describe("dates", { timeout: 600_000, skip }, () => {
  let server, browser, page, troubles, ask, add;
  const photos = [];

  before(async () => {
    server = await startServer(password);
    browser = await launch();
    ({ page, troubles } = await open(browser, server.url));
    page.context().setDefaultTimeout(30_000);
    await setUp(page, server, password);
    ({ ask, add } = libraryOf(page, server));
    for (const [i, name] of [
      "20240701_200000",
      "IMG-20240531-WA0001",
      "drawing",
    ].entries())
      photos.push(await add(name, [60 * i + 20, 120, 200 - 40 * i]));
    await page.locator(tiles).nth(2).waitFor();
  });

  after(async () => {
    await browser?.close();
    await server?.stop();
  });

  const button = (name, within = page) =>
    within.getByRole("button", { name, exact: true });
  const bar = (within = page) =>
    within.getByRole("toolbar", { name: /^S[eé]lection$/ });
  const dialog = () => page.getByRole("dialog", { name: /^Date of / });
  const preview = () => dialog().getByRole("listitem");

  const dates = () =>
    Promise.all(
      photos.map(async (id) => {
        const photo = await ask("GET", `/photos/${id}`);
        return `${photo.taken_at} ${photo.taken_precision} ${photo.taken_from}`;
      }),
    );
  async function are(wanted) {
    for (let i = 0; String(await dates()) !== String(wanted); i++) {
      if (i === 100) assert.deepEqual(await dates(), wanted);
      await new Promise((resolve) => setTimeout(resolve, 50));
    }
  }
  const original = [
    "2024-07-01T20:00:00 time filename",
    "2024-05-31T00:00:00 day filename",
    "null null uploaded",
  ];

  async function askFor() {
    await page.locator('a[data-id][tabindex="0"]').focus();
    await page.keyboard.press("Home");
    await page.keyboard.press("Space");
    for (let i = 1; i < photos.length; i++)
      await page.keyboard.press("Shift+ArrowRight");
    await bar().getByText("3 selected").waitFor();
    await button("Date", bar()).click();
    await preview().nth(2).waitFor();
  }
  async function view() {
    await page.goto(`${server.url}/photos/${photos[0]}`);
    await page.locator("dialog [aria-live]", { hasText: "of 3" }).waitFor();
  }
  async function undo() {
    await button("Undo").last().click();
    await are(original);
  }

  it("say where they are from among the details", async () => {
    await view();
    await page.keyboard.press("i");
    await page.getByText("the file’s name", { exact: true }).waitFor();
    await page.goto(`${server.url}/photos`);
    await page.locator(tiles).nth(2).waitFor();
    await are(original);
  });

  it("are set to as much as is known", async () => {
    await askFor();
    await assertAccessible(page);
    await dialog().getByLabel("What is known").selectOption("year");
    await dialog().getByLabel("Date", { exact: true }).fill("1958");
    await preview().first().getByText("1958", { exact: true }).waitFor();
    await page.keyboard.press("Enter");
    await page.getByText("The dates of 3 photographs are changed.").waitFor();
    await are(photos.map(() => "1958-01-01T00:00:00 year person"));
    await assertAccessible(page);
    await undo();
  });

  it("are moved, and those that cannot be stay and are told", async () => {
    await askFor();
    await page.keyboard.press("ArrowDown");
    await dialog().getByLabel("Direction").selectOption("Earlier");
    await dialog().getByLabel("Hours", { exact: true }).fill("1");
    await dialog().getByLabel("Minutes", { exact: true }).fill("30");
    await dialog().getByText("1 July 2024 at 18:30").waitFor();
    await dialog().getByText("The photo has no date.").waitFor();
    await assertAccessible(page);
    await page.keyboard.press("Enter");
    await page.getByText("The date is changed.").waitFor();
    await page.getByText("2 photographs were not changed.").waitFor();
    await are(["2024-07-01T18:30:00 time person", original[1], original[2]]);
    await undo();
  });

  it("are put into the zone of a journey, from a clock that stayed at home", async () => {
    await askFor();
    await dialog().getByLabel("Time zone", { exact: true }).check();
    const zone = dialog().getByLabel("Time zone of the place");
    await zone.fill("Asia/Nowhere");
    assert.equal(await zone.evaluate((input) => input.validity.valid), false);
    await zone.fill("Asia/Tokyo");
    await dialog().getByText("1 July 2024 at 20:00 (UTC+9)").waitFor();
    await dialog()
      .getByLabel(/^The clock ran in another zone/)
      .check();
    await dialog()
      .getByText("Nobody knows in which time zone the camera’s clock ran.")
      .waitFor();
    await dialog()
      .getByLabel("In which zone the clock ran")
      .fill("Europe/Paris");
    await dialog().getByText("2 July 2024 at 03:00 (UTC+9)").waitFor();
    await assertAccessible(page);
    await button("Change", dialog()).click();
    await page.getByText("The date is changed.").waitFor();
    await are([
      "2024-07-02T03:00:00+09:00 time person",
      original[1],
      original[2],
    ]);
    await page.reload();
    await page.locator(tiles).nth(2).waitFor();
  });

  it("come back as the files say", async () => {
    await askFor();
    await dialog().getByLabel("As the files say").check();
    await page.keyboard.press("Enter");
    await are(original);
  });

  it("of one keep their offset when they are corrected", async () => {
    await ask("PATCH", `/photos/${photos[0]}`, {
      taken_at: "2024-07-02T03:00:00+09:00",
    });
    await view();
    await page.keyboard.press("e");
    await page.locator("aside").getByText("UTC+9").waitFor();
    await page
      .locator("aside")
      .getByLabel("Date", { exact: true })
      .fill("2024-07-03T04:00");
    await button("Save", page.locator("aside")).click();
    await are([
      "2024-07-03T04:00:00+09:00 time person",
      original[1],
      original[2],
    ]);
  });

  it("fit a phone, in the dark and in French", async () => {
    const phone = await open(browser, server.url, { locale: "fr-FR" });
    const small = phone.page;
    await small.setViewportSize({ width: 360, height: 740 });
    await small.emulateMedia({ colorScheme: "dark" });
    await small.context().addCookies(await page.context().cookies());
    await small.goto(`${server.url}/photos`);
    await small.locator(tiles).nth(2).waitFor();
    await small.locator('a[data-id][tabindex="0"]').focus();
    await small.keyboard.press("Space");
    await button("Plus", bar(small)).click();
    await button("Date", small).click();
    const asks = small.getByRole("dialog", { name: "Date d’une photographie" });
    for (const way of [
      "Donner une date",
      "Décaler de quelques heures",
      "Fuseau horaire",
      "Comme le disent les fichiers",
    ]) {
      await asks.getByLabel(way, { exact: true }).check();
      await asks.getByRole("listitem").waitFor();
      if (way === "Fuseau horaire")
        await asks.getByLabel(/^L’horloge était réglée/).check();
      await assertAccessible(small);
      const wide = () => document.documentElement.scrollWidth;
      assert.ok((await small.evaluate(wide)) <= 360, way);
    }
    await small.keyboard.press("Escape");
    await asks.waitFor({ state: "detached" });
    assert.deepEqual(phone.troubles, []);
    await phone.close();
  });

  it("nothing else was asked or refused by the page", () =>
    assert.deepEqual(troubles, []));
});
