// `cadre export`: a library leaves as files, and comes back the same.
import assert from "node:assert/strict";
import { execFileSync, spawn, spawnSync } from "node:child_process";
import { createHash } from "node:crypto";
import { existsSync } from "node:fs";
import { readFile, readdir, rm, stat, writeFile } from "node:fs/promises";
import { join, relative } from "node:path";
import { test } from "node:test";
import { cannotMount, memoryDisk } from "./disks.js";
import { chunk } from "../browser/pictures.js";
import { eventually } from "../api/eventually.js";
import { large, picture, write } from "./pictures.js";
import { Server, cadre, done, folder, pause, person, program } from "./program.js";
import { startRedis } from "./stores.js";

const withoutRedis = () => (spawnSync("redis-server", ["--version"]).error ? "redis-server is not installed" : false);

/** Names that hurt somebody: each of another picture. */
const names = [
  "a.jpg",
  "A.JPG",
  "a.jpg.xmp",
  "CON",
  "nul.png",
  "Thumbs.db",
  "SHA256SUMS",
  "ends with a dot.",
  "été.png",
  "e\u0301te\u0301.png",
  "日本語 العربية.png",
  `${"é".repeat(125)}.png`,
  "tab\tand\nline.png",
  "../../escape.png",
  "",
];

/** A picture that says something about itself, by XMP in an iTXt chunk (PNG, third edition, section 11.3.3.4). */
function speaking(n, inside) {
  const plain = picture(n);
  const packet = `<x:xmpmeta xmlns:x="adobe:ns:meta/"><rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#">
<rdf:Description xmlns:dc="http://purl.org/dc/elements/1.1/" xmlns:xmp="http://ns.adobe.com/xap/1.0/" xmlns:exif="http://ns.adobe.com/exif/1.0/">
${inside}</rdf:Description></rdf:RDF></x:xmpmeta>`;
  const words = chunk("iTXt", Buffer.concat([Buffer.from("XML:com.adobe.xmp\0\0\0\0\0", "latin1"), Buffer.from(packet)]));
  const header = 8 + 25; // the signature and IHDR
  return Buffer.concat([plain.subarray(0, header), words, plain.subarray(header)]);
}
const itsWords = `<dc:title><rdf:Alt><rdf:li xml:lang="x-default">Of the file</rdf:li></rdf:Alt></dc:title>
<dc:subject><rdf:Bag><rdf:li>its own</rdf:li><rdf:li>kept</rdf:li></rdf:Bag></dc:subject>
<exif:DateTimeOriginal>2015-05-05T05:05:05</exif:DateTimeOriginal><xmp:Rating>3</xmp:Rating>
<exif:GPSLatitude>48,51.5N</exif:GPSLatitude><exif:GPSLongitude>2,17.5E</exif:GPSLongitude>`;

async function json(server, method, path, body) {
  const answer = await server.request(`/api/v1${path}`, {
    method,
    headers: { "Content-Type": "application/json" },
    body: JSON.stringify(body),
  });
  const text = await answer.text();
  assert.ok(answer.ok, `${method} ${path}: ${answer.status} ${text}`);
  return text === "" ? null : JSON.parse(text);
}

async function send(server, bytes, filename, more = "") {
  const answer = await server.request(`/api/v1/photos?filename=${encodeURIComponent(filename)}${more}`, {
    method: "POST",
    body: bytes,
  });
  assert.equal(answer.status, 201, await answer.clone().text());
  return answer.json();
}
const tell = (server, photo, words) => json(server, "PATCH", `/photos/${photo.id}`, words);

/** What people say in every script, and what they take away. */
const said = [
  { title: "Ünïcödé </script><img src=x>", caption: "Zeile eins\n\n  Zeile \"drei\" & <vier>\t.", tags: ["Straße", "a, b", "x|y"] },
  { title: "山の朝", caption: "הבוקר בהר", tags: ["山", "الجبل", "👩‍👩‍👧"], rating: 5, favourite: true },
  { title: "  spaces  ", tags: [" ", "é", "é "], visibility: "public" },
  { archived: true, rating: 1, location: { lat: -33.8567844, lon: 151.21529670000002 } },
  { taken_at: "1958", location: { lat: 0, lon: 0 } },
  { taken_at: "1958-06", favourite: true },
  { taken_at: "1958-06-12", caption: "to the day" },
  { taken_at: "2024-02-29T23:59:59.25+14:00", rotation: 90 },
  { taken_at: "2024-02-29T23:59:59", rotation: 270, visibility: "public", archived: true },
  { taken_at: null, title: "undated" },
];

