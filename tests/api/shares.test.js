// Shares: an album or photos, shown to whoever has the link.
import assert from "node:assert/strict";
import { readdir, rm } from "node:fs/promises";
import { join } from "node:path";
import { after, before, test } from "node:test";
import { Client, logIn, people } from "./client.js";
import { eventually } from "./eventually.js";
import { picture } from "./pictures.js";
import { Server } from "./server.js";

const nothing = "01935b91-0d4e-7b6a-9c1f-6f0c2d1e8a55";
let server, nobody, admin, member, other;

before(async () => {
  server = await Server.start();
  ({ nobody, admin, member, other } = await people(server));
});
after(() => server.stop());

async function share(what, client = member) {
  const answer = await client.post("/api/v1/shares", what);
  assert.equal(answer.status, 201, String(answer.body));
  assert.equal(answer.headers.location, `/api/v1/shares/${answer.json.id}`);
  return answer.json;
}
async function album(photos = [], client = member) {
  const { json } = await client.post("/api/v1/albums", { title: "Wedding" });
  if (photos.length > 0) await client.post(`/api/v1/albums/${json.id}/photos`, { add: photos });
  return json.id;
}
const at = ({ id }) => `/api/v1/shares/${id}`;
const door = ({ key }, client = nobody) => client.get(`/api/v1/s/${key}`);
const scoped = (path, { key }) => `/api/v1/${path}${path.includes("?") ? "&" : "?"}scope=share:${key}`;
const listed = async (made, client = nobody) => (await client.get(scoped("photos", made))).json.photos;
const ids = (photos) => photos.map(({ id }) => id).sort();
const code = (answer) => [answer.status, answer.json.type.split("/").at(-1)];
/** A machine that is too busy to make it before it ends makes another one. */
async function endingIn(ms, photos) {
  for (;;) {
    const expires_at = new Date(Date.now() + ms).toISOString();
    const answer = await member.post("/api/v1/shares", { photos, expires_at });
    if (answer.status === 201) return answer.json;
    assert.deepEqual(answer.json.errors?.map(({ field }) => field), ["expires_at"]);
  }
}
/** Every way to read what a share shows. */
const ways = (photo) => [
  "timeline",
  "timeline/2024-05",
  "timeline/2024-05/layout",
  "photos",
  "events",
  `photos/${photo}`,
  `photos/${photo}/original`,
];
/** Until a job has done it, or another replica has heard of it. */
const becomes = (ask, wanted) => eventually(ask, ({ status }) => status === wanted, 50);

test("a share is made of an album or of photos, and says what it is", async () => {
  const photo = await member.photo();
  const made = await share({
    photos: [photo.id],
    title: "Für Ida 🌷",
    password: "forget-me-not",
    expires_at: "2999-12-31T23:00:00+01:00",
    allow: { download: true },
  });
  assert.match(made.key, /^[\w-]{22}$/);
  assert.equal(made.url, `/s/${made.key}`);
  const { title, has_password, expires_at, allow, count, album: none, views, last_viewed_at } = made;
  assert.deepEqual(
    { title, has_password, expires_at: Date.parse(expires_at), allow, count, none, views, last_viewed_at },
    {
      title: "Für Ida 🌷",
      has_password: true,
      expires_at: Date.parse("2999-12-31T22:00:00Z"),
      allow: { download: true, upload: false, details: false },
      count: 1,
      none: null,
      views: 0,
      last_viewed_at: null,
    },
  );
  const got = await member.get(at(made));
  assert.deepEqual(got.json, made);
  assert.doesNotMatch(String(got.body), /argon2|forget-me-not|secret/);
  assert.ok((await member.get("/api/v1/shares?limit=500")).json.shares.some(({ id }) => id === made.id));
  for (const client of [other, admin]) assert.deepEqual(code(await client.get(at(made))), [404, "share-not-found"]);

  const changed = await member.patch(at(made), { title: null, password: null, allow: { details: true } });
  assert.deepEqual(
    [changed.json.title, changed.json.has_password, changed.json.allow],
    ["", false, { download: true, upload: false, details: true }],
  );
  const stale = { "If-Match": `"${made.revision}"` };
  assert.deepEqual(code(await member.patch(at(made), { title: "x" }, stale)), [412, "changed-meanwhile"]);
  assert.equal((await member.delete(at(made), stale)).status, 412);
});

