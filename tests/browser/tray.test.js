// Adding photographs: the list behind the ring, folders, drops and pastes, what was there, what cannot be read, cancelling,
// trying again, a server that restarts and a connection that breaks off in the middle of a file.
import assert from "node:assert/strict";
import { mkdtemp, mkdir, rm, writeFile } from "node:fs/promises";
import { createServer, connect } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, before, describe, it } from "node:test";
import {
  assertAccessible,
  launch,
  open,
  openUploads,
  setUp,
} from "./browser.js";
import { png } from "./pictures.js";
import { startServer } from "./server.js";

const password = "correct horse battery staple";
const skip =
  Boolean(process.env.CADRE_TEST_URL) && "it needs a gallery of its own";

describe("adding photographs", { timeout: 300_000, skip }, () => {
  let server, browser, page, troubles, folder;

  before(async () => {
    server = await startServer(password);
    browser = await launch();
    ({ page, troubles } = await open(browser, server.url));
    page.setDefaultTimeout(30_000);
    await setUp(page, server, password);
    folder = await mkdtemp(join(tmpdir(), "cadre-phone-"));
    await mkdir(join(folder, "DCIM", "100APPLE"), { recursive: true });
    const write = (name, bytes) => writeFile(join(folder, "DCIM", name), bytes);
    await write("100APPLE/one.png", png(60, 40, [200, 40, 40]));
    await write("two.png", png(60, 40, [40, 200, 40]));
    await write(".hidden.png", png(60, 40, [1, 2, 3]));
    await write("notes.txt", "not a picture");
  });

  after(async () => {
    await browser?.close();
    await server?.stop();
    await rm(folder, { recursive: true, force: true });
  });

  const uploads = () => page.getByRole("region", { name: "Uploads" });
  const uploadRequests = /\/api\/v1\/photos\?filename=/;
  const photo = (name, colour) => ({
    name,
    mimeType: "image/png",
    buffer: png(80, 60, colour),
  });

  async function choose(label, files) {
    const banner = page.getByRole("banner");
    await banner.getByRole("button", { name: "Add photos" }).click();
    await page.getByLabel(label).setInputFiles(files);
  }

  async function dismiss() {
    await uploads().getByRole("button", { name: "Dismiss" }).click();
    await uploads().waitFor({ state: "detached" });
  }

  /** Files as the system's file manager would let go of them over the page. */
  async function drop(event, files) {
    await page.evaluate(
      ({ event, files }) => {
        const data = new DataTransfer();
        for (const { name, mimeType, bytes } of files)
          data.items.add(
            new File([new Uint8Array(bytes)], name, { type: mimeType }),
          );
        const init = { bubbles: true, cancelable: true };
        document.body.dispatchEvent(
          event === "paste"
            ? new ClipboardEvent(event, { ...init, clipboardData: data })
            : new DragEvent(event, { ...init, dataTransfer: data }),
        );
      },
      {
        event,
        files: files.map(({ buffer, ...file }) => ({
          ...file,
          bytes: [...buffer],
        })),
      },
    );
  }

  it("of a folder, photographs are added, and what is none is counted", async () => {
    await choose("Choose a folder", folder);
    await page.getByText("2 photographs added").waitFor();
    // Nothing covers the page before one asks for it.
    assert.equal(await uploads().count(), 0);
    await openUploads(page);
    await uploads().getByText("1 other file is no photograph").waitFor();
    await uploads().getByText("DCIM/100APPLE/one.png").waitFor();
    await assertAccessible(page);
    await dismiss();
  });

  it("what is here already is told without being sent", async () => {
    let sent = 0;
    await page.route(uploadRequests, (route) => {
      sent++;
      return route.continue();
    });
    await choose("Choose a folder", folder);
    await page.getByText("2 were here already").waitFor();
    assert.equal(sent, 0);
    await page.unroute(uploadRequests);
    await openUploads(page);
    await uploads().getByText("Was here already").first().waitFor();
    await dismiss();
  });

  it("what is dropped anywhere, or pasted, goes among one's own photos", async () => {
    const dropped = photo("dropped.png", [10, 10, 200]);
    await drop("dragover", [dropped]);
    await page.getByText("Let go to add them").waitFor();
    await assertAccessible(page);
    await drop("drop", [dropped]);
    await page.getByText("Let go to add them").waitFor({ state: "detached" });
    await page.getByText("1 photograph added").waitFor();
    await drop("paste", [photo("pasted.png", [10, 200, 200])]);
    await openUploads(page);
    await uploads().getByText("2 photographs added").waitFor();
    const id = (name) =>
      uploads().getByRole("link", { name }).getAttribute("href");
    for (const name of ["dropped.png", "pasted.png"]) {
      const path = (await id(name)).replace("/photos/", "/api/v1/photos/");
      const answer = await page.request.get(server.url + path);
      assert.equal((await answer.json()).visibility, "private", name);
    }
    await dismiss();
  });

  it("what was refused is tried again when asked, and is listed for copying", async () => {
    await page.route(
      uploadRequests,
      (route) =>
        route.fulfill({
          status: 507,
          contentType: "application/problem+json",
          body: '{"type":"/problems/made-up-here","title":"","status":507,"detail":"There is no room left."}',
        }),
      { times: 1 },
    );
    await choose("Choose photographs", [photo("room.png", [99, 10, 10])]);
    await page.getByText("1 not added").waitFor();
    await page.getByRole("button", { name: "Show" }).click();
    await uploads().waitFor();
    // The message does not lie above the list that it opened.
    assert.equal(await page.getByRole("button", { name: "Show" }).count(), 0);
    await uploads().getByText("There is no room left.").waitFor();
    await assertAccessible(page);
    await page
      .context()
      .grantPermissions(["clipboard-read", "clipboard-write"]);
    await uploads().getByRole("button", { name: "Copy the list" }).click();
    await page.getByText("The list is copied.").waitFor();
    const copied = await page.evaluate(() => navigator.clipboard.readText());
    assert.equal(copied, "room.png\tThere is no room left.");
    await uploads()
      .getByRole("button", { name: "Try again: room.png" })
      .click();
    await uploads().getByText("1 photograph added").waitFor();
    await dismiss();
  });

  it("a file on its way is cancelled, the others go on; leaving asks first only meanwhile", async () => {
    const asks = () =>
      page.evaluate(() => {
        const event = new Event("beforeunload", { cancelable: true });
        return !dispatchEvent(event);
      });
    assert.equal(await asks(), false);
    const held = [];
    await page.route(uploadRequests, (route) => {
      if (route.request().url().includes("slow")) held.push(route);
      else return route.continue();
    });
    await choose("Choose photographs", [
      photo("slow.png", [1, 99, 10]),
      photo("quick.png", [2, 99, 10]),
    ]);
    await openUploads(page);
    await uploads().getByText("quick.png").waitFor();
    const cancel = uploads().getByRole("button", { name: "Cancel: slow.png" });
    await cancel.waitFor();
    assert.equal(await asks(), true);
    await cancel.click();
    await uploads().getByText("1 photograph added").waitFor();
    assert.equal(await asks(), false);
    await page.unroute(uploadRequests);
    await dismiss();
  });

  it("at 360 px, in the dark and in French, the list is as good", async () => {
    const phone = await open(browser, server.url, { locale: "fr-FR" });
    await phone.page.setViewportSize({ width: 360, height: 740 });
    await phone.page.emulateMedia({ colorScheme: "dark" });
    await phone.page.context().addCookies(await page.context().cookies());
    await phone.page.goto(`${server.url}/photos`);
    const add = phone.page.getByRole("button", { name: "Ajouter" });
    await add.first().click();
    await assertAccessible(phone.page);
    await phone.page.getByLabel("Choisir des photographies").setInputFiles([
      photo(
        "un-nom-de-fichier-qui-ne-finit-pas-".repeat(5) + ".png",
        [5, 5, 99],
      ),
      {
        ...photo("lettre.png", [0, 0, 0]),
        buffer: Buffer.from("Chère Ada,"),
      },
    ]);
    await phone.page.getByRole("button", { name: /^Envois : / }).click();
    const list = phone.page.getByRole("region", { name: "Envois" });
    await list.getByText("1 photographie ajoutée · 1 non ajoutée").waitFor();
    await assertAccessible(phone.page);
    const wide = () => document.documentElement.scrollWidth > innerWidth;
    assert.equal(await phone.page.evaluate(wide), false);
    await phone.page.keyboard.press("Escape");
    await list.waitFor({ state: "detached" });
    assert.deepEqual(phone.troubles, []);
    await phone.close();
  });

  it("no script failed, nothing broke the Content-Security-Policy, no other host was asked", () => {
    assert.deepEqual(troubles, []);
  });
});