/** A library of a person with all of that. */
async function library(t) {
  const server = await Server.start(t, await folder(t));
  await person(server);
  let n = 0;
  const photos = [];
  for (const name of names) await send(server, picture(n++), name, n % 2 ? "&path=Old%2FFolder" : "");
  for (const words of said) {
    const photo = await send(server, picture(n++), "same name.png", "&modified=2001-02-03T04%3A05%3A06%2B05%3A45");
    await tell(server, photo, words);
    photos.push(photo);
  }
  server.albums = await shelve(server, photos);
  server.told = photos;
  const silenced = await send(server, speaking(n++, itsWords), "silenced.png");
  await tell(server, silenced, { title: null, tags: ["kept", "new"], taken_at: null, rating: null, location: null });
  await send(server, speaking(n++, itsWords), "as it is.png");
  const trashed = await send(server, picture(n++), "trashed.png");
  await tell(server, trashed, { title: "thrown away" });
  await server.request(`/api/v1/photos/${trashed.id}`, { method: "DELETE" });
  await server.settled();
  return server;
}

async function everything(server) {
  const all = [];
  for (const scope of ["mine", "archive"])
    for (let cursor = ""; cursor !== null;) {
      const page = await (await server.request(`/api/v1/photos?scope=${scope}&limit=100&cursor=${cursor}`)).json();
      all.push(...page.photos);
      cursor = page.next;
    }
  return all;
}

/** All but what differs between two galleries with the same photographs. */
async function comparable(server) {
  // What was turned has no thumbhash until it is drawn as it lies.
  const drawn = (photos) => photos.every(({ state, thumbhash }) => state === "failed" || thumbhash !== null);
  const all = await eventually(() => everything(server), drawn, 50);
  const bare = all.map((photo) => {
    assert.equal(photo.state, "ready");
    // Where a date is from is not what it is: what a person said comes from a sidecar there.
    const { id, revision, uploaded_at, owner, media, taken_from, offset_from, ...rest } = photo; // eslint-disable-line no-unused-vars
    const albums = rest.albums.map(({ title }) => title).sort();
    return { ...rest, albums, variants: media.variants.map(({ url, ...variant }) => variant) }; // eslint-disable-line no-unused-vars
  });
  return bare.sort((a, b) => (a.sha256 < b.sha256 ? -1 : 1));
}

/** The photos with a date as they stand in their timeline, and how many stand in each month. */
async function order(server) {
  const page = await (await server.request("/api/v1/photos?scope=mine&limit=100")).json();
  const { months } = await (await server.request("/api/v1/timeline?scope=mine")).json();
  const dated = page.photos.filter(({ taken_at }) => taken_at !== null).map(({ sha256 }) => sha256);
  return { dated, months: months.map(({ month, count }) => [month, count]) };
}

async function listed(server) {
  const { albums, next } = await (await server.request("/api/v1/albums?limit=100")).json();
  assert.equal(next, null);
  return albums;
}

/** Hashes of an album's photos, in its own order. */
async function inOrder(server, album) {
  const { photos } = await (await server.request(`/api/v1/photos?scope=sequence:${album.id}&limit=100`)).json();
  return photos.map(({ sha256 }) => sha256);
}

/** Of the photos of an album those that somebody moved, with their places; they are out of it then. */
async function placesIn(server, album) {
  const { photos } = await (await server.request(`/api/v1/photos?scope=album:${album.id}&limit=100`)).json();
  const ids = photos.map(({ id }) => id);
  const { results } = await json(server, "POST", `/albums/${album.id}/photos`, { remove: ids });
  const hashes = new Map(photos.map(({ id, sha256 }) => [id, sha256]));
  return results.filter(({ place }) => place).map(({ id, place }) => [hashes.get(id), place]).sort();
}

