// A server that ends under an open page, by itself and by force, and is started again at its address: what was under way
// is tried again or offered again, and what changed meanwhile is shown without a reload.
import assert from "node:assert/strict";
import { after, before, describe, it } from "node:test";
import { launch, open, openUploads, setUp } from "./browser.js";
import { libraryOf } from "./library.js";
import { png } from "./pictures.js";
import { startServer } from "./server.js";

const password = "correct horse battery staple";
const skip =
  Boolean(process.env.CADRE_TEST_URL) && "it needs a gallery of its own";
const unreachable = "The gallery does not answer.";

for (const signal of ["SIGTERM", "SIGKILL"])
  describe(
    `a server that ends by ${signal} under an open page`,
    { timeout: 300_000, skip },
    () => {
      let server, browser, page, troubles, library, loads;

      before(async () => {
        server = await startServer(password);
        browser = await launch();
        ({ page, troubles } = await open(browser, server.url));
        page.setDefaultTimeout(20_000);
        await setUp(page, server, password);
        library = libraryOf(page, server);
        loads = 0;
        page.on("load", () => loads++);
      });

      after(async () => {
        await browser?.close();
        await server?.stop();
      });

      const tile = (id) => page.locator(`a[data-id="${id}"]`);
      const notices = () => page.getByRole("status");
      const said = (text) => notices().getByText(text);

      it("shows what was added while the page heard nothing", async () => {
        // The stream is open and has told nothing yet.
        await page.waitForTimeout(500);
        await server.end(signal);
        const elsewhere = await server.start("127.0.0.1:0");
        const id = await libraryOf(page, { url: elsewhere }).add(
          "meanwhile",
          [200, 20, 20],
        );
        await server.end("SIGTERM");
        await server.start();
        await tile(id).waitFor();
        // And the stream is back.
        await tile(await library.add("later", [20, 200, 20])).waitFor();
        assert.equal(loads, 0);
      });

      it("keeps a title that could not be saved, and saves it once it is asked again", async () => {
        const id = await library.add("titled", [20, 20, 200]);
        await tile(id).locator("img.seen").waitFor();
        await tile(id).click();
        await page.locator('dialog img.seen[alt^="Photo"]').waitFor();
        await page.keyboard.press("i");
        const title = page.getByLabel("Title");
        await title.fill("The harbour");
        await server.end(signal);
        await page.getByRole("button", { name: "Save" }).click();
        await said(unreachable).waitFor();
        assert.equal(await title.inputValue(), "The harbour");
        await server.start();
        await notices().getByRole("button", { name: "Try again" }).click();
        await said("Saved.").waitFor();
        assert.equal(await said(unreachable).count(), 0);
        await page.getByRole("heading", { name: "The harbour" }).waitFor();

        // Pressed once more instead: what failed before is not offered any longer.
        await title.fill("The pier");
        await server.end(signal);
        await page.getByRole("button", { name: "Save" }).click();
        await said(unreachable).waitFor();
        await server.start();
        await page.getByRole("button", { name: "Save" }).click();
        await page.getByRole("heading", { name: "The pier" }).waitFor();
        assert.equal(await said(unreachable).count(), 0);
        const photo = await library.ask("GET", `/photos/${id}`);
        assert.equal(photo.title, "The pier");
        await page.keyboard.press("Escape");
        await page.keyboard.press("Escape");
        await page.locator("dialog").waitFor({ state: "detached" });
        await notices().getByRole("button", { name: "Dismiss" }).last().click();
      });

      it("takes a mark back that was not kept, and gives it when asked again", async () => {
        const [first, second] = await page
          .locator("a[data-id]")
          .evaluateAll((tiles) => tiles.map((one) => one.dataset.id));
        const marked = () => page.locator(".favourite");
        await tile(first).focus();
        await page.keyboard.press("Space");
        await page.keyboard.press("Shift+ArrowRight");
        const favour = page.getByRole("button", { name: "Mark as favourites" });
        await favour.waitFor();
        await server.end(signal);
        await favour.click();
        await said(unreachable).waitFor();
        assert.equal(await marked().count(), 0);
        await server.start();
        await notices().getByRole("button", { name: "Try again" }).click();
        await said("2 photographs marked as favourites.").waitFor();
        assert.equal(await marked().count(), 2);
        for (const id of [first, second])
          assert.equal(
            (await library.ask("GET", `/photos/${id}`)).favourite,
            true,
          );
        assert.equal(
          await said("2 photographs marked as favourites.").count(),
          1,
        );
        assert.equal(await said(unreachable).count(), 0);
      });

      it("shows again what could not be moved to the trash", async () => {
        const id = await page
          .locator("a[data-id]")
          .first()
          .getAttribute("data-id");
        await tile(id).focus();
        await page.keyboard.press("Space");
        const remove = page.getByRole("button", {
          name: "Delete",
          exact: true,
        });
        await remove.waitFor();
        await server.end(signal);
        await remove.click();
        await said(unreachable).waitFor();
        await server.start();
        await tile(id).waitFor();
        await notices().getByRole("button", { name: "Dismiss" }).last().click();
      });

      it("opens a photograph that was pressed meanwhile, by itself once it can be read", async () => {
        await page.reload();
        loads = 0;
        await page.locator("a[data-id] img.seen").first().waitFor();
        await server.end(signal);
        await page.locator("a[data-id]").first().click();
        const dialog = page.getByRole("dialog");
        await dialog.getByText(unreachable).waitFor();
        await dialog.getByRole("button", { name: "Try again" }).click();
        await dialog.getByText(unreachable).waitFor({ state: "detached" });
        await dialog.getByText(unreachable).waitFor();
        await server.start();
        await page.locator('dialog img.seen[alt^="Photo"]').waitFor();
        await page.keyboard.press("Escape");
        await dialog.waitFor({ state: "detached" });
        assert.equal(loads, 0);
      });

      it("says so where what was pressed needs code that cannot be fetched, and offers it again", async () => {
        const fresh = await open(browser, server.url);
        await fresh.page.context().addCookies(await page.context().cookies());
        fresh.page.setDefaultTimeout(20_000);
        await fresh.page.goto(`${server.url}/photos`);
        await fresh.page.locator("a[data-id] img.seen").first().waitFor();
        const add = fresh.page
          .getByRole("banner")
          .getByRole("button", { name: "Add photos" });
        await server.end(signal);
        await add.click();
        const notices = fresh.page.getByRole("status");
        await notices.getByText(unreachable).waitFor();
        await notices.getByRole("button", { name: "Dismiss" }).click();
        const first = fresh.page.locator("a[data-id]").first();
        const href = await first.getAttribute("href");
        await first.click();
        await notices.getByText(unreachable).waitFor();
        await server.start();
        await add.click();
        await fresh.page.getByRole("dialog").waitFor();
        await fresh.page.keyboard.press("Escape");
        await notices.getByRole("button", { name: "Try again" }).click();
        await fresh.page.locator('dialog img.seen[alt^="Photo"]').waitFor();
        assert.equal(new URL(fresh.page.url()).pathname, href);
        await fresh.close();
      });

      it("sends what was being uploaded, whole and once", async () => {
        const large = Buffer.concat([
          png(80, 60, [7, 99, 7]),
          Buffer.alloc(12 << 20, 3),
        ]);
        const small = Buffer.concat([
          png(80, 60, [7, 7, 99]),
          Buffer.alloc(3 << 20, 5),
        ]);
        const cdp = await page.context().newCDPSession(page);
        await cdp.send("Network.enable");
        const limit = (uploadThroughput) =>
          cdp.send("Network.emulateNetworkConditions", {
            offline: false,
            latency: 0,
            downloadThroughput: -1,
            uploadThroughput,
          });
        await limit(2 << 20);
        const before = (await library.ask("GET", "/timeline?scope=mine")).total;
        await page
          .getByRole("banner")
          .getByRole("button", { name: "Add photos" })
          .click();
        const sent = page.waitForRequest(
          (request) => request.method() === "PATCH",
        );
        await page.getByLabel("Choose photographs").setInputFiles([
          { name: "large.png", mimeType: "image/png", buffer: large },
          { name: "small.png", mimeType: "image/png", buffer: small },
        ]);
        await openUploads(page);
        await sent;
        await page.waitForTimeout(700);
        await server.end(signal);
        const uploads = page.getByRole("region", { name: "Uploads" });
        // One that is told to end takes what is under way first.
        if (signal === "SIGKILL")
          await uploads.getByText(/sent by (itself|themselves)/).waitFor();
        await limit(-1);
        await server.start();
        await uploads.getByText("2 photographs added").waitFor();
        for (const [name, bytes] of [
          ["large.png", large],
          ["small.png", small],
        ]) {
          const link = await uploads
            .getByRole("link", { name })
            .getAttribute("href");
          const path = link.replace("/photos/", "/api/v1/photos/");
          const original = await page.request.get(
            `${server.url}${path}/original`,
          );
          assert.ok(bytes.equals(await original.body()), name);
        }
        const after = (await library.ask("GET", "/timeline?scope=mine")).total;
        assert.equal(after, before + 2);
      });

      it("no script failed", () => {
        assert.deepEqual(troubles, []);
      });
    },
  );
