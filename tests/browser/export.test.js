// The gallery that `cadre export --site` writes: opened from a folder, with no server and no other host.
import assert from "node:assert/strict";
import { readFile, readdir } from "node:fs/promises";
import { join } from "node:path";
import { after, before, describe, it } from "node:test";
import { pathToFileURL } from "node:url";
import { Server, done, folder, person } from "../integration/program.js";
import { picture } from "../integration/pictures.js";
import { assertAccessible, launch } from "./browser.js";

const hostile = `</script><img src=x onerror="document.title='broken'"> & "山"`;

async function json(server, method, path, body) {
  const answer = await server.request(`/api/v1${path}`, {
    method,
    headers: { "Content-Type": "application/json" },
    body: JSON.stringify(body),
  });
  assert.ok(answer.ok, `${method} ${path}: ${answer.status}`);
  return answer.json();
}

/** Seven photographs of two months, one archived; two albums, one in the other. Returns the folder of the pages. */
async function exported(t) {
  const server = await Server.start(t, await folder(t));
  await person(server);
  const ids = [];
  for (let n = 0; n < 7; n++) {
    const { id } = await (
      await server.upload(picture(n * 9000, 300 + n * 40, 240))
    ).json();
    await json(server, "PATCH", `/photos/${id}`, {
      taken_at: n < 4 ? `2024-05-0${9 - n}T12:30:00` : "1958-06",
      title: n === 0 ? hostile : n === 1 ? "The lake" : "",
      caption: n === 1 ? "At noon.\nNobody was there." : "",
      archived: n === 6,
    });
    ids.push(id);
  }
  const above = await json(server, "POST", "/albums", {
    title: hostile,
    description: hostile,
  });
  const inside = await json(server, "POST", "/albums", {
    title: "Inside",
    parent: above.id,
    order: "oldest",
  });
  await json(server, "POST", `/albums/${above.id}/photos`, { add: [ids[0]] });
  await json(server, "POST", `/albums/${inside.id}/photos`, {
    add: [ids[1], ids[2], ids[6]],
  });
  const all = await (
    await server.request("/api/v1/photos?scope=archive&limit=100")
  ).json();
  await server.settled();
  for (const { id } of all.photos)
    while (
      (await json(server, "PATCH", `/photos/${id}`, { archived: true }))
        .state !== "ready"
    );
  const to = await folder(t);
  const out = await done([
    "export",
    "--data",
    server.data,
    "--to",
    to,
    "--site",
  ]);
  assert.doesNotMatch(out, /note/);
  return { server, to, site: join(to, "site") };
}