/** All of the albums but their ids. */
async function shelves(server) {
  const albums = await listed(server);
  const byId = new Map(albums.map((album) => [album.id, album]));
  const wayTo = ({ parent, title }) => [...(parent ? wayTo(byId.get(parent)) : []), title];
  const hash = async (id) => (await (await server.request(`/api/v1/photos/${id}`)).json()).sha256;
  const shown = [];
  for (const album of albums) {
    const { photos } = await (await server.request(`/api/v1/photos?scope=album:${album.id}&limit=100`)).json();
    shown.push({
      way: wayTo(album),
      description: album.description,
      order: album.order,
      cover: album.cover && (await hash(album.cover.id)),
      chosen: album.cover_chosen,
      photos: photos.map(({ sha256 }) => sha256).sort(),
      ordered: album.order === "own" && (await inOrder(server, album)),
    });
  }
  return shown.sort((a, b) => (JSON.stringify(a) < JSON.stringify(b) ? -1 : 1));
}

/** Albums in albums, two of one title, an empty one; a photo in three of them. */
async function shelve(server, photos) {
  const make = (title, more) => json(server, "POST", "/albums", { title, ...more });
  const put = (album, ...add) => json(server, "POST", `/albums/${album.id}/photos`, { add: add.map(({ id }) => id) });
  const travel = await make("Travel / Reisen", { description: "Where we were\n旅" });
  const rome = await make("Rome", { parent: travel.id, order: "oldest" });
  const other = await make("Rome", { parent: travel.id, description: "another one" });
  await make("..", { parent: other.id, description: "empty" });
  const lost = await make("lost+found");
  await put(travel, photos[0]);
  await put(rome, photos[0], photos[1], photos[2]);
  await put(other, photos[0], photos[5]);
  await put(lost, photos[4]);
  await json(server, "PATCH", `/albums/${rome.id}`, { cover: photos[2].id });
  return { travel, rome, other, lost };
}

/** An album in its own order, which is none of dates or names. */
async function arrange(server, photos) {
  const album = await json(server, "POST", "/albums", { title: "Wedding", order: "own" });
  await json(server, "POST", `/albums/${album.id}/photos`, { add: photos.map(({ id }) => id) });
  const ids = photos.map(({ id }) => id);
  await json(server, "POST", `/albums/${album.id}/order`, { ids: [ids[1], ids[0]], before: ids[2] });
  await json(server, "POST", `/albums/${album.id}/order`, { ids: [ids.at(-1)], to: "beginning" });
  await json(server, "PATCH", `/albums/${album.id}`, { cover: ids.at(-1) });
  return album;
}

async function exported(server, to, ...options) {
  const ran = await cadre(["export", "--data", server.data, "--to", to, ...options]);
  assert.equal(ran.code, 0, ran.out + ran.err);
  return ran;
}

async function imported(t, from, ...options) {
  const server = await Server.start(t, await folder(t));
  await person(server);
  const to = ["--server", server.url, "--token-file", server.tokenFile, "--wait", ...options];
  server.report = join(server.data, "report.json");
  const ran = await cadre(["import", ...to, "--report", server.report, from]);
  assert.equal(ran.code, 0, ran.out + ran.err);
  return server;
}

/** Files below a folder, by their names in it. */
async function files(path) {
  const found = await readdir(path, { recursive: true, withFileTypes: true });
  return found
    .filter((entry) => entry.isFile())
    .map((entry) => relative(path, join(entry.parentPath, entry.name)))
    .sort();
}

test("a library that was exported and imported is the same, word for word", async (t) => {
  const server = await library(t);
  await arrange(server, server.told.slice(4));
  const to = await folder(t);
  const { out } = await exported(server, to, "--sidecars");
  const count = names.length + said.length + 2;
  assert.match(out, new RegExp(`^${count} photos: ${count} originals written .*, ${count} sidecars written`));

  const again = await imported(t, to);
  const report = JSON.parse(await readFile(again.report, "utf8"));
  assert.deepEqual([report.sent, report.refused, report.failed, report.sidecars], [count, [], [], count]);
  assert.deepEqual(report.left_out.map(({ reason }) => reason), ["export", "export"]);
  assert.deepEqual(await comparable(again), await comparable(server));
  assert.deepEqual(await order(again), await order(server));
  assert.deepEqual(await shelves(again), await shelves(server));

  // A second import of the same changes nothing, and people have the last word.
  const mine = (await listed(again)).find(({ title }) => title === "lost+found");
  await json(again, "PATCH", `/albums/${mine.id}`, { description: "mine" });
  const [photo] = await again.photos();
  await tell(again, photo, { title: "mine", tags: [] });
  const before = [await comparable(again), await shelves(again)];
  await done(["import", "--server", again.url, "--token-file", again.tokenFile, to]);
  assert.deepEqual([await comparable(again), await shelves(again)], before);

  const places = async (of) => placesIn(of, (await listed(of)).find(({ title }) => title === "Wedding"));
  const there = await places(server);
  assert.equal(there.length, 3);
  assert.deepEqual(await places(again), there);
});

