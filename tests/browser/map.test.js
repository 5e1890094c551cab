// One's own map: archives of tiles in a file and at another host, made here.
import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { createServer } from "node:https";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, before, describe, it } from "node:test";
import { eventually } from "../api/eventually.js";
import { assertAccessible, launch, open, setUp } from "./browser.js";
import { libraryOf } from "./library.js";
import { png } from "./pictures.js";
import { startServer } from "./server.js";
import { archiveOf, types, vectorTile } from "./tiles.js";

const password = "correct horse battery staple";
const skip =
  Boolean(process.env.CADRE_TEST_URL) && "it needs galleries of its own";
const attribution = '© <a href="https://example.org">Makers of maps</a>';
const maker = "© Makers of maps";
const whole = [
  [
    [0, 0],
    [4096, 0],
    [4096, 4096],
    [0, 4096],
  ],
];
const middle = [[[2048, 2048]]];
/** The middle of a tile of the second zoom, where its name stands. */
const there = { lat: 40.98, lon: 45 };
const named = {
  name: "London",
  "name:en": "London",
  "name:fr": "Londres",
};
/** All of the world is a lake, or a wood. */
const protomaps = (kind) =>
  kind === "water"
    ? { water: [{ polygon: whole, properties: { kind: "lake" } }] }
    : { landuse: [{ polygon: whole, properties: { kind: "forest" } }] };
const town = { kind: "locality", kind_detail: "city", population_rank: 12 };
const schemas = {
  Protomaps: {
    ...protomaps("wood"),
    places: [{ point: middle, properties: { ...town, ...named } }],
  },
  OpenMapTiles: {
    landcover: [{ polygon: whole, properties: { class: "wood" } }],
    place: [
      { point: middle, properties: { class: "city", rank: 1, ...named } },
    ],
  },
};
const green = [233, 239, 226];
const greenOfNight = [37, 43, 35];

/** The same tile at every place of the first zooms. */
function world(type, data, zooms = 3, tellsOf = attribution) {
  const tiles = [];
  for (let z = 0; z < zooms; z++)
    for (let x = 0; x < 2 ** z; x++)
      for (let y = 0; y < 2 ** z; y++) tiles.push({ z, x, y, data });
  return archiveOf({ type, tiles, attribution: tellsOf });
}

