// `cadre import`: what it sends, skips, refuses and reports.
import assert from "node:assert/strict";
import { readFile, symlink, utimes, writeFile } from "node:fs/promises";
import http from "node:http";
import { join, relative } from "node:path";
import { test } from "node:test";
import { picture, write } from "./pictures.js";
import { Server, cadre, done, folder, person } from "./program.js";

/** A server with a person, and a folder of six pictures, a text and things to leave out. */
async function begin(t) {
  const server = await Server.start(t, await folder(t));
  await person(server);
  const photos = await folder(t);
  const files = {
    "notes.txt": "no picture",
    "a.xmp": "<x/>",
    ".hidden.png": picture(99),
    "sub/Thumbs.db": "x",
  };
  for (let n = 0; n < 5; n++) files[`sub/${n}.png`] = picture(n);
  files["twin of 0.png"] = picture(0);
  await write(photos, files);
  await symlink("..", join(photos, "sub", "loop"));
  return { server, photos };
}

async function imported(server, paths, ...options) {
  const file = join(server.data, "report.json");
  const to = ["--server", server.url, "--token-file", server.tokenFile, "--report", file];
  const ran = await cadre(["import", ...to, ...options, ...paths], "", { TZ: "Europe/Berlin" });
  const report = JSON.parse(await readFile(file, "utf8"));
  const { seen, sent, duplicate, refused, failed, left_out, unfinished } = report;
  assert.equal(sent + duplicate + refused.length + failed.length + left_out.length + unfinished, seen, "counts add up");
  return { ...ran, report };
}

const counts = ({ report: { seen, sent, duplicate, refused, failed, left_out } }) =>
  [seen, sent, duplicate, refused.length, failed.length, left_out.length];

/** What was left out: names below `folder` and the codes of the reasons. */
const leftOut = (report, folder) =>
  Object.fromEntries(report.left_out.map(({ path, reason }) => [relative(folder, path), reason]));

const byName = async (server) =>
  Object.fromEntries((await server.photos()).map((photo) => [photo.filename, photo]));

test("sends what is there once, reports what was refused, and skips all of it the next time", async (t) => {
  const { server, photos } = await begin(t);
  const first = await imported(server, [photos], "--wait");
  assert.equal(first.code, 0, first.out + first.err);
  assert.deepEqual(counts(first), [11, 5, 1, 1, 0, 4]);
  assert.deepEqual(leftOut(first.report, photos), {
    "a.xmp": "sidecar",
    ".hidden.png": "hidden",
    "sub/Thumbs.db": "thumbnails",
    "sub/loop": "again",
  });
  assert.equal(first.report.unfinished, 0);
  assert.ok(first.report.ready >= 5);
  assert.match(first.out, /5 sent, 1 there already, 1 refused, 0 failed, 4 left out \(--verbose names them\)\./);
  assert.doesNotMatch(first.out, /Thumbs/);
  assert.equal(first.report.refused[0].path, join(photos, "notes.txt"));
  assert.equal(first.report.refused[0].status, 415);
  assert.match(first.report.refused[0].detail, /\.$/);
  assert.doesNotMatch(first.out, /\r|\x1b/, "a bar where no terminal is");

  const stored = await server.photos();
  assert.deepEqual(
    stored.map(({ state, visibility }) => `${state} ${visibility}`),
    Array(5).fill("ready private"),
  );
  assert.ok(stored.some(({ filename }) => filename === "3.png"));
  assert.match(await done(["verify", "--data", server.data]), /as it should be/);

  const second = await imported(server, [photos], "--visibility", "public", "--verbose");
  assert.equal(second.code, 0);
  assert.deepEqual(counts(second), [11, 0, 6, 1, 0, 4]);
  assert.match(second.out, /Thumbs\.db: It holds pictures that a program made of photographs\./);
  assert.equal((await server.photos()).length, 5);
});