test("what cannot be shared is refused field by field", async () => {
  const [photo, theirs] = [await member.photo(), await other.photo()];
  const theirAlbum = await album([], other);
  const fields = async (body, client = member) => {
    const answer = await client.post("/api/v1/shares", body);
    assert.equal(answer.status, 400, String(answer.body));
    return answer.json.errors.map(({ field }) => field);
  };
  assert.deepEqual(await fields({}), ["album"]);
  assert.deepEqual(await fields({ photos: [] }), ["photos"]);
  assert.deepEqual(await fields({ album: await album(), photos: [photo.id] }), ["album"]);
  assert.deepEqual(await fields({ album: theirAlbum }), ["album"]);
  assert.deepEqual(await fields({ album: "wedding" }), ["album"]);
  assert.deepEqual(await fields({ photos: Array(1001).fill(photo.id) }), ["photos"]);
  assert.equal((await fields({ photos: [photo.id, theirs.id, nothing] })).length, 2);
  assert.deepEqual(await fields({ photos: ["x"] }), ["photos[0]"]);
  assert.deepEqual(await fields({ photos: [photo.id], expires_at: "2001-01-01T00:00:00Z" }), ["expires_at"]);
  assert.deepEqual(await fields({ photos: [photo.id], expires_at: "tomorrow" }), ["expires_at"]);
  assert.deepEqual(await fields({ photos: [photo.id], password: "x".repeat(257) }), ["password"]);
  assert.deepEqual(await fields({ photos: [photo.id], allow: { everything: true } }), ["allow.everything"]);
  assert.deepEqual(await fields({ photos: [photo.id], allow: { upload: true } }), ["allow.upload"]);
  await member.delete(`/api/v1/photos/${photo.id}`);
  assert.deepEqual(await fields({ photos: [photo.id] }), ["photos[0]"]);
  // A member of an album shows it to nobody else.
  const me = (await member.get("/api/v1/me")).json.user.id;
  await other.request("PUT", `/api/v1/albums/${theirAlbum}/members/${me}`, { json: { role: "editor" } });
  await becomes(() => member.get(`/api/v1/albums/${theirAlbum}`), 200);
  assert.deepEqual(code(await member.post("/api/v1/shares", { album: theirAlbum })), [403, "album-role-needed"]);
});

test("a visitor sees what the share shows, and of it what the share allows", async () => {
  const photo = await member.photo("?filename=secret.png");
  await member.patch(`/api/v1/photos/${photo.id}`, { title: "t", caption: "c", tags: ["sea"], favourite: true, rating: 4 });
  const hidden = await member.photo();
  const of = await album([photo.id]);
  const look = await share({ album: of });
  const all = await share({ album: of, allow: { download: true, details: true } });

  for (const client of [nobody, other, member]) {
    const { json } = await door(look, client);
    assert.equal(json.title, "Wedding");
    assert.deepEqual([json.count, json.locked, json.expires_at], [1, false, null]);
    assert.deepEqual(ids(await listed(look, client)), [photo.id]);
  }
  const seen = (await nobody.get(scoped(`photos/${photo.id}`, look))).json;
  assert.deepEqual([seen.title, seen.caption, seen.tags, seen.rating, seen.favourite], ["t", "", [], null, false]);
  const more = (await member.get(scoped(`photos/${photo.id}`, all))).json;
  assert.deepEqual([more.caption, more.tags, more.rating, more.favourite, more.albums], ["c", ["sea"], 4, false, []]);
  for (const shown of [seen, more])
    for (const name of ["filename", "path", "sha256", "location", "given_by"]) assert.ok(!(name in shown), name);
  assert.equal((await nobody.get(seen.media.variants[0].url)).status, 200);

  const original = (made) => nobody.get(scoped(`photos/${photo.id}/original`, made));
  assert.deepEqual(code(await original(look)), [403, "share-may-not"]);
  const got = await original(all);
  assert.equal(got.status, 200);
  assert.match(got.headers["content-disposition"], new RegExp(`filename="${photo.id}.png"`));
  assert.doesNotMatch(JSON.stringify(got.headers), /secret/);
  for (const path of [`photos/${hidden.id}`, `photos/${hidden.id}/original`])
    assert.deepEqual(code(await nobody.get(scoped(path, all))), [404, "photo-not-found"]);

  const { months } = (await nobody.get(scoped("timeline", look))).json;
  assert.equal(months.length, 1);
  const month = (await nobody.get(scoped(`timeline/${months[0].month}`, look))).json;
  assert.deepEqual(month.id, [photo.id]);
  assert.deepEqual(month.favourite, [false]);
  assert.equal((await nobody.get(scoped(`timeline/${months[0].month}/layout`, look))).json.count, 1);
  // By the share nothing is changed, not even by who could.
  assert.equal((await nobody.patch(scoped(`photos/${photo.id}`, all), { title: "x" })).status, 401);
  assert.equal((await other.patch(scoped(`photos/${photo.id}`, all), { title: "x" })).status, 404);
});