test("an import that is killed in the middle and begun again makes the same albums", async (t) => {
  const server = await Server.start(t, await folder(t));
  await person(server);
  const photos = [];
  for (let n = 0; n < 40; n++) {
    const photo = await send(server, large(n, 1 << 20), `${n}.png`);
    // What has no date lies in the last of the folders: the cover comes last.
    await tell(server, photo, { taken_at: n < 39 ? `2024-05-01T12:${String(59 - n)}:00` : null });
    photos.push(photo);
  }
  await server.settled();
  const wedding = await arrange(server, photos);
  const to = await folder(t);
  await exported(server, to, "--sidecars");

  const again = await Server.start(t, await folder(t));
  await person(again);
  const args = ["import", "--server", again.url, "--token-file", again.tokenFile, "--at-once", "1", to];
  const env = Object.fromEntries(Object.entries(process.env).filter(([name]) => !name.startsWith("CADRE_")));
  const child = spawn(program, args, { env, stdio: "ignore" });
  await eventually(() => listed(again), ([album]) => album?.count > 2, 20);
  child.kill("SIGKILL");
  if (child.exitCode === null && child.signalCode === null) await new Promise((resolve) => child.once("exit", resolve));
  const [half] = await listed(again);
  assert.deepEqual([half.cover_chosen, half.count < 40], [false, true], "it came too far to show anything");

  await done(args);
  assert.deepEqual(await shelves(again), await shelves(server));
  const [whole] = await listed(again);
  assert.equal(whole.cover_chosen, true);
  const there = await placesIn(server, wedding);
  assert.equal(there.length, 3);
  assert.deepEqual(await placesIn(again, whole), there);
});

test("files lie by their dates, have their times, and can be checked without a Cadre", async (t) => {
  const server = await library(t);
  const to = await folder(t);
  await exported(server, to);
  const there = await files(to);
  const bySum = new Map();
  for (const name of there.filter((name) => name !== "SHA256SUMS")) {
    const sum = createHash("sha256").update(await readFile(join(to, name))).digest("hex");
    assert.ok(!bySum.has(sum), name);
    bySum.set(sum, name);
    assert.ok(Buffer.byteLength(name.split("/").at(-1)) <= 251, name);
  }
  const photos = await comparable(server);
  assert.deepEqual(new Set(photos.map(({ sha256 }) => sha256)), new Set(bySum.keys()));
  for (const { sha256, taken_at, taken_precision } of photos) {
    const [year, month] = (taken_at ?? "").split("-");
    const name = bySum.get(sha256);
    const expected = !taken_at ? "undated/" : taken_precision === "year" ? `${year}/` : `${year}/${year}-${month}/`;
    assert.ok(name.startsWith(expected) && name.split("/").length === expected.split("/").length, `${name} of ${taken_at}`);
  }
  const dated = photos.find(({ taken_at }) => taken_at?.endsWith("+14:00"));
  const { mtimeMs } = await stat(join(to, bySum.get(dated.sha256)));
  assert.equal(mtimeMs, Date.parse("2024-02-29T23:59:59+14:00"));
  execFileSync("sha256sum", ["--check", "--strict", "--quiet", "SHA256SUMS"], { cwd: to });
  assert.equal((await readFile(join(to, "SHA256SUMS"), "utf8")).trim().split("\n").length, photos.length);
});

