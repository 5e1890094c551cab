// Somebody else's uploader, as it comes, against this server: Uppy and its tus plugin in a real browser.
import assert from "node:assert/strict";
import { createHash, randomBytes } from "node:crypto";
import { readFile } from "node:fs/promises";
import { after, before, describe, it } from "node:test";
import { eventually } from "../api/eventually.js";
import { launch, open, setUp } from "./browser.js";
import { libraryOf } from "./library.js";
import { scene } from "./pictures.js";
import { startServer } from "./server.js";

const password = "correct horse battery staple";
const skip =
  Boolean(process.env.CADRE_TEST_URL) && "it needs a gallery of its own";
const bundle = new URL("node_modules/uppy/dist/uppy.min.js", import.meta.url)
  .pathname;
const piece = 128 * 1024;

describe("Uppy", { timeout: 180_000, skip }, () => {
  let server, browser, page, ask;

  before(async () => {
    server = await startServer(password);
    browser = await launch();
    ({ page } = await open(browser, server.url));
    ({ ask } = libraryOf(page, server));
    await setUp(page, server, password);
    await page.evaluate(String(await readFile(bundle)));
    await page.evaluate((chunkSize) => {
      const { Uppy, Tus } = globalThis.Uppy;
      globalThis.uppy = new Uppy().use(Tus, {
        endpoint: "/api/v1/uploads",
        chunkSize,
        retryDelays: [0, 200, 500, 1000, 2000],
      });
    }, piece);
  });

  after(async () => {
    await browser?.close();
    await server?.stop();
  });

  /** A picture with so many bytes behind it, which are kept as they are. */
  const picture = (seed, more) =>
    Buffer.concat([scene(120, 80, seed), randomBytes(more)]);

  const add = (name, bytes) =>
    page.evaluate(
      ([name, base64]) => {
        const bytes = Uint8Array.from(atob(base64), (c) => c.charCodeAt(0));
        const type = "image/png";
        const data = new Blob([bytes], { type });
        globalThis.uppy.addFile({ name, type, data });
      },
      [name, bytes.toString("base64")],
    );
  const upload = () =>
    page.evaluate(async () => {
      const { successful, failed } = await globalThis.uppy.upload();
      globalThis.uppy.clear();
      return {
        sent: successful.map(({ name }) => name),
        failed: failed.map(({ name, error }) => `${name}: ${error}`),
      };
    });
  const hashes = async () =>
    (await ask("GET", "/photos?scope=mine")).photos.map(({ sha256 }) => sha256);
  const sha256 = (bytes) => createHash("sha256").update(bytes).digest("hex");

  it("sends several files in pieces, and each is there as it was", async () => {
    const files = [1, 2, 3].map((seed) => picture(seed, seed * piece));
    for (const [i, bytes] of files.entries()) await add(`été-${i}.png`, bytes);
    const { sent, failed } = await upload();
    assert.deepEqual([sent.length, failed], [3, []]);
    assert.deepEqual((await hashes()).sort(), files.map(sha256).sort());
    const { photos } = await ask("GET", "/photos?scope=mine");
    const { filename } = await ask("GET", `/photos/${photos[0].id}`);
    assert.match(filename, /^été-\d\.png$/);
  });

  it("goes on after the network was away, where it was", async () => {
    const bytes = picture(9, 12 * piece);
    await add("long.png", bytes);
    const starts = [];
    let away = false;
    await page.route("**/api/v1/uploads/*", async (route) => {
      const request = route.request();
      if (request.method() === "PATCH") {
        starts.push(Number(request.headers()["upload-offset"]));
        if (starts.length === 4) away = true;
      }
      return away ? route.abort("internetdisconnected") : route.continue();
    });
    const uploading = upload();
    await eventually(async () => away, Boolean);
    setTimeout(() => (away = false), 600);
    const { sent, failed } = await uploading;
    assert.deepEqual([sent, failed], [["long.png"], []]);
    assert.ok(starts.filter((at) => at === 0).length === 1, String(starts));
    assert.ok((await hashes()).includes(sha256(bytes)));
  });
});