describe("an exported gallery", () => {
  let browser, library;
  const endings = [];
  const suite = { after: (ending) => endings.push(ending) };

  before(async () => {
    library = await exported(suite);
    browser = await launch();
  });
  after(async () => {
    await browser?.close();
    for (const ending of endings) await ending();
  });

  /** A page of it; `close` fails if a script did, or anything but the folder's files was asked for. */
  async function open(name, options = {}) {
    const context = await browser.newContext({
      locale: "en-GB",
      viewport: { width: 1024, height: 768 },
      ...options,
    });
    const page = await context.newPage();
    const troubles = [];
    const root = pathToFileURL(library.site).href;
    page.on("pageerror", (error) => troubles.push(error.message));
    // What axe would read again, and may not, is no trouble of the page.
    page.on("requestfailed", (request) => {
      if (request.resourceType() !== "xhr")
        troubles.push(`${request.url()}: ${request.failure()?.errorText}`);
    });
    page.on("request", (request) => {
      if (!request.url().startsWith(`${root}/`))
        troubles.push(`a request to ${request.url()}`);
    });
    await page.goto(`${root}/${name}`);
    const close = async () => {
      await context.close();
      assert.deepEqual(troubles, []);
    };
    return { page, close };
  }

  it("shows months and albums, and says what people wrote as it is", async () => {
    const { page, close } = await open("index.html");
    assert.deepEqual(await page.locator("h2").allTextContents(), [
      "Albums",
      "2024",
      "1958",
    ]);
    assert.deepEqual(await page.locator(".card .name").allTextContents(), [
      hostile,
      "May 2024",
      "June 1958",
    ]);
    assert.deepEqual(await page.locator(".card .count").allTextContents(), [
      "1 photograph",
      "4 photographs",
      "2 photographs",
    ]);
    assert.equal(await page.title(), "ada");
    await assertAccessible(page);
    await page.getByRole("link", { name: "</script>" }).click();
    assert.equal(await page.locator("h1").textContent(), hostile);
    assert.equal(await page.locator(".about").textContent(), hostile);
    assert.match(await page.title(), /^<\/script>/);
    await assertAccessible(page);
    await page.getByRole("link", { name: "Inside" }).click();
    assert.equal(
      await page.locator("a.tile").count(),
      3,
      "what is archived stands in its album",
    );
    assert.equal(
      await page.locator("a.tile img").last().getAttribute("alt"),
      "The lake",
      "the oldest comes first",
    );
    await page.getByRole("link", { name: "</script>" }).click();
    assert.equal(await page.locator("h1").textContent(), hostile);
    await close();
  });

  it("shows every picture, and leads from month to month", async () => {
    const { page, close } = await open("2024-05.html");
    const images = page.locator("a.tile img");
    assert.equal(await images.count(), 4);
    await page.waitForFunction(() =>
      [...document.querySelectorAll("a.tile img")].every(
        (image) => image.complete && image.naturalWidth > 0,
      ),
    );
    assert.equal(
      await images.nth(2).getAttribute("alt"),
      "Photograph, 7 May 2024 at 12:30",
    );
    await page.getByRole("link", { name: "Older" }).click();
    assert.equal(await page.locator("h1").textContent(), "June 1958");
    await page.getByRole("link", { name: "Newer" }).click();
    assert.equal(await page.locator("h1").textContent(), "May 2024");
    await close();
  });

  it("is seen by keys alone, and focus comes back", async () => {
    const { page, close } = await open("2024-05.html");
    await page.keyboard.press("Tab");
    assert.equal(
      await page.evaluate(() => document.activeElement.textContent),
      "Skip to the photographs",
    );
    await page.locator("a.tile").nth(1).focus();
    await page.keyboard.press("Enter");
    const viewer = page.getByRole("dialog", { name: "Photograph, enlarged" });
    await viewer.waitFor();
    assert.match(
      await viewer.textContent(),
      /2 of 4.*The lake8 May 2024 at 12:30At noon\.\nNobody was there\./s,
    );
    const shown = () =>
      viewer
        .locator(".stage img")
        .evaluate(async (image) => (await image.decode(), image.naturalWidth));
    assert.equal(await shown(), 340);
    await assertAccessible(page);
    await page.keyboard.press("ArrowRight");
    assert.equal(await shown(), 380);
    await page.keyboard.press("End");
    await page.keyboard.press("ArrowRight");
    assert.match(await viewer.textContent(), /4 of 4/);
    await page.keyboard.press("Home");
    await page.keyboard.press("ArrowLeft");
    assert.match(await viewer.textContent(), /1 of 4/);
    assert.equal(await viewer.locator(".name").textContent(), hostile);
    await page.getByRole("button", { name: "Next" }).click();
    await page.keyboard.press("Escape");
    await viewer.waitFor({ state: "hidden" });
    assert.equal(
      await page.evaluate(() => document.activeElement.dataset.title),
      "The lake",
    );
    assert.match(await page.title(), /^2024-05/);
    await close();
  });

  it("in French, in the dark and on a phone fits, and axe finds nothing", async () => {
    const options = {
      locale: "fr-FR",
      colorScheme: "dark",
      viewport: { width: 360, height: 740 },
    };
    for (const name of ["index.html", "2024-05.html"]) {
      const { page, close } = await open(name, options);
      assert.equal(
        await page.evaluate(() => document.documentElement.lang),
        "fr",
      );
      const wide = await page.evaluate(
        () => document.documentElement.scrollWidth - innerWidth,
      );
      assert.ok(wide <= 0, `${name} is ${wide} px too wide`);
      assert.match(
        await page.locator("main").textContent(),
        /mai 2024.*photographies/s,
      );
      await assertAccessible(page);
      await close();
    }
    const { page, close } = await open("2024-05.html", options);
    await page.locator("a.tile").first().click();
    await page.getByRole("dialog").waitFor();
    assert.ok(
      (await page.evaluate(
        () => document.querySelector(".viewer").scrollWidth - innerWidth,
      )) <= 0,
    );
    await assertAccessible(page);
    await close();
  });

  it("without scripts shows the same pictures, and each large", async () => {
    const { page, close } = await open("2024-05.html", {
      javaScriptEnabled: false,
    });
    assert.equal(await page.locator("a.tile").count(), 4);
    await page.locator("a.tile").first().click();
    assert.match(page.url(), /-l\.webp$/);
    await close();
  });

  it("tells no media key, is written once, and is not imported", async () => {
    const { server, site, to } = library;
    const names = await readdir(site, { recursive: true });
    const pages = await Promise.all(
      names
        .filter((name) => name.endsWith(".html"))
        .map((name) => readFile(join(site, name), "utf8")),
    );
    for (const { media } of await server.photos())
      assert.ok(![...names, ...pages].some((text) => text.includes(media.key)));
    assert.equal(
      names.filter((name) => name.endsWith(".webp")).length,
      14,
      "two pictures of each, in however many pages",
    );
    const out = await done([
      "import",
      "--server",
      server.url,
      "--token-file",
      server.tokenFile,
      "--verbose",
      to,
    ]);
    assert.match(
      out,
      /^Sending as ada\.\n[^]*0 sent, 7 there already, 0 refused/,
    );
    assert.match(out, /site: It belongs to an export of a Cadre/);
  });
});