test("what is there is not written again; what is missing, or another file, is beside it", async (t) => {
  const server = await library(t);
  const to = await folder(t);
  await exported(server, to, "--sidecars");
  const before = await files(to);
  const stats = async () => Object.fromEntries(await Promise.all(before.map(async (name) => [name, (await stat(join(to, name))).ino])));
  const first = await stats();
  const second = await exported(server, to, "--sidecars");
  assert.match(second.out, /photos: 0 originals written \(0\.0 MB\), \d+ were there already\.$/m);
  const { SHA256SUMS: _, ...same } = first; // eslint-disable-line no-unused-vars
  const { SHA256SUMS: __, ...now } = await stats(); // eslint-disable-line no-unused-vars
  assert.deepEqual(now, same);

  // A newer photo of a name that is there, a file that somebody changed, one that is gone, a draft of one that was killed.
  const [changed, gone] = before.filter((name) => /same name( \(\d\))?\.png$/.test(name));
  await writeFile(join(to, changed), "another file");
  await rm(join(to, gone));
  await write(to, { ".cadre-export/17": "half" });
  const newest = await send(server, picture(5000), "same name.png");
  await tell(server, newest, { taken_at: "2024-02-29T23:59:59" });
  const third = await exported(server, to, "--sidecars");
  assert.match(third.out, /photos: 3 originals written/);
  assert.equal(await readFile(join(to, changed), "utf8"), "another file");
  const after = await files(to);
  assert.deepEqual(before.filter((name) => !after.includes(name)), []);
  assert.equal(after.length, before.length + 4, "two originals and their sidecars more");
  assert.ok(!existsSync(join(to, ".cadre-export")));
  assert.match((await exported(server, to, "--sidecars")).out, /photos: 0 originals written/);
});

test("an export that is killed leaves no half file under its name, and the next one goes on", async (t) => {
  const server = await Server.start(t, await folder(t));
  await person(server);
  const sums = new Set();
  for (let n = 0; n < 60; n++) {
    const bytes = large(n, 1 << 20);
    sums.add(createHash("sha256").update(bytes).digest("hex"));
    await send(server, bytes, "large.png");
  }
  const to = await folder(t);
  const env = Object.fromEntries(Object.entries(process.env).filter(([name]) => !name.startsWith("CADRE_")));
  let some = false;
  for (let wait = 60; !some && wait < 5000; wait += 40) {
    const child = spawn(program, ["export", "--data", server.data, "--to", to], { env, stdio: "ignore" });
    await pause(wait);
    child.kill("SIGKILL");
    if (child.exitCode === null && child.signalCode === null) await new Promise((resolve) => child.once("exit", resolve));
    const there = (await files(to)).filter((name) => name.endsWith(".png"));
    some = there.length > 0 && there.length < 60;
    for (const name of there)
      assert.ok(sums.has(createHash("sha256").update(await readFile(join(to, name))).digest("hex")), name);
    if (there.length === 60) break;
  }
  assert.ok(some, "it was never killed in the middle");
  await exported(server, to);
  assert.equal((await files(to)).length, 61);
});

/** The file of an original in a library's folder. */
async function original(server, id) {
  const path = join(server.data, "blobs");
  return join(path, (await files(path)).find((name) => name.includes(id) && name.endsWith("original")));
}

test("an original that is damaged or gone is named, and the others are written", async (t) => {
  const server = await Server.start(t, await folder(t));
  await person(server);
  const ids = [];
  for (let n = 0; n < 4; n++) ids.push((await send(server, picture(n), `${n}.png`)).id);
  await server.settled();
  const damaged = await original(server, ids[1]);
  const bytes = await readFile(damaged);
  bytes[bytes.length - 20] ^= 1;
  await writeFile(damaged, bytes);
  await rm(await original(server, ids[2]));
  const to = await folder(t);
  const ran = await cadre(["export", "--data", server.data, "--to", to, "--sidecars"]);
  assert.equal(ran.code, 1);
  assert.match(ran.out, new RegExp(`^damaged: photos/${ids[1]}/original: The original's bytes are not those that were sent`, "m"));
  assert.match(ran.out, new RegExp(`^missing: photos/${ids[2]}/original: The original of “2.png” is gone`, "m"));
  assert.match(ran.out, /2 originals written/);
  assert.match(ran.out, /^2 things are wrong\.$/m);
  assert.deepEqual((await files(to)).map((name) => name.split("/").at(-1)).sort(), ["0.png", "0.png.xmp", "3.png", "3.png.xmp", "SHA256SUMS"]);
});