test("what a share answers is kept by no cache", async () => {
  const photo = await member.photo();
  const made = await share({ photos: [photo.id], allow: { download: true } });
  const { months } = (await nobody.get(scoped("timeline", made))).json;
  const month = `timeline/${months[0].month}`;
  const paths = ["timeline", month, `${month}/layout`, "photos", `photos/${photo.id}`, `photos/${photo.id}/original`];
  for (const path of [...paths.map((path) => scoped(path, made)), `/api/v1/s/${made.key}`]) {
    const { status, headers } = await nobody.get(path);
    assert.equal(status, 200, path);
    assert.equal(headers["cache-control"], "private, no-cache", path);
    assert.match(headers.vary, /Cookie/, path);
    assert.equal(headers["x-accel-expires"], undefined, path);
  }
});

test("in an album that others fill their originals stay theirs", async () => {
  const of = await album();
  const them = (await other.get("/api/v1/me")).json.user.id;
  await member.request("PUT", `/api/v1/albums/${of}/members/${them}`, { json: { role: "contributor" } });
  const theirs = await other.photo();
  await becomes(() => other.get(`/api/v1/albums/${of}`), 200);
  assert.equal((await other.post(`/api/v1/albums/${of}/photos`, { add: [theirs.id] })).json.results[0].status, 200);
  const made = await share({ album: of, allow: { download: true, details: true } });
  assert.deepEqual(ids(await listed(made)), [theirs.id]);
  assert.deepEqual(code(await nobody.get(scoped(`photos/${theirs.id}/original`, made))), [403, "share-may-not"]);
});

test("gone, revoked, expired, never there: the same 404, at once and everywhere", async () => {
  const photo = await member.photo();
  const of = await album([photo.id]);
  const url = photo.media.variants[0].url;
  const made = await share({ album: of, allow: { download: true } });
  const ended = await endingIn(1500, [photo.id]);
  assert.equal((await becomes(() => door(ended), 404)).status, 404);
  assert.ok(Date.now() >= Date.parse(ended.expires_at), "not before its end");
  assert.equal((await member.delete(at(made))).status, 204);
  const says = new Set();
  for (const { key } of [made, ended, { key: "A".repeat(22) }, { key: "x" }, { key: nothing }]) {
    for (const path of ways(photo.id)) {
      const answer = await nobody.get(scoped(path, { key }));
      assert.deepEqual(code(answer), [404, "share-not-found"], path);
      says.add(answer.json.detail);
    }
    for (const answer of [await door({ key }), await nobody.post(`/api/v1/s/${key}/unlock`, { password: "x" })]) {
      assert.deepEqual(code(answer), [404, "share-not-found"]);
      says.add(answer.json.detail);
    }
  }
  assert.equal(says.size, 1);
  assert.deepEqual(code(await member.delete(at(made))), [404, "share-not-found"]);
  // A moment later its pictures have another address, so that who kept the old one sees nothing either.
  await becomes(() => nobody.get(url), 404);
  const moved = await member.ready(photo.id);
  assert.notEqual(moved.media.key, photo.media.key);
  await becomes(() => nobody.get(moved.media.variants[0].url), 200);
});

