// ZIP archives: what is in them, as unzip and Python read them; downloads that break off and go on; who gets what.
import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { randomBytes } from "node:crypto";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import http from "node:http";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, before, test } from "node:test";
import { Client, called, localAddress, logIn, password, people } from "./client.js";
import { eventually } from "./eventually.js";
import { picture } from "./pictures.js";
import { Server } from "./server.js";

let server, nobody, admin, member, other, folder;

before(async () => {
  folder = await mkdtemp(join(tmpdir(), "cadre-zip-"));
  server = await Server.start();
  ({ nobody, admin, member, other } = await people(server));
});
after(async () => {
  await server.stop();
  await rm(folder, { recursive: true });
});

const originals = (photos) => ({ photos: photos.map(({ id }) => id), what: "originals" });

async function archive(client, wish) {
  const made = await client.post("/api/v1/archives", wish);
  assert.equal(made.status, 201, String(made.body));
  assert.equal(made.headers.location, made.json.url);
  return made.json;
}

async function fetched(client, made) {
  const answer = await client.get(made.url);
  assert.equal(answer.status, 200, String(answer.body).slice(0, 500));
  assert.equal(answer.headers["content-type"], "application/zip");
  assert.equal(answer.headers["content-length"], String(made.size));
  assert.equal(answer.body.length, made.size);
  return answer;
}

const reader = `
import json, sys, zipfile
with zipfile.ZipFile(sys.argv[1]) as z:
    assert z.testzip() is None
    print(json.dumps([{"name": i.filename, "size": i.file_size, "date": i.date_time, "method": i.compress_type,
        "utf8": bool(i.flag_bits & 0x800), "extra": i.extra.hex(), "body": z.read(i).hex()} for i in z.infolist()]))
`;

/** What Python reads of it; unzip has to find it whole, too. */
async function contents(bytes) {
  const file = join(folder, `${randomBytes(4).toString("hex")}.zip`);
  await writeFile(file, bytes);
  const tested = spawnSync("unzip", ["-tqq", file], { encoding: "utf8" });
  assert.deepEqual([tested.status, tested.stdout, tested.stderr], [0, "", ""], String(tested.error));
  const read = spawnSync("python3", ["-c", reader, file], { encoding: "utf8", maxBuffer: 1 << 28 });
  assert.equal(read.status, 0, read.stderr);
  return JSON.parse(read.stdout);
}