describe("one's own map", { timeout: 300_000, skip }, () => {
  let folder, file, browser, server, page, troubles;

  /** Remembers what is written on canvases: pictures have no text to ask for. */
  const overhear = (context) =>
    context.addInitScript(() => {
      globalThis.written = new Set();
      const { fillText } = CanvasRenderingContext2D.prototype;
      CanvasRenderingContext2D.prototype.fillText = function (text, ...rest) {
        globalThis.written.add(text);
        return fillText.call(this, text, ...rest);
      };
    });
  const written = (on = page) => on.evaluate(() => [...globalThis.written]);
  const pixel = (on = page) =>
    on.locator("main canvas").evaluate((canvas) => [
      ...canvas
        .getContext("2d")
        .getImageData(canvas.width / 3, canvas.height / 3, 1, 1)
        .data.slice(0, 3),
    ]);
  const becomes = (ask, wanted) =>
    eventually(
      ask,
      (now) => JSON.stringify(now) === JSON.stringify(wanted),
      100,
    );
  const lookAt = async (on = page) => {
    await on.goto(`${new URL(on.url()).origin}/places`);
    await on.getByText(maker, { exact: true }).waitFor();
  };

  before(async () => {
    folder = await mkdtemp(join(tmpdir(), "cadre-map-"));
    file = join(folder, "world.pmtiles");
    await writeFile(file, world(types.vector, vectorTile(schemas.Protomaps)));
    server = await startServer(password, ["--map-tiles", file]);
    browser = await launch();
    ({ page, troubles } = await open(browser, server.url));
    await overhear(page.context());
    page.context().setDefaultTimeout(30_000);
    await setUp(page, server, password);
    const { ask, add } = libraryOf(page, server);
    const id = await add("boat", [200, 120, 60]);
    await ask("PATCH", `/photos/${id}`, { location: there });
    await eventually(
      () => ask("GET", "/map"),
      ({ cells }) => cells.length === 1,
      100,
    );
  });

  after(async () => {
    await browser?.close();
    await server?.stop();
    await rm(folder, { recursive: true, force: true });
  });

  it("is drawn in the page's colours, with names in its language, and says who made it", async () => {
    const loaded = await page.evaluate(() =>
      performance
        .getEntriesByType("resource")
        .some(({ name }) => /\/layer-/.test(name)),
    );
    assert.equal(loaded, false, "what reads archives waits for the map");
    await lookAt();
    await becomes(() => pixel(), green);
    await becomes(() => written(), ["London"]);
    await assertAccessible(page);
    await page.emulateMedia({ colorScheme: "dark" });
    await becomes(() => pixel(), greenOfNight);
    await page.emulateMedia({ colorScheme: "light" });
    await becomes(() => pixel(), green);
  });

  it("is read in OpenMapTiles' schema, too, and from a file that was replaced", async () => {
    await writeFile(
      file,
      world(types.vector, vectorTile(schemas.OpenMapTiles)),
    );
    await lookAt();
    await becomes(() => pixel(), green);
    await becomes(() => written(), ["London"]);
  });

  it("is named in French for who reads French", async () => {
    const french = await open(browser, server.url, { locale: "fr-FR" });
    await overhear(french.page.context());
    const answer = await french.page.request.post(
      `${server.url}/api/v1/session`,
      {
        data: { name: "ada", password },
        headers: { Origin: server.url },
      },
    );
    assert.equal(answer.status(), 201);
    await french.page.goto(`${server.url}/places`);
    await french.page.getByText(maker, { exact: true }).waitFor();
    await becomes(() => written(french.page), ["Londres"]);
    troubles.push(...french.troubles);
    await french.close();
  });

  it("may be of pictures", async () => {
    await writeFile(file, world(types.png, png(8, 8, [0, 0, 0]), 4));
    await lookAt();
    await becomes(() => pixel(), [0, 0, 0]);
  });

  it("of which nothing can be read leaves the map as it comes with the program, and says so", async () => {
    await writeFile(file, "nothing of the kind");
    await page.goto(`${server.url}/places`);
    await page
      .getByText("This gallery’s own map cannot be loaded.", { exact: true })
      .waitFor();
    await page
      .getByRole("link", { name: "Look at 1 photograph here" })
      .waitFor();
    assert.deepEqual(troubles, []);
  });

  it("may be on another host, and pages may ask that one and no other", async () => {
    const [key, certificate] = ["key.pem", "certificate.pem"].map((name) =>
      join(folder, name),
    );
    execFileSync(
      "openssl",
      [
        ...["req", "-x509", "-newkey", "ec", "-pkeyopt"],
        ...["ec_paramgen_curve:prime256v1", "-nodes", "-days", "1"],
        ...["-subj", "/CN=localhost", "-keyout", key, "-out", certificate],
      ],
      { stdio: "ignore" },
    );
    const archive = world(types.vector, vectorTile(schemas.Protomaps));
    const asked = [];
    const host = createServer(
      { key: await readFile(key), cert: await readFile(certificate) },
      (request, response) => {
        asked.push(request.headers);
        const [, from, to] = /bytes=(\d+)-(\d+)/.exec(
          request.headers.range ?? "bytes=0-0",
        );
        const part = archive.subarray(Number(from), Number(to) + 1);
        response.writeHead(206, {
          "Access-Control-Allow-Origin": "*",
          "Access-Control-Allow-Headers": "Range",
          "Content-Range": `bytes ${from}-${Number(from) + part.length - 1}/${archive.length}`,
          "Content-Length": part.length,
        });
        response.end(request.method === "OPTIONS" ? undefined : part);
      },
    );
    await new Promise((resolve) => host.listen(0, "127.0.0.1", resolve));
    const { port } = host.address();
    const other = await startServer(password, [
      "--map-tiles",
      `https://localhost:${port}/world.pmtiles`,
    ]);
    const context = await browser.newContext({
      ignoreHTTPSErrors: true,
      locale: "en-GB",
    });
    try {
      const theirs = await context.newPage();
      await setUp(theirs, other, password);
      const { ask, add } = libraryOf(theirs, other);
      const id = await add("boat", [200, 120, 60]);
      await ask("PATCH", `/photos/${id}`, { location: there });
      await eventually(
        () => ask("GET", "/map"),
        ({ cells }) => cells.length === 1,
        100,
      );
      await lookAt(theirs);
      await becomes(() => pixel(theirs), green);
      assert.ok(asked.length > 1);
      for (const headers of asked) {
        assert.equal(headers.cookie, undefined);
        assert.equal(headers.referer, undefined);
      }
      const reached = (address) =>
        theirs.evaluate(
          (there) =>
            fetch(there).then(
              () => true,
              () => false,
            ),
          address,
        );
      assert.equal(await reached(`https://localhost:${port}/`), true);
      assert.equal(await reached(`https://127.0.0.1:${port}/`), false);
    } finally {
      await context.close();
      await other.stop();
      host.closeAllConnections();
      host.close();
    }
  });
});
