// Pictures of every page and state: four widths, light and dark, two languages, and one page that shows them all. Run by
// `./dev screenshots` against a gallery that it filled: CADRE_TEST_URL, CADRE_TEST_PASSWORD of "admin", and the folder.
import { mkdir, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { eventually } from "../api/eventually.js";
import { launch } from "./browser.js";
import { scene } from "./pictures.js";

const { CADRE_TEST_URL: url, CADRE_TEST_PASSWORD: password } = process.env;
const [folder, ...only] = process.argv.slice(2);
const widths = { 360: 740, 768: 1024, 1440: 900, 2560: 1440 };
const seen = "a[data-id] img.seen";

async function press(page, name) {
  await page.getByRole("button", { name }).first().click();
}

/** A file that is none, for the list of what is being added. */
const letter = {
  name: "letter.jpg",
  mimeType: "image/jpeg",
  buffer: Buffer.from("Dear Ada,"),
};

/** The album whose pages are shown, found or made by fill(), and two shares: of it, and one with a password. */
const album = { id: "", ordered: "" };
const shared = { url: "", locked: "" };

async function select(page) {
  await page.locator('a[data-id][tabindex="0"]').focus();
  await page.keyboard.press("Space");
}

async function choose(page, name) {
  await page.locator("main .holder > button").click();
  await press(page, name);
}

/** `who` is a visitor or the administrator; `then` makes the state that is shown. */
const all = [
  { name: "wall-visitor", path: "/", who: "visitor", ready: seen },
  { name: "login", path: "/login", who: "visitor", ready: "form" },
  {
    name: "share",
    path: () => shared.url,
    who: "visitor",
    ready: seen,
  },
  {
    name: "share-viewer",
    path: () => shared.url,
    who: "visitor",
    ready: seen,
    then: async (page) => {
      await page.locator("a[data-id]").first().click();
      await page.locator("dialog img.seen").first().waitFor();
    },
  },
  {
    name: "share-selection",
    path: () => shared.url,
    who: "visitor",
    ready: seen,
    then: select,
  },
  {
    name: "share-locked",
    path: () => shared.locked,
    who: "visitor",
    ready: "form",
  },
  {
    name: "share-gone",
    path: "/s/gone",
    who: "visitor",
    ready: ".blank",
  },
  { name: "missing", path: "/nowhere", who: "visitor", ready: ".blank" },
  { name: "wall", path: "/", ready: seen },
  { name: "photos", path: "/photos", ready: seen },
  {
    name: "selection",
    path: "/photos",
    ready: seen,
    then: select,
  },
  {
    name: "dates",
    path: "/photos",
    ready: seen,
    then: async (page) => {
      await select(page);
      await page.getByRole("toolbar").waitFor();
      const more = page.getByRole("button", { name: /^(More|Plus)$/ });
      if (await more.isVisible()) await more.click();
      await press(page, "Date");
      await page.locator("dialog").waitFor();
    },
  },
  { name: "search", path: "/search?q=tag:sea", ready: seen },
  {
    name: "search-suggestions",
    path: "/search?q=tag:sea",
    ready: seen,
    then: async (page) => {
      await page.locator("header input[type=search]").fill("br");
      await page.locator("[role=option]").first().waitFor();
    },
  },
  { name: "search-nothing", path: "/search?q=xylophone", ready: ".blank" },
  { name: "search-refused", path: "/search?q=colour:red", ready: ".refused" },
  { name: "places", path: "/places", ready: "main .place a.button" },
  { name: "towns", path: "/places/list", ready: "main li img" },
  { name: "duplicates", path: "/duplicates", ready: "main img" },
  { name: "albums", path: "/albums", ready: "main h2" },
  { name: "album", path: () => `/albums/${album.id}`, ready: seen },
  {
    name: "album-menu",
    path: () => `/albums/${album.id}`,
    ready: seen,
    then: (page) => page.locator("main .holder > button").click(),
  },
  {
    name: "album-order",
    path: () => `/albums/${album.ordered}`,
    ready: seen,
    then: (page) => select(page),
  },
  {
    name: "album-edit",
    path: () => `/albums/${album.id}`,
    ready: seen,
    then: (page) => choose(page, /^(Edit the|Modifier l’)/),
  },
  {
    name: "album-members",
    path: () => `/albums/${album.id}`,
    ready: seen,
    then: async (page) => {
      await press(page, /^(Members|Membres)$/);
      await page.locator("dialog li").nth(1).waitFor();
    },
  },
  {
    name: "album-delete",
    path: () => `/albums/${album.id}`,
    ready: seen,
    then: (page) => choose(page, /^(Delete the|Supprimer l’)/),
  },
  {
    name: "album-picker",
    path: "/photos",
    ready: seen,
    then: async (page) => {
      await select(page);
      await press(page, /^(Add to album|Ajouter à un album)$/);
      await page.locator("dialog li").first().waitFor();
    },
  },
  {
    name: "share-dialog",
    path: () => `/albums/${album.id}`,
    ready: seen,
    then: async (page) => {
      await press(page, /^(Share by|Partager par)/);
      await page.locator("dialog input[type=date]").waitFor();
    },
  },
  { name: "shared", path: "/shared", ready: "main li" },
  { name: "tags", path: "/tags", ready: "main li" },
  { name: "tag", path: "/tags/sea", ready: seen },
  { name: "favourites-empty", path: "/favourites", ready: ".blank" },
  { name: "archive-empty", path: "/archive", ready: ".blank" },
  { name: "trash-empty", path: "/trash", ready: ".blank" },
  {
    name: "viewer",
    path: "/photos",
    ready: seen,
    then: async (page) => {
      await page.locator("a[data-id]").first().click();
      await page.locator("dialog img.seen").first().waitFor();
    },
  },
  {
    name: "details",
    path: "/photos",
    ready: seen,
    then: async (page) => {
      await page.locator("a[data-id]").first().click();
      await page.locator("dialog img.seen").first().waitFor();
      await press(page, /^(Details|Détails)$/);
      await page.locator("dialog aside").waitFor();
    },
  },
  {
    name: "menu",
    path: "/photos",
    ready: seen,
    then: (page) => press(page, /^(Account of|Compte de)/),
  },
  {
    name: "add",
    path: "/photos",
    ready: seen,
    then: (page) => page.locator("header .add").click(),
  },
  {
    name: "uploads",
    path: "/photos",
    ready: seen,
    then: async (page) => {
      await page.locator("header .add").click();
      await page
        .locator("dialog input[type=file]")
        .first()
        .setInputFiles([letter]);
      await page.locator("[data-upload-ring]").click();
      await page.locator("section .failed").waitFor();
    },
  },
  { name: "check", path: "/check", ready: ".paper" },
  {
    name: "check-result",
    path: "/check",
    ready: ".paper",
    then: async (page) => {
      await page
        .locator("main input[type=file]")
        .last()
        .setInputFiles([letter]);
      await page.locator("details").first().waitFor();
    },
  },
  { name: "settings", path: "/settings", ready: ".paper" },
  { name: "people", path: "/people", ready: ".paper" },
  { name: "cluster", path: "/cluster", ready: "main h1" },
  { name: "about", path: "/about", ready: "main h1" },
];

const states = all.filter(
  ({ name }) => only.length === 0 || only.includes(name),
);

async function logIn(browser) {
  const context = await browser.newContext();
  const answer = await context.request.post(`${url}/api/v1/session`, {
    data: { name: "admin", password },
    headers: { Origin: url },
  });
  if (answer.status() !== 201) throw new Error(await answer.text());
  return context.storageState();
}

/** Albums in albums, and tags. */
async function fill(browser, storageState) {
  const context = await browser.newContext({ storageState });
  const ask = async (method, path, data) => {
    const answer = await context.request.fetch(`${url}/api/v1${path}`, {
      method,
      headers: { Origin: url },
      ...(data && { data }),
    });
    if (!answer.ok()) throw new Error(`${path}: ${await answer.text()}`);
    return answer.json();
  };
  const { photos } = await ask("GET", "/photos?scope=mine&limit=24");
  const ids = photos.map(({ id }) => id);
  const make = async (title, description, parent, add) => {
    const made = await ask("POST", "/albums", { title, description, parent });
    if (add.length > 0) await ask("POST", `/albums/${made.id}/photos`, { add });
    return made.id;
  };
  const text = "One album a year, and what is older as far as we have it.";
  album.id = await make("The family", text, null, ids.slice(0, 9));
  for (const [i, year] of ["2024", "2025", "2026"].entries())
    await make(year, "", album.id, ids.slice(i * 6, i * 6 + 6));
  const role = "contributor";
  await ask("POST", "/users", { name: "grace", role: "member", password });
  await ask("POST", `/albums/${album.id}/members`, { name: "grace", role });
  const wedding = await make(
    "A wedding in the country",
    "",
    null,
    ids.slice(3, 20),
  );
  const allow = { download: true, upload: true, details: true };
  const share = await ask("POST", "/shares", { album: wedding, allow });
  shared.url = share.url;
  const lock = { album: wedding, password, title: "For Ida and Paul" };
  shared.locked = (await ask("POST", "/shares", lock)).url;
  await make("An empty one", "", null, []);
  album.ordered = await make("As we like it", "", null, ids.slice(0, 9));
  await ask("PATCH", `/albums/${album.ordered}`, { order: "own" });
  const last = { ids: ids.slice(6, 9), to: "beginning" };
  await ask("POST", `/albums/${album.ordered}/order`, last);
  for (const [i, tag] of ["sea", "wedding", "Bretagne", "été"].entries())
    await ask("POST", "/photos/bulk", {
      ids: ids.slice(i, i + 5),
      change: { add_tags: [tag] },
    });
  for (const [width, height] of [
    [960, 640],
    [480, 320],
  ])
    await context.request.post(`${url}/api/v1/photos`, {
      data: scene(width, height, 7),
      headers: { "Content-Type": "image/png", Origin: url },
    });
  await eventually(
    () => ask("GET", "/duplicates?kind=near"),
    ({ groups }) => groups.length > 0,
    200,
  );
  await context.close();
}

async function shoot(page, state, file) {
  const path = typeof state.path === "string" ? state.path : state.path();
  await page.goto(url + path);
  await page.locator(state.ready).first().waitFor();
  await state.then?.(page);
  // The pictures in sight are there, and nothing moves any more.
  await page.waitForFunction(() =>
    [...document.querySelectorAll("img")].every((image) => image.complete),
  );
  await page.evaluate(() =>
    Promise.allSettled(
      document.getAnimations().map((animation) => animation.finished),
    ),
  );
  await page.screenshot({
    path: join(folder, file),
    type: "jpeg",
    quality: 80,
  });
}

function sheet(files) {
  const figures = states.map(({ name }) => {
    const of = files.filter((file) => file.startsWith(`${name}.`));
    const shown = of.map(
      (file) =>
        `<figure><a href="${file}"><img loading="lazy" src="${file}" alt=""></a><figcaption>${file}</figcaption></figure>`,
    );
    return `<h2>${name}</h2><div>${shown.join("")}</div>`;
  });
  return `<!doctype html><meta charset="utf-8"><title>Cadre: screenshots</title>
<style>body{font:14px system-ui;margin:24px}div{display:flex;flex-wrap:wrap;gap:12px;align-items:end}figure{margin:0}
img{height:260px;border:1px solid #999}figcaption{color:#555}</style>
<h1>Screenshots</h1>${figures.join("\n")}`;
}

const browser = await launch();
try {
  await mkdir(folder, { recursive: true });
  const storageState = await logIn(browser);
  await fill(browser, storageState);
  const files = [];
  for (const [width, height] of Object.entries(widths))
    for (const colorScheme of ["light", "dark"])
      for (const locale of ["en-GB", "fr-FR"]) {
        const settings = {
          viewport: { width: Number(width), height },
          colorScheme,
          locale,
          reducedMotion: "reduce",
        };
        const contexts = {
          visitor: await browser.newContext(settings),
          admin: await browser.newContext({ ...settings, storageState }),
        };
        for (const state of states) {
          const page = await contexts[state.who ?? "admin"].newPage();
          const file = `${state.name}.${width}.${colorScheme}.${locale.slice(0, 2)}.jpg`;
          try {
            await shoot(page, state, file);
            files.push(file);
          } catch (error) {
            process.exitCode = 1;
            console.error(`${file}: ${error.message.split("\n")[0]}`);
          }
          await page.close();
        }
        for (const context of Object.values(contexts)) await context.close();
      }
  await writeFile(join(folder, "index.html"), sheet(files));
  console.log(`${files.length} pictures: ${join(folder, "index.html")}`);
} finally {
  await browser.close();
}