test("a full disk is said in a sentence, and what was written stays", { skip: cannotMount() }, async (t) => {
  const server = await Server.start(t, await folder(t));
  await person(server);
  for (let n = 0; n < 6; n++) await send(server, large(n, 1 << 20), `${n}.png`);
  const disk = await memoryDisk(t, "5m"); // of four files that are written at once, one fits
  const ran = await cadre(["export", "--data", server.data, "--to", join(disk, "to")]);
  assert.equal(ran.code, 1);
  assert.match(ran.err, /There is no room left for .*\./);
  assert.match(ran.err, /the same command goes on where this one ended/);
  const sizes = await Promise.all((await files(disk)).map(async (name) => (await stat(join(disk, name))).size));
  assert.ok(sizes.length > 0 && sizes.every((size) => size > 1 << 20), String(sizes));
});

test("several people have a folder each, one can be named, and the trash is left where it is", async (t) => {
  const server = await library(t);
  const first = server.token;
  await person(server, "con");
  await send(server, picture(9000), "of bob.png");
  server.token = first;
  const to = await folder(t);
  await exported(server, to);
  const there = await files(to);
  assert.deepEqual(new Set(there.map((name) => name.split("/")[0])), new Set(["ada", "_con"]));
  assert.ok(!there.some((name) => name.includes("trashed.png")));
  const one = await folder(t);
  await exported(server, one, "--user", "ADA", "--trash", "--sidecars");
  const trashed = (await files(one)).filter((name) => name.includes("trashed.png"));
  assert.equal(trashed.length, 2);
  assert.ok(trashed.every((name) => name.startsWith("trash/")));
  const again = await imported(t, one);
  const report = JSON.parse(await readFile(again.report, "utf8"));
  assert.deepEqual(report.left_out.map(({ reason }) => reason).sort(), ["export", "export", "trashed"]);
  const nobody = await cadre(["export", "--data", server.data, "--to", one, "--user", "eve"]);
  assert.equal(nobody.code, 1);
  assert.match(nobody.err, /There is no user “eve”\./);
});

test("a catalog in Redis is exported as one of SQLite is", { skip: withoutRedis() }, async (t) => {
  const server = await library(t);
  assert.equal(await server.stop(), 0);
  const path = await folder(t);
  const env = {
    CADRE_CATALOG: `redis://${(await startRedis(t, path)).join(",")}`,
    CADRE_BLOBS: `files:${join(server.data, "blobs")}`,
    CADRE_SCRATCH: join(path, "scratch"),
  };
  const to = await folder(t);
  const early = await cadre(["export", "--to", to], "", env);
  assert.equal(early.code, 1, "a catalog that is not complete is no empty library");
  const built = await cadre(["reindex"], "", env);
  assert.equal(built.code, 0, built.out + built.err);
  const all = ["--sidecars", "--site", "--by", "album"];
  const ran = await cadre(["export", "--to", to, ...all], "", env);
  assert.equal(ran.code, 0, ran.out + ran.err);
  const other = await folder(t);
  await exported(server, other, ...all);
  const sums = (path) => execFileSync("sh", ["-c", "find . -type f -exec sha256sum {} + | sort"], { cwd: path, encoding: "utf8" });
  assert.equal(sums(to), sums(other));
});

test("no server is needed, and wrong usage writes nothing", async (t) => {
  const server = await library(t);
  assert.equal(await server.stop(), 0);
  await rm(join(server.data, "catalog.db"));
  const to = await folder(t);
  await exported(server, to);
  assert.equal((await files(to)).length, names.length + said.length + 2 + 1);
  for (const [args, why] of [
    [[], /--to FOLDER/],
    [["--to", join(server.data, "blobs", "inside")], /in the folder of the library/],
  ]) {
    const ran = await cadre(["export", "--data", server.data, ...args]);
    assert.equal(ran.code, 2);
    assert.match(ran.err, why);
  }
  const none = await cadre(["export", "--data", join(to, "no library"), "--to", to]);
  assert.equal(none.code, 1);
  assert.match(none.err, /There is no library/);
});

