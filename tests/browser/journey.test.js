// The whole way of somebody's first day, in a real browser against the real server. The steps build on each other.
import assert from "node:assert/strict";
import { after, before, describe, it } from "node:test";
import { assertAccessible, launch, open, openUploads } from "./browser.js";
import { png } from "./pictures.js";
import { startServer } from "./server.js";

const shared = Boolean(process.env.CADRE_TEST_URL);
const name = () => server.name ?? "ada";
const password = "correct horse battery staple";
// Files of their own in every run, so that a server that was driven before takes them.
const shade = () => Math.floor(Math.random() * 200) + 55;
const pictures = [
  {
    name: "wide.png",
    mimeType: "image/png",
    buffer: png(1600, 900, [shade(), shade(), 90]),
  },
  {
    name: "tall.png",
    mimeType: "image/png",
    buffer: png(600, 900, [90, shade(), shade()]),
  },
];
let server;
const seenTiles = "a[data-id] img.seen";

describe("somebody’s first day", { timeout: 600_000 }, () => {
  let browser, page, troubles, visitor;

  before(async () => {
    server = await startServer(password);
    browser = await launch();
    ({ page, troubles } = await open(browser, server.url));
    page.setDefaultTimeout(20_000);
    visitor = await open(browser, server.url, { locale: "fr-FR" });
    visitor.page.setDefaultTimeout(20_000);
  });

  after(async () => {
    await browser?.close();
    await server?.stop();
  });

  async function add(files, who) {
    await page
      .getByRole("banner")
      .getByRole("button", { name: "Add photos" })
      .click();
    await page.getByRole("radio", { name: who }).check();
    await page.getByLabel("Choose photographs").setInputFiles(files);
    await openUploads(page);
  }

  const uploads = () => page.getByRole("region", { name: "Uploads" });

  const first = { skip: shared && "the server is set up" };
  it(
    "without a user, the page says how to become the first",
    first,
    async () => {
      await page.goto(server.url);
      await page
        .getByRole("heading", { name: "waits for its first user" })
        .waitFor();
      await assertAccessible(page);
    },
  );

  it(
    "a wrong setup token is refused with a sentence, the printed one makes the administrator",
    first,
    async () => {
      for (const token of ["wrong-token-wrong-token", server.token]) {
        // Only the fragment differs: without this the page would stay as it is.
        await page.goto("about:blank");
        await page.goto(`${server.url}/#setup=${token}`);
        await page.getByLabel("Name").fill(name());
        await page.getByLabel("Password", { exact: true }).fill(password);
        await page.getByLabel("Password, again").fill(password);
        await assertAccessible(page);
        await page.getByRole("button", { name: "Create the gallery" }).click();
        if (token !== server.token)
          await page.getByRole("alert").filter({ hasText: /\w/ }).waitFor();
      }
      await page
        .getByRole("heading", { name: "Your photographs begin here" })
        .waitFor();
      assert.equal(new URL(page.url()).pathname, "/photos");
      await assertAccessible(page);
    },
  );

  it("who has an account logs in", { skip: !shared }, async () => {
    await page.goto(`${server.url}/photos`);
    await page.getByLabel("Name").fill(name());
    await page.getByLabel("Password").fill(password);
    await page.getByRole("button", { name: "Log in" }).click();
    await page
      .getByRole("heading", { name: "Your photographs begin here" })
      .waitFor();
  });

  it("two public photographs are added, and appear by themselves when they are ready", async () => {
    await page
      .getByRole("banner")
      .getByRole("button", { name: "Add photos" })
      .click();
    await assertAccessible(page);
    await page.keyboard.press("Escape");
    await add(pictures, "Everybody");
    await uploads().getByText("2 photographs added").waitFor();
    await page.locator(seenTiles).nth(1).waitFor();
    await assertAccessible(page);
  });

  it("the same bytes again are told to have been here already", async () => {
    await uploads().getByRole("button", { name: "Dismiss" }).click();
    await add([pictures[0]], "Everybody");
    await uploads().getByText("1 was here already").waitFor();
    await uploads().getByRole("button", { name: "Dismiss" }).click();
    assert.equal(await page.locator("a[data-id]").count(), 2);
  });

  it("a text that calls itself a picture is refused with the server’s sentence", async () => {
    await add(
      [
        {
          name: "letter.jpg",
          mimeType: "image/jpeg",
          buffer: Buffer.from("Dear Ada,\n"),
        },
      ],
      "Everybody",
    );
    await uploads().getByText("1 not added").waitFor();
    const sentence = await uploads().locator(".failed .state").innerText();
    assert.match(sentence, /^[A-Z].{15,}\.$/, sentence);
    await assertAccessible(page);
    await uploads().getByRole("button", { name: "Dismiss" }).click();
  });

  it("a visitor without an account sees the wall, in French, and may only look", async () => {
    await visitor.page.goto(server.url);
    await visitor.page.locator(seenTiles).nth(1).waitFor();
    await visitor.page.getByText("2 photographies").first().waitFor();
    await assertAccessible(visitor.page);
    await visitor.page.locator("a[data-id]").first().click();
    await visitor.page.locator('dialog img.seen[alt^="Photo"]').waitFor();
    await visitor.page.getByRole("button", { name: "Fermer" }).waitFor();
    assert.equal(
      await visitor.page.getByRole("button", { name: "Supprimer" }).count(),
      0,
    );
    await assertAccessible(visitor.page);
  });

  it("the keyboard alone opens a photograph, goes on to the next, and comes back to its place", async () => {
    await page.goto(`${server.url}/`);
    await page.locator(seenTiles).nth(1).waitFor();
    await page.locator('a[data-id][tabindex="0"]').focus();
    await page.keyboard.press("Enter");
    await page.locator('dialog img.seen[alt^="Photo"]').waitFor();
    const first = new URL(page.url()).pathname;
    assert.match(first, /^\/[0-9a-f-]{36}$/);
    await assertAccessible(page);
    await page.getByRole("button", { name: "Next photograph" }).waitFor();
    await page.keyboard.press("ArrowRight");
    await page.waitForURL((url) => url.pathname !== first);
    const second = new URL(page.url()).pathname;
    await page.locator('dialog img.seen[alt^="Photo"]').waitFor();
    await page.keyboard.press("Escape");
    await page.waitForURL(`${server.url}/`);
    await page.locator(`a[href="${second}"]:focus`).waitFor();
  });

  it("a photograph is turned by a quarter, with its place in the rows, and turned on until it stands as before", async () => {
    await page.goto(`${server.url}/photos`);
    const first = page.locator("a[data-id]").first();
    await first.locator("img.seen").waitFor();
    await first.click();
    const shown = page.locator('dialog img.seen[alt^="Photo"]');
    const isWide = () =>
      shown.evaluate((image) => image.naturalWidth > image.naturalHeight);
    const turned = (wide) =>
      page.waitForFunction((wide) => {
        const image = document.querySelector('dialog img.seen[alt^="Photo"]');
        return (
          image?.complete &&
          image.naturalWidth > 0 &&
          image.naturalWidth > image.naturalHeight === wide
        );
      }, wide);
    await shown.waitFor();
    const before = await isWide();
    await page.getByRole("button", { name: "Turn right" }).click();
    await turned(!before);
    await assertAccessible(page);
    for (let quarters = 1; quarters < 4; quarters++) {
      await page.keyboard.press("r");
      await turned(quarters % 2 === 0 ? !before : before);
    }
    await page.keyboard.press("Escape");
    await page.locator("dialog").waitFor({ state: "detached" });
    await page.goto(`${server.url}/`);
    await page.locator(seenTiles).nth(1).waitFor();
  });

  it("title, caption, tags and date are edited beside the picture, and a favourite is one key away", async () => {
    await page.goto(`${server.url}/photos`);
    const first = page.locator("a[data-id]").first();
    await first.locator("img.seen").waitFor();
    const id = await first.getAttribute("data-id");
    await first.click();
    await page.locator('dialog img.seen[alt^="Photo"]').waitFor();
    await page.keyboard.press("i");
    await page.getByLabel("Title").fill("The harbour, r and f");
    await page.getByLabel("Caption").fill("In the evening.");
    await page.getByLabel("Tags").fill("harbour, evening");
    await assertAccessible(page);
    await page.getByRole("button", { name: "Save" }).click();
    await page.getByText("Saved.").waitFor();
    await page.getByRole("heading", { name: "The harbour, r and f" }).waitFor();
    await page.getByRole("button", { name: "Close the details" }).click();
    await page.keyboard.press("f");
    await page.getByText("Marked as a favourite.").waitFor();
    const photo = await (
      await page.request.get(`${server.url}/api/v1/photos/${id}`)
    ).json();
    assert.deepEqual(
      [photo.caption, photo.tags.sort(), photo.favourite, photo.rotation],
      ["In the evening.", ["evening", "harbour"], true, 0],
    );
    await page.keyboard.press("Escape");
    await page.locator("dialog").waitFor({ state: "detached" });
    await page.goto(`${server.url}/`);
    await page.locator(seenTiles).nth(1).waitFor();
  });

  it("a deleted photograph is gone, comes back by undo, and is restored from the trash", async () => {
    const id = await page.locator("a[data-id]").first().getAttribute("data-id");
    const gone = page.locator(`a[data-id="${id}"]`);
    await gone.click();
    await page.getByRole("button", { name: "Delete", exact: true }).click();
    await page.getByRole("button", { name: "Undo" }).click();
    await page.getByText("Restored.").waitFor();
    await page.keyboard.press("Escape");
    await page.locator("dialog").waitFor({ state: "detached" });
    await page.locator(seenTiles).nth(1).waitFor();

    await gone.click();
    await page.getByRole("button", { name: "Delete", exact: true }).click();
    await page.getByText("Moved to the trash.").waitFor();
    await page.keyboard.press("Escape");
    await gone.waitFor({ state: "detached" });

    await page.getByRole("link", { name: "Trash" }).click();
    await gone.waitFor();
    await assertAccessible(page);
    await gone.click();
    await page.getByRole("button", { name: "Restore" }).click();
    await page.getByRole("heading", { name: "The trash is empty" }).waitFor();
    await page.getByRole("link", { name: "Photos", exact: true }).click();
    await page.locator(seenTiles).nth(1).waitFor();
  });

  it("what is deleted for good, after a question, is nowhere and 404", async () => {
    const href = await page.locator("a[data-id]").first().getAttribute("href");
    await page.locator(`a[href="${href}"]`).click();
    await page.getByRole("button", { name: "Delete", exact: true }).click();
    // The viewer goes on to the other one.
    await page.waitForURL((url) => url.pathname !== href);
    await page.goto(`${server.url}/trash`);
    const trashed = href.replace("/photos", "/trash");
    await page.locator(`a[href="${trashed}"]`).click();
    await page.getByRole("button", { name: "Delete for good" }).click();
    const question = page.getByRole("alertdialog");
    await question.waitFor();
    await assertAccessible(page);
    await question.getByRole("button", { name: "Delete for good" }).click();
    await page.getByRole("heading", { name: "The trash is empty" }).waitFor();
    await page.goto(server.url + href.replace("/trash", "/photos"));
    await page
      .getByRole("heading", { name: "There is nothing here" })
      .waitFor();
    await page.goto(`${server.url}/photos`);
    await page.locator(seenTiles).first().waitFor();
    assert.equal(await page.locator("a[data-id]").count(), 1);
  });

  it("one that is made private leaves the wall, and its page is nothing to a visitor", async () => {
    const href = await page.locator("a[data-id]").first().getAttribute("href");
    await page.locator("a[data-id]").first().click();
    await page.getByRole("button", { name: "Make private" }).click();
    await page.getByText("Only you can see it now.").waitFor();
    // What nobody sees may be kept by a cache: for a second, and nginx counts whole ones.
    await visitor.page.waitForTimeout(2100);
    await visitor.page.goto(server.url);
    await visitor.page
      .getByRole("heading", { name: "Rien n’est encore accroché ici" })
      .waitFor();
    await visitor.page.goto(server.url + href);
    await visitor.page
      .getByRole("heading", { name: "Il n’y a rien ici" })
      .waitFor();
  });

  it("logging out leaves the wall for nobody, and one’s own pages ask who one is", async () => {
    await page.goto(`${server.url}/photos`);
    await page.getByRole("button", { name: "Account of" }).click();
    await assertAccessible(page);
    await page.getByRole("button", { name: "Log out" }).click();
    await page
      .getByRole("heading", { name: "Nothing hangs here yet" })
      .waitFor();
    await page.goto(`${server.url}/photos`);
    await page.getByLabel("Name").fill(name());
    await page.getByLabel("Password").fill("a wrong password");
    await page.getByRole("button", { name: "Log in" }).click();
    await page.getByRole("alert").filter({ hasText: /\w/ }).waitFor();
    await assertAccessible(page);
    await page.getByLabel("Password").fill(password);
    await page.getByRole("button", { name: "Log in" }).click();
    await page.locator(seenTiles).first().waitFor();
  });

  it("no script failed, nothing broke the Content-Security-Policy, no other host was asked", () => {
    assert.deepEqual([...troubles, ...visitor.troubles], []);
  });
});