test("what systems and applications leave beside photographs is left out and named", async (t) => {
  const { server, photos } = await begin(t);
  const nas = await folder(t);
  await write(nas, {
    "a.png": picture(20),
    "@eaDir/a.png/SYNOPHOTO_THUMB_XL.jpg": picture(21),
    "#recycle/b.png": picture(22),
    "$RECYCLE.BIN/S-1/c.png": picture(23),
    "System Volume Information/d.png": picture(24),
    "lost+found/e.png": picture(25),
    ".Trash-1000/files/f.png": picture(26),
    "DCIM/.thumbnails/g.png": picture(27),
    "._a.png": "resource fork",
    "Mac.photoslibrary/originals/1/h.png": picture(28),
    "Mac.photoslibrary/resources/derivatives/1/h.png": picture(29),
    "Catalog Previews.lrdata/0/i.png": picture(30),
    ".picasaoriginals/a.png": picture(31),
    "proxies/CaptureOne/Cache/a.png": picture(32),
  });
  await symlink(photos, join(nas, "elsewhere"));
  const ran = await imported(server, [nas]);
  assert.equal(ran.code, 0, ran.out + ran.err);
  assert.deepEqual(leftOut(ran.report, nas), {
    "@eaDir": "thumbnails",
    "#recycle": "trash",
    "$RECYCLE.BIN": "trash",
    "System Volume Information": "system",
    "lost+found": "system",
    ".Trash-1000": "trash",
    "DCIM/.thumbnails": "thumbnails",
    "._a.png": "system",
    "Mac.photoslibrary/resources": "library",
    "Catalog Previews.lrdata": "thumbnails",
    ".picasaoriginals": "library",
    "proxies/CaptureOne": "thumbnails",
    "elsewhere/a.xmp": "sidecar",
    "elsewhere/.hidden.png": "hidden",
    "elsewhere/sub/Thumbs.db": "thumbnails",
    "elsewhere/sub/loop": "again",
  });
  for (const { detail } of ran.report.left_out) assert.match(detail, /^[A-Z].*\.$/);
  const kept = await byName(server);
  assert.deepEqual(
    ["a.png", "h.png", "1.png"].map((name) => kept[name].path),
    [null, "Mac.photoslibrary/originals/1", "elsewhere/sub"],
  );
  assert.equal(ran.report.sent, 7);
});

const xmp = (inside, attributes = "") =>
  `<x:xmpmeta xmlns:x="adobe:ns:meta/"><rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#">
<rdf:Description xmlns:dc="http://purl.org/dc/elements/1.1/" xmlns:xmp="http://ns.adobe.com/xap/1.0/"
 xmlns:exif="http://ns.adobe.com/exif/1.0/" ${attributes}>${inside}</rdf:Description></rdf:RDF></x:xmpmeta>`;
const title = (text) => `<dc:title><rdf:Alt><rdf:li xml:lang="x-default">${text}</rdf:li></rdf:Alt></dc:title>`;
const taken = (seconds) => ({ photoTakenTime: { timestamp: String(seconds), formatted: "whenever" } });

/** Pictures with sidecars of each kind. */
const withSidecars = {
  "Photos from 2019/lake.png": picture(40),
  "Photos from 2019/lake.png.supplemental-metadata.json": JSON.stringify({
    title: "The name that it had.png",
    description: "The lake",
    ...taken(1561976529),
    geoData: { latitude: 45.4642, longitude: 9.19, altitude: 0 },
    people: [{ name: "Somebody" }],
    favorited: true,
  }),
  "Photos from 2019/lake-edited.png": picture(41),
  "Photos from 2019/A_picture_with_quite_a_long_name_35.png": picture(42),
  "Photos from 2019/A_picture_with_quite_a_long_name_35.png.supple.json": JSON.stringify({
    title: "A_picture_with_quite_a_long_name_35.png",
    ...taken(1698402783),
    geoData: { latitude: 0, longitude: 0 },
  }),
  "Photos from 2019/twice(1).png": picture(43),
  "Photos from 2019/twice.png(1).json": JSON.stringify({ description: "second", ...taken(0), geoData: {} }),
  "Photos from 2019/metadata.json": JSON.stringify({ title: "Photos from 2019" }),
  "Trash/gone.png": picture(44),
  "Trash/gone.png.json": JSON.stringify({ ...taken(1), trashed: true }),
  "raw/hill.png": picture(45),
  "raw/HILL.XMP": xmp(
    title("The hill") + "<dc:subject><rdf:Bag><rdf:li>hill</rdf:li></rdf:Bag></dc:subject>",
    'xmp:Rating="4" exif:DateTimeOriginal="2018-08-11T17:38:25" exif:GPSLatitude="48,51.5N" exif:GPSLongitude="2,17.5E"',
  ),
  "raw/broken.png": picture(46),
  "raw/broken.png.xmp": "<x:xmpmeta",
};