test("by album, a photo of several albums is one file with several names, and comes back the same", async (t) => {
  const server = await library(t);
  const to = await folder(t);
  await exported(server, to, "--by", "album", "--sidecars");
  const albums = await Promise.all(
    ["Travel _ Reisen", "Travel _ Reisen/Rome", "_lost+found_"].map(async (name) =>
      (await readdir(join(to, "Albums", name))).filter((file) => file.endsWith(".png")),
    ),
  );
  assert.deepEqual(albums.map(({ length }) => length), [1, 4, 1], "the two Romes share a folder");
  const photo = join(to, "Albums", "Travel _ Reisen", albums[0][0]);
  assert.equal((await stat(photo)).nlink, 2);
  assert.equal(new Set(await files(to)).has("2015/2015-05/as it is.png"), true, "what is in no album");
  execFileSync("sha256sum", ["--check", "--strict", "--quiet", "SHA256SUMS"], { cwd: to });
  const again = await imported(t, to, "--albums");
  assert.deepEqual(await comparable(again), await comparable(server));
  assert.deepEqual(await shelves(again), await shelves(server));
  assert.match((await exported(server, to, "--by", "album", "--sidecars")).out, /: 0 originals written .* already\.$/m);
});

test("one album is exported by its title or id, with what is nested in it", async (t) => {
  const server = await library(t);
  const { travel, rome } = server.albums;
  const names = async (wanted, ...more) => {
    const to = await folder(t);
    await exported(server, to, "--album", wanted, ...more);
    return (await files(to)).map((name) => name.replace(/same name( \(\d\))?\.png/, "*"));
  };
  const all = ["Albums/Travel _ Reisen/*", ...Array(4).fill("Albums/Travel _ Reisen/Rome/*")];
  assert.deepEqual((await names("travel / reisen")).sort(), all);
  assert.deepEqual(await names(rome.id), all.slice(-3));
  assert.deepEqual(await names(travel.id, "--by", "date"), ["1958/1958-06/*", "undated/*", "undated/*", "undated/*"]);
  const to = await folder(t);
  const several = await cadre(["export", "--data", server.data, "--to", to, "--album", "Rome"]);
  assert.equal(several.code, 1);
  assert.match(several.err, new RegExp(`Several albums are called “Rome”.*\n  ${rome.id}  Travel / Reisen / Rome`));
  const none = await cadre(["export", "--data", server.data, "--to", to, "--album", "Paris"]);
  assert.match(none.err, /There is no album “Paris”\./);
  assert.deepEqual(await readdir(to), []);
});

test("a site has what is ready, names how many are not, and of one album only that", async (t) => {
  const server = await library(t);
  const [unmade] = await server.photos();
  const { media } = unmade;
  const blobs = join(server.data, "blobs");
  const large = (await files(blobs)).find((name) => name.includes(media.key) && name.endsWith("l.webp") && !name.endsWith("xl.webp"));
  await rm(join(blobs, large));
  const to = await folder(t);
  assert.match((await exported(server, to, "--site")).out, /^note: 1 photos? /m);
  const site = join(to, "site");
  const first = await files(site);
  assert.ok(first.includes("1958-06.html") && first.includes("index.html"));
  const stats = async () => Promise.all((await files(site)).map(async (name) => [name, (await stat(join(site, name))).ino]));
  const before = await stats();
  await exported(server, to, "--site");
  assert.deepEqual(await stats(), before, "nothing is written twice");
  const one = await folder(t);
  await exported(server, one, "--site", "--album", server.albums.lost.id);
  const pages = (await files(one)).filter((name) => name.endsWith(".html"));
  assert.deepEqual(pages, [`site/album-${server.albums.lost.id}.html`, "site/index.html"]);
});

test("folders become albums with --albums, and without it none", async (t) => {
  const photos = await folder(t);
  await write(photos, {
    "Italy/top.png": picture(1),
    "Italy/Rome/a.png": picture(2),
    "Italy/Rome/b.png": picture(3),
    "Sea/a again.png": picture(2),
    "here.png": picture(4),
  });
  const none = await imported(t, photos);
  assert.deepEqual(await shelves(none), []);
  const server = await imported(t, photos, "--albums");
  const name = photos.split("/").at(-1);
  const sum = (n) => createHash("sha256").update(picture(n)).digest("hex");
  const shown = (await shelves(server)).map(({ way, photos }) => [way.join(" > "), photos]);
  assert.deepEqual(new Map(shown), new Map([
    ["Italy", [sum(1)]],
    ["Italy > Rome", [sum(2), sum(3)].sort()],
    ["Sea", [sum(2)]],
    [name, [sum(4)]],
  ]));
  await done(["import", "--albums", "--server", server.url, "--token-file", server.tokenFile, photos]);
  assert.equal((await listed(server)).length, 4, "those that are there are found");
});