test("photos that go to the trash, and an owner who is disabled, are gone from it", async () => {
  const [kept, thrown] = [await other.photo(), await other.photo()];
  const made = await share({ photos: [kept.id, thrown.id], allow: { download: true } }, other);
  await other.delete(`/api/v1/photos/${thrown.id}`);
  assert.deepEqual(ids(await listed(made)), [kept.id]);
  for (const path of [`photos/${thrown.id}`, `photos/${thrown.id}/original`])
    assert.deepEqual(code(await nobody.get(scoped(path, made))), [404, "photo-not-found"]);
  await other.delete(`/api/v1/photos/${kept.id}?permanent=true`);
  assert.deepEqual(await listed(made), []);
  assert.equal((await door(made)).json.count, 0);

  const them = (await other.get("/api/v1/me")).json.user.id;
  await admin.patch(`/api/v1/users/${them}`, { disabled: true });
  assert.deepEqual(code(await becomes(() => door(made), 404)), [404, "share-not-found"]);
  await admin.patch(`/api/v1/users/${them}`, { disabled: false });
  await becomes(() => door(made), 200);
  other = await logIn(server.url, "alan");
  if (!server.own) server.people.push(other);
});

test("a locked share shows nothing; its cookie opens it alone, until the password is another", async () => {
  const photo = await member.photo();
  const what = { photos: [photo.id], password: "forget-me-not", allow: { download: true } };
  const [made, another] = [await share(what), await share(what)];
  for (const client of [nobody, member])
    for (const path of ways(photo.id))
      assert.deepEqual(code(await client.get(scoped(path, made))), [401, "share-locked"], path);
  assert.deepEqual([(await door(made)).json.locked, (await door(made)).json.count], [true, null]);
  const unlock = (password, key = made.key) => nobody.post(`/api/v1/s/${key}/unlock`, { password });
  for (const wrong of ["forget me not", "", "Forget-me-not"])
    assert.deepEqual(code(await unlock(wrong)), [401, "wrong-share-password"]);

  const opened = await unlock("forget-me-not");
  assert.equal(opened.status, 204);
  const [cookie] = opened.headers["set-cookie"];
  assert.match(cookie, /; Path=\/api\/v1; Max-Age=\d+; SameSite=Strict; HttpOnly/);
  assert.ok(!cookie.includes(made.key) && !cookie.includes("forget"));
  const visitor = new Client(server.url, { cookie: cookie.split(";")[0] });
  assert.deepEqual(ids(await listed(made, visitor)), [photo.id]);
  assert.deepEqual([(await door(made, visitor)).json.locked, (await door(made, visitor)).json.count], [false, 1]);
  assert.equal((await visitor.get(scoped(`photos/${photo.id}/original`, made))).status, 200);
  assert.deepEqual(code(await visitor.get(scoped("photos", another))), [401, "share-locked"]);
  assert.equal((await visitor.get("/api/v1/photos?scope=mine")).status, 401);

  await member.patch(at(made), { password: "another" });
  assert.deepEqual(code(await visitor.get(scoped("photos", made))), [401, "share-locked"]);
  assert.deepEqual(code(await unlock("forget-me-not")), [401, "wrong-share-password"]);
  await member.patch(at(made), { password: null });
  assert.deepEqual(ids(await listed(made)), [photo.id]);
});

test("guesses at a share's password are bounded", async (t) => {
  if (!server.own) return t.skip("who comes next from this address could not log in for a minute");
  const made = await share({ photos: [(await member.photo()).id], password: "secret" });
  for (let i = 0; ; ++i) {
    assert.ok(i <= 25, "it is never refused");
    const answer = await nobody.post(`/api/v1/s/${made.key}/unlock`, { password: `guess ${i}` });
    if (answer.status === 401) continue;
    assert.deepEqual(code(answer), [429, "too-many-attempts"]);
    assert.ok(Number(answer.headers["retry-after"]) > 0);
    break;
  }
});

test("an owner sees that it was visited", async () => {
  const made = await share({ photos: [(await member.photo()).id] });
  const hour = () => Math.floor(Date.now() / 3_600_000);
  const began = hour();
  await door(made);
  await door(made);
  const seen = await eventually(() => member.get(at(made)), ({ json }) => json.views > 0);
  const { views, last_viewed_at } = seen.json;
  if (hour() === began) assert.equal(views, 1, "one network within an hour is one visit");
  assert.ok(Math.abs(Date.parse(last_viewed_at) - Date.now()) < 600_000);
});