test("what sidecars say reaches the photos, once, and what people set later stays", async (t) => {
  const server = await Server.start(t, await folder(t));
  await person(server);
  const photos = await folder(t);
  await write(photos, withSidecars);
  const first = await imported(server, [photos]);
  assert.equal(first.code, 0, first.out + first.err);
  assert.deepEqual(counts(first), [8, 6, 0, 0, 0, 2]);
  assert.deepEqual(leftOut(first.report, photos), {
    "Photos from 2019/metadata.json": "sidecar",
    "Trash/gone.png": "trashed",
  });
  assert.deepEqual(
    first.report.sidecars_refused.map(({ path }) => path),
    [join(photos, "raw/broken.png.xmp")],
  );
  assert.equal(first.report.sidecars, 6);

  const kept = await byName(server);
  const shown = (name) => {
    const { title, caption, tags, rating, favourite, taken_at, location, path } = kept[name];
    return { title, caption, tags, rating, favourite, taken_at, location, path };
  };
  const nothing = { title: "", caption: "", tags: [], rating: null, favourite: false, taken_at: null, location: null };
  const lake = {
    ...nothing,
    caption: "The lake",
    favourite: true,
    taken_at: "2019-07-01T12:22:09+02:00",
    location: { lat: 45.4642, lon: 9.19 },
    path: "Photos from 2019",
  };
  assert.deepEqual(shown("The name that it had.png"), lake);
  assert.deepEqual(shown("lake-edited.png"), lake, "an edited copy is about the same moment");
  assert.equal(shown("A_picture_with_quite_a_long_name_35.png").taken_at, "2023-10-27T12:33:03+02:00");
  assert.deepEqual(shown("twice(1).png"), { ...nothing, caption: "second", path: "Photos from 2019" });
  assert.deepEqual(shown("hill.png"), {
    title: "The hill",
    caption: "",
    tags: ["hill"],
    rating: 4,
    favourite: false,
    taken_at: "2018-08-11T17:38:25+02:00", // its place gives the offset
    location: { lat: 48.8583333333333, lon: 2.29166666666667 },
    path: "raw",
  });
  assert.deepEqual(shown("broken.png"), { ...nothing, path: "raw" });

  const { id } = kept["hill.png"];
  const change = { title: "Mine", tags: [], location: null };
  const edited = await server.request(`/api/v1/photos/${id}`, {
    method: "PATCH",
    headers: { "Content-Type": "application/json" },
    body: JSON.stringify(change),
  });
  const { revision } = await edited.json();
  const second = await imported(server, [photos]);
  assert.deepEqual(counts(second), [8, 0, 6, 0, 0, 2]);
  const after = await byName(server);
  assert.equal(after["hill.png"].revision, revision);
  assert.deepEqual({ ...after["hill.png"], ...change }, after["hill.png"]);
  for (const [name, photo] of Object.entries(kept))
    if (name !== "hill.png") assert.equal(after[name].revision, photo.revision, name);
});

test("a sidecar that comes later is told, also by the second of two equal files", async (t) => {
  const server = await Server.start(t, await folder(t));
  await person(server);
  const photos = await folder(t);
  await write(photos, { "a/x.png": picture(50), "b/x.png": picture(50), "b/x.xmp": xmp(title("Second")) });
  const first = await imported(server, [photos]);
  assert.deepEqual(counts(first), [2, 1, 1, 0, 0, 0]);
  const [photo] = await server.photos();
  assert.equal(photo.title, "Second");
  assert.ok(["a", "b"].includes(photo.path), "that of the one which was read first");
  await write(photos, { "a/x.png.xmp": xmp("", 'xmp:Rating="5"') });
  await imported(server, [join(photos, "a", "x.png")]);
  assert.equal((await server.photos())[0].rating, 5);
});

test("what is in the trash stays there unless it is asked for", async (t) => {
  const { server, photos } = await begin(t);
  await imported(server, [photos]);
  const trashed = (await server.photos()).find(({ filename }) => filename === "twin of 0.png" || filename === "0.png");
  await server.request(`/api/v1/photos/${trashed.id}`, { method: "DELETE" });
  const second = await imported(server, [photos]);
  assert.equal(second.code, 0);
  assert.deepEqual(counts(second), [11, 0, 4, 1, 0, 6]);
  assert.equal(leftOut(second.report, photos)["sub/0.png"], "in_trash");
  assert.equal((await server.photos()).length, 4);
  const third = await imported(server, [photos], "--restore");
  assert.deepEqual(counts(third), [11, 0, 6, 1, 0, 4]);
  assert.equal(third.report.restored, 1, "two equal files, one photo");
  const back = (await server.photos()).find(({ id }) => id === trashed.id);
  assert.equal(back.trashed_at, null);
});