describe(
  "a gallery that breaks off while a file is sent",
  { timeout: 300_000, skip },
  () => {
    let server, browser, page, proxy, sockets;

    /** In between, as a real connection is: it can break in the middle of a body, and refuse. */
    before(async () => {
      server = await startServer(password);
      const target = new URL(server.url);
      sockets = new Set();
      proxy = createServer((client) => {
        if (proxy.broken) return client.destroy();
        const upstream = connect(Number(target.port), target.hostname);
        sockets.add(client);
        let bytes = 0;
        client.on("data", (chunk) => {
          bytes += chunk.length;
          // Half a megabyte of the file is on its way: then the cable is pulled.
          if (proxy.breakAfter && bytes > proxy.breakAfter) {
            proxy.breakAfter = 0;
            proxy.broken = true;
            for (const socket of sockets) socket.destroy();
            return;
          }
          upstream.write(chunk);
        });
        upstream.on("data", (chunk) => client.write(chunk));
        for (const [one, other] of [
          [client, upstream],
          [upstream, client],
        ]) {
          one.on("error", () => other.destroy());
          one.on("close", () => other.destroy());
        }
      });
      await new Promise((resolve) => proxy.listen(0, "127.0.0.1", resolve));
      browser = await launch();
    });

    after(async () => {
      await browser?.close();
      for (const socket of sockets ?? []) socket.destroy();
      proxy?.close();
      await server?.stop();
    });

    it("sends it again by itself, whole, once the way is free, while one goes on looking", async () => {
      const url = `http://127.0.0.1:${proxy.address().port}`;
      ({ page } = await open(browser, url));
      page.setDefaultTimeout(30_000);
      await setUp(page, { ...server, url }, password);
      const add = async (name, buffer) => {
        const banner = page.getByRole("banner");
        await banner.getByRole("button", { name: "Add photos" }).click();
        await page
          .getByLabel("Choose photographs")
          .setInputFiles([{ name, mimeType: "image/png", buffer }]);
      };
      await add("first.png", png(80, 60, [9, 9, 9]));
      await openUploads(page);
      const uploads = page.getByRole("region", { name: "Uploads" });
      await uploads.getByText("1 photograph added").waitFor();
      // A picture with four megabytes behind its end.
      const bytes = Buffer.concat([
        png(80, 60, [7, 7, 99]),
        Buffer.alloc(4 << 20, 7),
      ]);
      proxy.breakAfter = 1 << 19;
      await add("broken.png", bytes);
      await uploads.getByText("is sent by itself").waitFor();
      assert.equal(proxy.broken, true);
      await page.getByRole("link", { name: "Favourites" }).click();
      proxy.broken = false;
      await uploads.getByText("2 photographs added").waitFor();
      await page.getByRole("heading", { name: "No favourites yet" }).waitFor();
      const link = await uploads
        .getByRole("link", { name: "broken.png" })
        .getAttribute("href");
      const path = link.replace("/photos/", "/api/v1/photos/");
      const original = await page.request.get(`${url}${path}/original`);
      assert.ok(bytes.equals(await original.body()));
    });

    it("of a large file only the rest is sent, also after the page was loaded again", async () => {
      const url = `http://127.0.0.1:${proxy.address().port}`;
      const bytes = Buffer.concat([
        png(80, 60, [7, 99, 7]),
        Buffer.alloc(20 << 20, 3),
      ]);
      const file = { name: "large.png", mimeType: "image/png", buffer: bytes };
      const add = async () => {
        const banner = page.getByRole("banner");
        await banner.getByRole("button", { name: "Add photos" }).click();
        await page.getByLabel("Choose photographs").setInputFiles([file]);
      };
      const begun = [];
      const went = [];
      page.on("request", (request) => {
        if (!request.url().includes("/api/v1/uploads")) return;
        if (request.method() === "POST") begun.push(request);
        if (request.method() === "PATCH")
          went.push(Number(request.headers()["upload-offset"]));
      });
      proxy.breakAfter = 10 << 20;
      await add();
      const uploads = page.getByRole("region", { name: "Uploads" });
      await uploads.getByText("is sent by itself").waitFor();
      assert.deepEqual(went, [0]);
      // By itself, once the way is free; and then the page goes in the middle of it.
      proxy.breakAfter = 6 << 20;
      const again = page.waitForRequest(
        (request) => request.method() === "PATCH",
      );
      proxy.broken = false;
      await again;
      await uploads.getByText("is sent by itself").waitFor();
      assert.equal(went.length, 2);
      // What was under way when the connection was reset may be lost.
      assert.ok(went[1] > 0, String(went));
      proxy.broken = false;
      await page.reload();
      await add();
      await openUploads(page);
      await uploads.getByRole("link", { name: "large.png" }).waitFor();
      assert.equal(begun.length, 1, "it is one upload");
      assert.ok(went.length >= 3 && went.at(-1) >= went[1], String(went));
      const link = await uploads
        .getByRole("link", { name: "large.png" })
        .getAttribute("href");
      const path = link.replace("/photos/", "/api/v1/photos/");
      const original = await page.request.get(`${url}${path}/original`);
      assert.ok(bytes.equals(await original.body()));
    });
  },
);