test("visitors give photos to the album, with their name", async () => {
  const of = await album();
  const made = await share({ album: of, allow: { upload: true } });
  const give = (bytes, query = "", { key } = made) =>
    nobody.request("POST", `/api/v1/s/${key}/photos${query}`, { body: bytes, headers: { "Content-Type": "image/png" } });
  const bytes = picture();
  const given = await give(bytes, "?name=Aunt%20Ida&filename=ida.png");
  assert.equal(given.status, 201, String(given.body));
  assert.equal(given.headers.location, `/api/v1/photos/${given.json.id}?scope=share:${made.key}`);
  assert.ok(!("filename" in given.json) && !("given_by" in given.json));
  assert.equal((await nobody.get(given.headers.location)).status, 200);
  const kept = await member.ready(given.json.id);
  assert.deepEqual(
    [kept.given_by, kept.filename, kept.visibility, kept.albums.map(({ id }) => id)],
    ["Aunt Ida", "ida.png", "private", [of]],
  );
  assert.deepEqual([(await give(bytes)).status, (await listed(made)).length], [200, 1]);
  assert.deepEqual((await give(picture(), `?name=${"x".repeat(65)}`)).json.errors.map(({ field }) => field), ["name"]);
  assert.equal((await give(Buffer.from("no picture"))).status, 415);
  const look = await share({ album: of });
  assert.deepEqual(code(await give(picture(), "", look)), [403, "share-may-not"]);
  const locked = await share({ album: of, password: "x", allow: { upload: true } });
  assert.deepEqual(code(await give(picture(), "", locked)), [401, "share-locked"]);
  await member.delete(at(made));
  assert.deepEqual(code(await give(picture())), [404, "share-not-found"]);
});

test("a gift tells nothing of what its owner has elsewhere, nor puts that into the album", async () => {
  const [had, thrown] = [picture(), picture()];
  const own = [];
  for (const bytes of [had, thrown]) {
    const { json } = await member.upload(bytes, "?filename=secret.png");
    await member.patch(`/api/v1/photos/${json.id}`, { title: "secret" });
    own.push(json.id);
  }
  await member.delete(`/api/v1/photos/${own[1]}`);
  const of = await album();
  const made = await share({ album: of, allow: { upload: true, details: true } });
  const give = (bytes) => nobody.request("POST", `/api/v1/s/${made.key}/photos`, { body: bytes });
  const fields = new Set();
  const given = [];
  for (const bytes of [picture(), had, thrown]) {
    const answer = await give(bytes);
    assert.equal(answer.status, 201, String(answer.body));
    const { id, title, state, duplicate } = answer.json;
    assert.ok(!own.includes(id));
    assert.deepEqual([title, state, duplicate], ["", "processing", undefined]);
    fields.add(Object.keys(answer.json).join());
    given.push(id);
  }
  assert.equal(fields.size, 1, "the answers are of one form");
  assert.deepEqual(ids(await listed(made)), given.sort());
  assert.deepEqual((await member.get(`/api/v1/photos/${own[0]}`)).json.albums, []);
  // What the share shows is not kept twice: an answer may be lost.
  const again = await give(had);
  assert.deepEqual([again.status, again.json.duplicate, given.includes(again.json.id)], [200, true, true]);
});

test("who listens by a share hears what changes in it", async () => {
  const of = await album();
  const made = await share({ album: of });
  const abort = new AbortController();
  const stream = await fetch(server.url + scoped("events", made), { signal: abort.signal });
  assert.equal(stream.status, 200);
  const photo = await member.photo();
  await member.post(`/api/v1/albums/${of}/photos`, { add: [photo.id] });
  let text = "";
  for await (const piece of stream.body.pipeThrough(new TextDecoderStream())) {
    text += piece;
    if (text.includes("timeline.changed")) break;
  }
  abort.abort();
  assert.match(text, new RegExp(`"scope":"share:${made.key}"`));
  assert.ok(!text.includes(of), "the album's id is not theirs to know");
});

test("shares come back from the photographs' store alone", async (t) => {
  if (!server.own) return t.skip("a shared server is not stopped");
  const photo = await member.photo();
  const made = await share({ photos: [photo.id], title: "kept" });
  const revoked = await share({ photos: [photo.id] });
  await member.delete(at(revoked));
  await server.down();
  for (const file of await readdir(server.data))
    if (file.startsWith("catalog.db")) await rm(join(server.data, file));
  await server.up();
  for (const client of [nobody, member]) client.url = server.url;
  await becomes(() => door(made), 200);
  assert.deepEqual(ids(await listed(made)), [photo.id]);
  assert.equal((await door(revoked)).status, 404);
});