test("equal files are counted whatever becomes of the first of them", async (t) => {
  const server = await Server.start(t, await folder(t));
  await person(server);
  const photos = await folder(t);
  const files = {};
  for (let n = 0; n < 40; n++) {
    files[`${n}/same.png`] = picture(60);
    files[`${n}/text.png`] = "no picture";
    files[`${n}/empty.png`] = "";
  }
  await write(photos, files);
  const ran = await imported(server, [photos], "--at-once", "8");
  assert.deepEqual(counts(ran), [120, 1, 39, 80, 0, 0]);
  assert.equal((await server.photos()).length, 1);
});

test("photos become public only if asked for", async (t) => {
  const { server, photos } = await begin(t);
  await imported(server, [join(photos, "sub", "1.png")], "--visibility", "public");
  assert.deepEqual(
    (await server.photos()).map(({ visibility }) => visibility),
    ["public"],
  );
});

test("what cannot be read fails, and the rest is sent", async (t) => {
  const { server, photos } = await begin(t);
  const ran = await imported(server, [join(photos, "gone.png"), join(photos, "sub", "1.png")]);
  assert.equal(ran.code, 1);
  assert.equal(ran.report.sent, 1);
  assert.equal(ran.report.failed[0].path, join(photos, "gone.png"));
  assert.equal(ran.report.failed[0].status, null);
});

test("a wrong token ends it at once with a sentence", async (t) => {
  const { server, photos } = await begin(t);
  await writeFile(server.tokenFile, "wrong");
  const ran = await cadre(["import", "--server", server.url, "--token-file", server.tokenFile, photos]);
  assert.equal(ran.code, 1);
  assert.match(ran.err, /does not know this token/);
});

test("is patient with a server that is busy or breaks off", async (t) => {
  const { server, photos } = await begin(t);
  const moody = await moodyProxy(t, server.url);
  await utimes(join(photos, "sub", "4.png"), 0, new Date("2024-05-31T22:30:00Z"));
  const ran = await imported({ ...server, url: moody.url }, [photos]);
  assert.equal(ran.code, 0, ran.out + ran.err);
  assert.deepEqual(counts(ran), [11, 5, 1, 1, 0, 4]);
  const sent = moody.uploads.find((url) => url.searchParams.get("filename") === "4.png").searchParams;
  assert.equal(sent.get("modified"), "2024-06-01T00:30:00+02:00", "the day on the clocks of the folder's machine");
  assert.equal(sent.get("path"), "sub");
  assert.equal((await server.photos()).length, 5);
  assert.ok(moody.busy > 0 && moody.broken > 0);
});

/** Passes on every third request of a kind; the others are answered 503, or broken off. */
async function moodyProxy(t, target) {
  const moody = { busy: 0, broken: 0, uploads: [] };
  const asked = {};
  const proxy = http.createServer((request, response) => {
    const url = new URL(request.url, target);
    const kind = url.pathname;
    if (request.method === "POST" && kind === "/api/v1/photos") moody.uploads.push(url);
    asked[kind] = (asked[kind] ?? 0) + 1;
    if (asked[kind] % 3 === 1) {
      moody.busy++;
      request.resume();
      return response.writeHead(503, { "Retry-After": "0" }).end();
    }
    if (asked[kind] % 3 === 2) {
      moody.broken++;
      return request.socket.destroy();
    }
    const onward = http.request(
      target + request.url,
      { method: request.method, headers: request.headers },
      (answer) => {
        response.writeHead(answer.statusCode, answer.headers);
        answer.pipe(response);
      },
    );
    onward.on("error", () => response.destroy());
    request.pipe(onward);
  });
  await new Promise((resolve) => proxy.listen(0, "127.0.0.1", resolve));
  t.after(() => {
    proxy.close();
    proxy.closeAllConnections();
  });
  moody.url = `http://127.0.0.1:${proxy.address().port}`;
  return moody;
}