test("names of every script, each once and safe, with their times and bytes", async () => {
  const wished = [
    ["lake.png", "lake.png"],
    ["LAKE.png", "LAKE (2).png"],
    ["lake.png", "lake (3).png"],
    ["été.png", "été.png"],
    ["e\u0301te\u0301.png", "e\u0301te\u0301 (2).png"],
    ["写真.png", "写真.png"],
    ["صورة.png", "صورة.png"],
    ["зима/лето.png", "лето.png"],
    ["../../../etc/passwd", "passwd"],
    ["..\\..\\boot.png", "boot.png"],
    ["con.png", "_con.png"],
    ['a:b*c?"<d>|.png', "a_b_c___d__.png"],
    ["dot. ", "dot"],
    [".hidden.png", "_.hidden.png"],
    ["🏔️ Berg.png", "🏔️ Berg.png"],
    ["x".repeat(300) + ".png", "x".repeat(251) + ".png"],
    ["", "photo.png"],
  ];
  const sent = [];
  for (const [filename] of wished) {
    const bytes = picture();
    const query = `?filename=${encodeURIComponent(filename)}&modified=${encodeURIComponent("2019-07-14T16:02:10+02:00")}`;
    const answer = await member.upload(bytes, query);
    assert.equal(answer.status, 201, String(answer.body));
    sent.push({ id: answer.json.id, bytes });
  }
  const made = await archive(member, originals(sent));
  assert.deepEqual([made.count, made.left_out], [wished.length, 0]);
  assert.match(made.filename, /^photos-\d{4}-\d\d-\d\d\.zip$/);
  const answer = await fetched(member, made);
  assert.match(answer.headers["content-disposition"], /^attachment; filename="photos-/);
  const found = await contents(answer.body);
  const seconds = Date.parse("2019-07-14T14:02:10Z") / 1000;
  const time = Buffer.alloc(9);
  time.writeUInt32LE(0x00055455);
  time.writeUInt8(1, 4);
  time.writeUInt32LE(seconds, 5);
  assert.deepEqual(
    found,
    wished.map(([, name], i) => ({
      name,
      size: sent[i].bytes.length,
      date: [2019, 7, 14, 16, 2, 10],
      method: 0,
      utf8: true,
      extra: time.toString("hex"),
      body: sent[i].bytes.toString("hex"),
    })),
  );
});

test("a download that broke off goes on: ranges, If-Range, HEAD, and the same tag for the same bytes", async () => {
  const photos = [await member.photo("?filename=1.png"), await member.photo("?filename=2.png")];
  const made = await archive(member, originals(photos));
  const whole = await fetched(member, made);
  const { etag } = whole.headers;
  const head = await member.request("HEAD", made.url);
  assert.deepEqual(
    [head.status, head.headers["content-length"], head.headers.etag, head.headers["accept-ranges"]],
    [200, String(made.size), etag, "bytes"],
  );
  for (let begin = 0; begin < made.size; begin += 37) {
    const rest = await member.get(made.url, { Range: `bytes=${begin}-`, "If-Range": etag });
    assert.equal(rest.status, 206);
    assert.equal(rest.headers["content-range"], `bytes ${begin}-${made.size - 1}/${made.size}`);
    assert.ok(rest.body.equals(whole.body.subarray(begin)), String(begin));
  }
  const part = await member.get(made.url, { Range: "bytes=10-19" });
  assert.ok(part.body.equals(whole.body.subarray(10, 20)));
  const last = await member.get(made.url, { Range: "bytes=-22" });
  assert.equal(last.body.readUInt32LE(0), 0x06054b50, "the end of a ZIP file");
  const another = await member.get(made.url, { Range: "bytes=10-19", "If-Range": '"another"' });
  assert.deepEqual([another.status, another.body.length], [200, made.size]);
  assert.equal((await member.get(made.url, { Range: `bytes=${made.size}-` })).status, 416);
  assert.equal((await member.get(made.url, { "If-None-Match": etag })).status, 304);
  const again = await archive(member, originals(photos));
  assert.notEqual(again.url, made.url);
  assert.equal((await fetched(member, again)).headers.etag, etag);
  const reversed = await archive(member, originals(photos.toReversed()));
  assert.notEqual((await fetched(member, reversed)).headers.etag, etag);
});

test("of a scope, newest first; of others' photos the largest WebP, under no name of theirs", async () => {
  const owner = await another("scope");
  const first = await owner.photo("?filename=secret.png");
  const second = await owner.photo("?filename=b.png");
  await owner.patch(`/api/v1/photos/${first.id}`, { title: "At sea", taken_at: "2001-01-01T00:00:00" });
  const mine = await archive(owner, { scope: "mine", what: "originals" });
  assert.deepEqual(
    (await contents((await fetched(owner, mine)).body)).map(({ name }) => name),
    ["b.png", "secret.png"],
  );
  const { id, title } = (await owner.post("/api/v1/albums", { title: "Summer / 2001" })).json;
  await owner.post(`/api/v1/albums/${id}/photos`, { add: [first.id, second.id] });
  const scope = `album:${id}`;
  assert.equal((await other.post("/api/v1/archives", { scope, what: "large" })).status, 404);
  const { id: user } = (await other.get("/api/v1/me")).json.user;
  assert.equal((await owner.request("PUT", `/api/v1/albums/${id}/members/${user}`, { json: { role: "viewer" } })).status, 200);
  const answer = await eventually(
    () => other.post("/api/v1/archives", { scope, what: "large" }),
    ({ status }) => status === 201,
  );
  const large = answer.json;
  assert.deepEqual([large.filename, large.count], [`${title.replace("/", "_")}.zip`, 2]);
  const found = await contents((await fetched(other, large)).body);
  assert.deepEqual(found.map(({ name }) => name).sort(), ["At sea.webp", "photo.webp"].sort());
  for (const { name, body } of found) {
    const photo = (await other.get(`/api/v1/photos/${name === "photo.webp" ? second.id : first.id}`)).json;
    const { url } = photo.media.variants.find((variant) => variant.name === "xl");
    assert.equal(body, (await other.get(url)).body.toString("hex"), name);
  }
  const theirs = await other.post("/api/v1/archives", { scope, what: "originals" });
  assert.deepEqual([theirs.status, theirs.json.type], [422, "/problems/archive-empty"]);
});

/** A member of their own. */
async function another(name) {
  const made = await admin.post("/api/v1/users", { name: called(name), role: "member", password });
  assert.equal(made.status, 201, String(made.body));
  const client = await logIn(server.url, name);
  if (!server.own) server.people.push(client);
  return client;
}

test("it is its maker's alone, by cookie or by token", async () => {
  const photo = await member.photo();
  const made = await archive(member, originals([photo]));
  assert.equal((await nobody.get(made.url)).status, 401);
  for (const client of [other, admin]) {
    const refused = await client.get(made.url);
    assert.deepEqual([refused.status, refused.json.type], [404, "/problems/archive-not-found"]);
  }
  for (const [scope, status] of [
    ["read", 201],
    ["upload", 403],
  ]) {
    const { token } = (await member.post("/api/v1/me/tokens", { name: scope, scope })).json;
    const client = new Client(server.url, { token });
    const answer = await client.post("/api/v1/archives", originals([photo]));
    assert.equal(answer.status, status, String(answer.body));
    if (status === 201) await fetched(client, answer.json);
  }
  const byAdmin = await archive(admin, originals([photo]));
  assert.equal((await contents((await fetched(admin, byAdmin)).body)).length, 1);
});

test("what is in the trash still comes; what is deleted for good does not, and who goes on is told", async () => {
  const photos = [await member.photo(), await member.photo()];
  const made = await archive(member, originals(photos));
  const whole = await fetched(member, made);
  await member.delete(`/api/v1/photos/${photos[1].id}`);
  await fetched(member, made);
  await member.delete(`/api/v1/photos/${photos[1].id}?permanent=true`);
  const received = await eventually(
    () => asFarAsItGoes(member, made.url),
    ({ length }) => length < made.size,
  );
  assert.ok(received.length > 0 && received.equals(whole.body.subarray(0, received.length)));
  const rest = await eventually(
    () => member.get(made.url, { Range: `bytes=${received.length}-` }),
    ({ status }) => status === 410,
  );
  assert.equal(rest.json.type, "/problems/archive-outdated");
  await member.delete(`/api/v1/photos/${photos[0].id}?permanent=true`);
  await eventually(
    () => member.get(made.url),
    ({ status }) => status === 410,
  );
});

test("visitors of a share that allows it have all of it as one file, until it ends", async () => {
  const owner = await another("wedding");
  const photos = [await owner.photo("?filename=secret.png"), await owner.photo("?filename=secret.png")];
  await owner.patch(`/api/v1/photos/${photos[0].id}`, { title: "The cake", taken_at: "2026-06-13T15:00:00" });
  await owner.patch(`/api/v1/photos/${photos[1].id}`, { taken_at: "2026-06-13T14:30:05" });
  const wish = { photos: photos.map(({ id }) => id), title: "Ida & Tom", password: "forget-me-not" };
  const share = (await owner.post("/api/v1/shares", { ...wish, allow: { download: true } })).json;
  const change = (to) => owner.patch(`/api/v1/shares/${share.id}`, to);
  const visitor = await unlocked(share);
  const scope = `share:${share.key}`;
  const all = { scope, what: "originals" };
  const made = await archive(visitor, all);
  assert.deepEqual([made.filename, made.count, made.left_out], ["Ida & Tom.zip", 2, 0]);
  assert.match(made.url, new RegExp(`^/api/v1/archives/[0-9a-f-]{36}\\?scope=${scope}$`));
  const whole = await fetched(visitor, made);
  assert.deepEqual(
    (await contents(whole.body)).map(({ name }) => name),
    ["The cake.png", "2026-06-13 14.30.05.png"],
  );
  assert.ok(!whole.body.includes("secret"), "file names are their owner's alone");
  assert.equal((await archive(visitor, all)).url, made.url, "as long as the share shows the same");
  const { etag } = whole.headers;
  const rest = await visitor.get(made.url, { Range: "bytes=100-", "If-Range": etag });
  assert.deepEqual([rest.status, rest.body.equals(whole.body.subarray(100))], [206, true]);
  assert.equal((await visitor.get(made.url, { Range: "bytes=100-", "If-Range": '"x"' })).status, 200);
  const large = await archive(visitor, { scope, what: "large" });
  assert.deepEqual((await contents((await fetched(visitor, large)).body)).length, 2);

  // Those that one chooses, in that order; nothing that the share does not show.
  const strange = await owner.photo();
  const chosen = { scope, photos: [photos[1].id, strange.id], what: "originals" };
  const some = await archive(visitor, chosen);
  assert.deepEqual([some.count, some.left_out], [1, 1]);
  assert.deepEqual(
    (await contents((await fetched(visitor, some)).body)).map(({ name }) => name),
    ["2026-06-13 14.30.05.png"],
  );
  assert.equal((await archive(visitor, chosen)).url, some.url);
  const both = await archive(visitor, { ...chosen, photos: wish.photos.toReversed() });
  assert.deepEqual([both.count, both.url === made.url], [2, false]);
  for (const [wanted, status] of [
    [{ ...chosen, photos: [strange.id] }, 422],
    [{ ...chosen, photos: [] }, 400],
    [{ ...chosen, photos: Array(1001).fill(photos[0].id) }, 400],
    [{ ...chosen, scope: "wall" }, 401],
  ])
    assert.equal((await visitor.post("/api/v1/archives", wanted)).status, status);
  assert.equal((await owner.post("/api/v1/archives", { ...chosen, scope: "mine" })).status, 400);

  // Of nobody else: without the password, under the address alone, by another share, by who could make their own.
  const other = (await owner.post("/api/v1/shares", { photos: wish.photos, allow: { download: true } })).json;
  const bare = made.url.split("?")[0];
  const refused = async (client, url, status, code) => {
    for (const method of ["GET", "HEAD"]) assert.equal((await client.request(method, url)).status, status, url);
    assert.equal((await client.get(url)).json.type, `/problems/${code}`);
  };
  await refused(nobody, made.url, 401, "share-locked");
  await refused(owner, made.url, 401, "share-locked");
  await refused(visitor, bare, 401, "not-logged-in");
  await refused(owner, bare, 404, "archive-not-found");
  await refused(visitor, `${bare}?scope=share:${other.key}`, 404, "archive-not-found");
  const asked = async (client, wanted) => {
    const { status, json } = await client.post("/api/v1/archives", wanted);
    return [status, json.type?.split("/").at(-1)];
  };
  assert.deepEqual(await asked(nobody, all), [401, "share-locked"]);
  assert.deepEqual(await asked(visitor, { photos: wish.photos, what: "large" }), [401, "not-logged-in"]);
  assert.deepEqual(await asked(visitor, { scope: `${scope}x`, what: "large" }), [404, "share-not-found"]);

  await change({ allow: { download: false } });
  await refused(visitor, made.url, 403, "share-may-not");
  for (const what of ["originals", "large"])
    assert.deepEqual(await asked(visitor, { scope, what }), [403, "share-may-not"]);
  await change({ allow: { download: true } });
  await fetched(visitor, made);
  await change({ password: "another" });
  await refused(visitor, made.url, 401, "share-locked");
  const again = await unlocked(share, "another");
  await fetched(again, made);
  await owner.delete(`/api/v1/photos/${photos[1].id}`);
  const less = await archive(again, all);
  assert.deepEqual([less.count, less.url === made.url], [1, false], "what is in the trash is no longer shown");
  const gone = await eventually(
    () => again.get(made.url, { Range: `bytes=${whole.body.indexOf("2026-06-13 14") - 30}-` }),
    ({ status }) => status === 410,
  );
  assert.equal(gone.json.type, "/problems/archive-outdated");
  assert.equal((await owner.delete(`/api/v1/shares/${share.id}`)).status, 204);
  for (const { url } of [made, less, large]) await refused(again, url, 404, "share-not-found");
  assert.deepEqual(await asked(again, all), [404, "share-not-found"]);
});

/** Its visitor, who has given the password. */
async function unlocked({ key }, secret = "forget-me-not") {
  const opened = await nobody.post(`/api/v1/s/${key}/unlock`, { password: secret });
  assert.equal(opened.status, 204, String(opened.body));
  return new Client(server.url, { cookie: opened.headers["set-cookie"][0].split(";")[0] });
}

test("in a shared album others' originals are left out of it, not their pictures", async () => {
  const owner = await another("album");
  const { id } = (await owner.post("/api/v1/albums", { title: "Summer" })).json;
  const { id: user } = (await other.get("/api/v1/me")).json.user;
  await owner.request("PUT", `/api/v1/albums/${id}/members/${user}`, { json: { role: "contributor" } });
  await eventually(
    () => other.get(`/api/v1/albums/${id}`),
    ({ status }) => status === 200,
  );
  for (const client of [owner, other])
    await client.post(`/api/v1/albums/${id}/photos`, { add: [(await client.photo()).id] });
  const { key } = (await owner.post("/api/v1/shares", { album: id, allow: { download: true } })).json;
  const scope = `share:${key}`;
  const originals = await archive(nobody, { scope, what: "originals" });
  assert.deepEqual([originals.filename, originals.count, originals.left_out], ["Summer.zip", 1, 1]);
  const large = await archive(nobody, { scope, what: "large" });
  assert.deepEqual([large.count, large.left_out], [2, 0]);
  assert.equal((await contents((await fetched(nobody, large)).body)).length, 2);
});

/** What arrives until the end, or until the connection is cut. */
function asFarAsItGoes(client, path) {
  return new Promise((resolve, reject) => {
    const headers = { Cookie: client.credentials.cookie };
    http
      .get(server.url + path, { headers, localAddress }, (answer) => {
        const pieces = [];
        answer.on("data", (piece) => pieces.push(piece));
        answer.on("end", () => resolve(Buffer.concat(pieces)));
        answer.on("error", () => resolve(Buffer.concat(pieces)));
      })
      .on("error", reject);
  });
}

test("a picture that was hidden since is not sent under its old address", async () => {
  const photo = await member.photo("?visibility=public");
  const made = await archive(other, { ...originals([photo]), what: "large" });
  await fetched(other, made);
  await member.patch(`/api/v1/photos/${photo.id}`, { visibility: "private" });
  await eventually(
    () => other.get(made.url),
    ({ status }) => status === 410,
  );
});

test("what is not understood is refused, field by field", async () => {
  const id = "01935b91-0d4e-7b6a-9c1f-6f0c2d1e8a55";
  const wrong = [
    [{}, ["photos", "what"]],
    [{ photos: [id] }, ["what"]],
    [{ photos: [], what: "originals" }, ["photos"]],
    [{ photos: ["x", id, 1], what: "originals" }, ["photos"]],
    [{ photos: ["x"], what: "originals" }, ["photos[0]"]],
    [{ photos: [id], scope: "mine", what: "large" }, ["photos"]],
    [{ photos: [id], what: "all" }, ["what"]],
    [{ scope: "x".repeat(600), what: "large" }, ["scope"]],
    [{ scope: "mine", what: "large", format: "tar" }, ["format"]],
  ];
  for (const [wish, fields] of wrong) {
    const refused = await member.post("/api/v1/archives", wish);
    assert.equal(refused.status, 400, JSON.stringify(wish));
    for (const field of fields)
      assert.ok(
        refused.json.errors.some((error) => error.field.startsWith(field)),
        `${field}: ${refused.body}`,
      );
  }
  for (const scope of ["nothing", "album:x", `album:${id}`, ""])
    assert.equal((await member.post("/api/v1/archives", { scope, what: "large" })).status, 404, scope);
  const unknown = await member.post("/api/v1/archives", { photos: [id], what: "originals" });
  assert.deepEqual([unknown.status, unknown.json.type], [404, "/problems/photo-not-found"]);
  assert.match(unknown.json.detail, new RegExp(id));
  for (const none of [id, "x", "..", id.toUpperCase()])
    assert.equal((await member.get(`/api/v1/archives/${none}`)).status, 404, none);
  assert.equal((await nobody.post("/api/v1/archives", { scope: "wall", what: "large" })).status, 401);
});
