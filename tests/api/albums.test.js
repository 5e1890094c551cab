// Albums: made, nested, filled, shared with members, deleted.
import assert from "node:assert/strict";
import { readdir, rm } from "node:fs/promises";
import { join as joined } from "node:path";
import { after, before, test } from "node:test";
import { logIn, people } from "./client.js";
import { eventually } from "./eventually.js";
import { Server } from "./server.js";

const nothing = "01935b91-0d4e-7b6a-9c1f-6f0c2d1e8a55";
let server, nobody, admin, member, other, ids;

before(async () => {
  server = await Server.start();
  ({ nobody, admin, member, other } = await people(server));
  const me = async (client) => (await client.get("/api/v1/me")).json.user.id;
  ids = { member: await me(member), other: await me(other), admin: await me(admin) };
});
after(() => server.stop());

async function make(client, title, more = {}) {
  const answer = await client.post("/api/v1/albums", { title, ...more });
  assert.equal(answer.status, 201, String(answer.body));
  assert.equal(answer.headers.location, `/api/v1/albums/${answer.json.id}`);
  return answer.json;
}
const at = (album) => `/api/v1/albums/${album.id ?? album}`;

async function put(client, album, add, remove = []) {
  const answer = await client.post(`${at(album)}/photos`, { add, remove });
  assert.equal(answer.status, 200, String(answer.body));
  return answer.json.results.map(({ status }) => status);
}
async function join(client, album, user, role) {
  const answer = await client.request("PUT", `${at(album)}/members/${user}`, { json: { role } });
  assert.equal(answer.status, 200, String(answer.body));
}
async function all(client) {
  const albums = [];
  for (let cursor = ""; cursor !== null; ) {
    const { json } = await client.get(`/api/v1/albums?limit=7${cursor && `&cursor=${cursor}`}`);
    albums.push(...json.albums);
    cursor = json.next;
  }
  return albums;
}
/** Until `ask` answers with `wanted`: another replica may believe what it knows of an album for 200 ms. */
const becomes = (ask, wanted) => eventually(ask, ({ status }) => status === wanted, 50);
/** Until a job has done it. */
async function shows(ask, wanted) {
  const answer = await eventually(ask, ({ status, json }) => status !== 200 || wanted(json), 50);
  assert.equal(answer.status, 200);
  return answer;
}
const dated = async (client, taken_at, query) => {
  const photo = await client.photo(query);
  await client.patch(`/api/v1/photos/${photo.id}`, { taken_at });
  return photo.id;
};

test("an album is what was said of it, and a title is all that must be", async () => {
  const album = await make(member, "Été à la mer 🌊", { description: "Two\nlines", order: "oldest" });
  const { title, description, order, parent, role, count, cover, from, to, owner } = album;
  assert.deepEqual(
    { title, description, order, parent, role, count, cover, from, to, owner: owner.id },
    {
      title: "Été à la mer 🌊",
      description: "Two\nlines",
      order: "oldest",
      parent: null,
      role: "owner",
      count: 0,
      cover: null,
      from: null,
      to: null,
      owner: ids.member,
    },
  );
  const read = await member.get(at(album));
  assert.deepEqual(read.json, album);
  assert.equal((await member.get(at(album), { "If-None-Match": read.headers.etag })).status, 304);
  for (const title of ["日本の旅", "שלום", "a".repeat(300), "<b>&"]) assert.equal((await make(member, title)).title, title);
});

test("what is wrong is said field by field, and nothing is made", async () => {
  const before = (await all(member)).length;
  for (const [json, field] of [
    [{}, "title"],
    [{ title: "" }, "title"],
    [{ title: "   " }, "title"],
    [{ title: "a".repeat(301) }, "title"],
    [{ title: "a\u0000b" }, "title"],
    [{ title: 5 }, "title"],
    [{ title: "a", description: "x".repeat(5001) }, "description"],
    [{ title: "a", order: "random" }, "order"],
    [{ title: "a", parent: "no id" }, "parent"],
    [{ title: "a", parent: nothing }, "parent"],
    [{ title: "a", cover: nothing }, "cover"],
    [{ title: "a", owner: ids.other }, "owner"],
  ]) {
    const answer = await member.post("/api/v1/albums", json);
    assert.equal(answer.status, 400, JSON.stringify(json));
    assert.ok(answer.json.errors.some((error) => error.field === field), JSON.stringify(answer.json));
  }
  assert.equal((await all(member)).length, before);
  const album = await make(member, "a");
  assert.equal((await member.patch(at(album), {})).status, 400);
  assert.equal((await member.patch(at(album), { title: null })).status, 400);
  const both = { add: [nothing], remove: [ids.other, nothing] };
  const answer = await member.post(`${at(album)}/photos`, both);
  assert.deepEqual([answer.status, answer.json.errors.map(({ field }) => field)], [400, ["remove"]]);
  for (const json of [{}, { add: ["x"] }, { add: Array(1001).fill(nothing) }, { add: "x" }])
    assert.equal((await member.post(`${at(album)}/photos`, json)).status, 400, JSON.stringify(json).slice(0, 50));
});

test("photos go in and out, each for itself, and the timeline is that of the album alone", async () => {
  const album = await make(member, "summer");
  const old = await dated(member, "2001-02-03T10:00:00");
  const young = await dated(member, "2020-05-06T10:00:00");
  const hidden = await other.photo();
  const shown = await other.photo("?visibility=public");
  assert.deepEqual(await put(member, album, [old, nothing, hidden.id, shown.id, young]), [200, 404, 404, 403, 200]);
  assert.deepEqual(await put(member, album, [old]), [200], "it is there already");

  const now = (await member.get(at(album))).json;
  assert.deepEqual([now.count, now.from, now.to, now.cover.id], [2, "2001-02-03", "2020-05-06", young]);
  const scope = `scope=album:${album.id}`;
  const timeline = (await member.get(`/api/v1/timeline?${scope}`)).json;
  assert.deepEqual([timeline.total, timeline.months.map(({ month }) => month)], [2, ["2020-05", "2001-02"]]);
  assert.deepEqual((await member.get(`/api/v1/timeline/2001-02?${scope}`)).json.id, [old]);
  assert.equal((await member.get(`/api/v1/timeline/2001-02/layout?${scope}`)).json.count, 1);
  assert.deepEqual(
    (await member.get(`/api/v1/photos?${scope}`)).json.photos.map(({ id }) => id),
    [young, old],
  );
  assert.deepEqual((await member.get(`/api/v1/photos/${old}`)).json.albums, [{ id: album.id, title: "summer" }]);
  assert.deepEqual((await admin.get(`/api/v1/photos/${old}`)).json.albums, [], "no member of it");

  // Out of the album into the trash and back; out of the album alone.
  await member.delete(`/api/v1/photos/${young}`);
  assert.equal((await member.get(at(album))).json.count, 1);
  await member.post(`/api/v1/photos/${young}/restore`, {});
  assert.equal((await member.get(at(album))).json.count, 2);
  assert.deepEqual(await put(member, album, [], [young, young]), [200, 200]);
  assert.equal((await member.get(at(album))).json.count, 1);
  assert.equal((await member.get(`/api/v1/photos/${young}`)).status, 200);
});

test("a cover is chosen from the album, and is the newest again when it is not there any more", async () => {
  const album = await make(member, "covers");
  const old = await dated(member, "2001-02-03T10:00:00");
  const young = await dated(member, "2020-05-06T10:00:00");
  await put(member, album, [old, young]);
  const stray = (await member.photo()).id;
  assert.equal((await member.patch(at(album), { cover: stray })).status, 400);
  const chosen = await member.patch(at(album), { cover: old });
  const photo = (await member.get(`/api/v1/photos/${old}`)).json;
  assert.deepEqual(chosen.json.cover, { id: old, key: photo.media.key, thumbhash: photo.thumbhash });
  await put(member, album, [], [old]);
  assert.equal((await member.get(at(album))).json.cover.id, young);
  assert.equal((await member.patch(at(album), { cover: null })).json.cover.id, young);
});

test("a member sees private photos, without what only their owner may know", async () => {
  const album = await make(member, "for alan");
  const photo = await member.photo("?filename=secret.png");
  await member.patch(`/api/v1/photos/${photo.id}`, { favourite: true });
  await put(member, album, [photo.id]);
  const path = `/api/v1/photos/${photo.id}`;
  assert.equal((await other.get(path)).status, 404);
  await join(member, album, ids.other, "viewer");
  const seen = (await becomes(() => other.get(path), 200)).json;
  for (const name of ["filename", "path", "sha256", "location"]) assert.ok(!(name in seen), name);
  assert.equal(seen.favourite, false);
  assert.deepEqual(seen.albums, [{ id: album.id, title: "for alan" }]);
  const month = photo.uploaded_at.slice(0, 7);
  const columns = (await becomes(() => other.get(`/api/v1/timeline/${month}?scope=album:${album.id}`), 200)).json;
  assert.deepEqual([columns.id, columns.favourite], [[photo.id], [false]]);
  const listed = await becomes(() => other.get(`/api/v1/photos?scope=album:${album.id}`), 200);
  for (const { filename, sha256 } of listed.json.photos)
    assert.deepEqual([filename, sha256], [undefined, undefined]);
  await becomes(() => other.get(`${path}/original`), 403);
  await becomes(() => other.patch(path, { title: "x" }), 403);
  await becomes(() => other.delete(path), 403);
  assert.equal((await nobody.get(path)).status, 404);

  assert.equal((await other.delete(`${at(album)}/members/${ids.other}`)).status, 204);
  await becomes(() => other.get(path), 404);
  await becomes(() => other.get(`/api/v1/timeline?scope=album:${album.id}`), 404);
  assert.ok(!(await all(other)).some(({ id }) => id === album.id));
});

test("every role may what it is for", async () => {
  const album = await make(member, "roles");
  const theirs = (await other.photo()).id;
  const mine = (await member.photo()).id;
  await put(member, album, [mine]);
  const statuses = async () => {
    const asked = [
      await other.get(at(album)),
      await other.post(`${at(album)}/photos`, { add: [theirs] }),
      await other.post(`${at(album)}/photos`, { remove: [theirs] }),
      await other.patch(at(album), { description: String(Math.random()) }),
      await other.get(`${at(album)}/members`),
      await other.request("PUT", `${at(album)}/members/${ids.admin}`, { json: { role: "viewer" } }),
      await other.delete(`${at(album)}/members/${ids.admin}`),
      await other.delete(at(album)),
    ];
    return asked.map(({ status }) => status);
  };
  const takes = async () => (await put(other, album, [], [mine]))[0];
  assert.deepEqual(await statuses(), [404, 404, 404, 404, 404, 404, 404, 404]);
  await join(member, album, ids.other, "viewer");
  assert.deepEqual(await statuses(), [200, 403, 200, 403, 403, 403, 403, 403]);
  assert.equal(await takes(), 403);
  await join(member, album, ids.other, "contributor");
  assert.deepEqual(await statuses(), [200, 200, 200, 403, 403, 403, 403, 403]);
  assert.equal(await takes(), 403);
  await join(member, album, ids.other, "editor");
  assert.deepEqual(await statuses(), [200, 200, 200, 200, 403, 403, 403, 403]);
  assert.equal((await all(other)).find(({ id }) => id === album.id).role, "editor");
  assert.equal(await takes(), 200);
});

test("members are those who exist, and the owner is none of them", async () => {
  const album = await make(member, "members");
  const set = (user, json) => member.request("PUT", `${at(album)}/members/${user}`, { json });
  assert.equal((await set(nothing, { role: "viewer" })).status, 404);
  assert.equal((await set("no-id", { role: "viewer" })).status, 404);
  assert.equal((await set(ids.member, { role: "viewer" })).status, 400);
  for (const json of [{}, { role: "owner" }, { role: "" }, { role: "viewer", more: 1 }])
    assert.equal((await set(ids.other, json)).status, 400, JSON.stringify(json));
  await Promise.all([join(member, album, ids.other, "viewer"), join(member, album, ids.admin, "editor")]);
  const { members } = (await member.get(`${at(album)}/members`)).json;
  assert.deepEqual(members.map(({ user, role }) => [user.id, role]).sort(), [
    [ids.member, "owner"],
    [ids.other, "viewer"],
    [ids.admin, "editor"],
  ].sort());
  assert.equal((await member.delete(`${at(album)}/members/${ids.member}`)).status, 400);
  assert.equal((await member.delete(`${at(album)}/members/${ids.other}`)).status, 204);
  assert.equal((await member.delete(`${at(album)}/members/${ids.other}`)).status, 404);
});

test("somebody is made a member by the name that they log in with", async () => {
  const album = await make(member, "by name");
  const add = (json, client = member) => client.post(`${at(album)}/members`, json);
  const { name } = (await other.get("/api/v1/me")).json.user;
  for (const json of [{}, { name }, { role: "viewer" }, { name, role: "owner" }, { name: 1, role: "viewer" }, { name, role: "viewer", more: 1 }])
    assert.equal((await add(json)).status, 400, JSON.stringify(json));
  for (const wrong of [name.slice(0, -1), `${name}x`, "", "*", "n".repeat(5000)])
    assert.equal((await add({ name: wrong, role: "viewer" })).status, 404, wrong);
  const own = (await member.get("/api/v1/me")).json.user.name;
  assert.equal((await add({ name: own, role: "viewer" })).status, 400);
  const made = await add({ name, role: "viewer" });
  assert.equal(made.status, 200, String(made.body));
  assert.deepEqual(made.json, { user: { id: ids.other, name }, role: "viewer" });
  assert.equal((await other.get(at(album))).json.role, "viewer");
  // Once more is another role; it is for the owner alone, and the album is nobody else's to know of.
  assert.equal((await add({ name, role: "editor" })).status, 200);
  assert.equal((await other.get(at(album))).json.role, "editor");
  assert.equal((await add({ name, role: "viewer" }, other)).status, 403);
  assert.equal((await add({ name, role: "viewer" }, admin)).status, 404);
  assert.equal((await add({ name, role: "viewer" }, nobody)).status, 401);
});

test("names are no way to find out who there is: those that nobody has are counted", async () => {
  const album = await make(other, "guesses");
  const { name } = (await member.get("/api/v1/me")).json.user;
  const add = (guess) => other.post(`${at(album)}/members`, { name: guess, role: "viewer" });
  // Who is there counts for nothing.
  for (let i = 0; i < 40; i++) assert.equal((await add(name)).status, 200);
  for (let i = 0; i < 30; i++) assert.equal((await add(`nobody-${i}`)).status, 404);
  for (const guess of ["nobody-30", name]) {
    const refused = await add(guess);
    assert.equal(refused.status, 429);
    assert.match(refused.json.type, /too-many-attempts$/);
    assert.ok(Number(refused.headers["retry-after"]) > 0);
  }
  // Those whom one knows by id, and what others ask for, go on.
  await join(other, album, ids.admin, "viewer");
  const theirs = await make(admin, "theirs");
  assert.equal((await admin.post(`${at(theirs)}/members`, { name, role: "viewer" })).status, 200);
});

test("who was a member takes their own photos out, and nothing else", async () => {
  const album = await make(member, "left");
  await join(member, album, ids.other, "contributor");
  const theirs = (await other.photo()).id;
  const mine = (await member.photo()).id;
  await put(other, album, [theirs]);
  await put(member, album, [mine]);
  await member.delete(`${at(album)}/members/${ids.other}`);
  assert.equal((await other.post(`${at(album)}/photos`, { remove: [mine] })).status, 404);
  assert.deepEqual((await other.get(`/api/v1/photos/${theirs}`)).json.albums, [{ id: album.id, title: "left" }]);
  assert.deepEqual(await put(other, album, [], [theirs]), [200]);
  assert.equal((await member.get(at(album))).json.count, 1);
});

test("an album stands nowhere in itself, and moves up when the one above is deleted", async () => {
  const a = await make(member, "a");
  const b = await make(member, "b", { parent: a.id });
  const c = await make(member, "c", { parent: b.id });
  for (const [album, parent] of [[a, a], [a, b], [a, c], [b, c]]) {
    const answer = await member.patch(at(album), { parent: parent.id });
    assert.deepEqual([answer.status, answer.json.type], [422, "/problems/album-circle"]);
  }
  assert.equal((await member.patch(at(a), { parent: nothing })).status, 400);
  assert.equal((await member.patch(at(a), { parent: (await make(other, "alan's")).id })).status, 400);
  const photo = (await member.photo()).id;
  await put(member, b, [photo]);
  assert.equal((await member.delete(at(b))).status, 204);
  await becomes(() => member.get(at(b)), 404);
  await shows(() => member.get(at(c)), (album) => album.parent === a.id);
  await becomes(() => member.get(`/api/v1/timeline?scope=album:${b.id}`), 404);
  assert.deepEqual((await member.get(`/api/v1/photos/${photo}`)).json.albums, []);
  assert.equal((await member.delete(at(b))).status, 404);
});

test("of two that move each into the other at once one is refused", async () => {
  const [a, b] = [await make(member, "a"), await make(member, "b")];
  const answers = await Promise.all([
    member.patch(at(a), { parent: b.id }),
    member.patch(at(b), { parent: a.id }),
  ]);
  assert.deepEqual(answers.map(({ status }) => status).sort(), [200, 422]);
});

test("of two who edit at once the later is told", async () => {
  const album = await make(member, "a");
  const { etag } = (await member.get(at(album))).headers;
  assert.equal((await member.patch(at(album), { title: "b" }, { "If-Match": etag })).status, 200);
  assert.equal((await member.patch(at(album), { title: "c" }, { "If-Match": etag })).status, 412);
  assert.equal((await member.delete(at(album), { "If-Match": etag })).status, 412);
  assert.equal((await member.get(at(album))).json.title, "b");
});

test("an album and its photo, deleted at the same moment, leave nothing", async () => {
  const album = await make(member, "a");
  const photo = (await member.photo()).id;
  const [added, removed, gone] = await Promise.all([
    member.post(`${at(album)}/photos`, { add: [photo] }),
    member.delete(at(album)),
    member.delete(`/api/v1/photos/${photo}?permanent=true`),
  ]);
  assert.ok([200, 404].includes(added.status), String(added.body));
  assert.deepEqual([removed.status, gone.status], [204, 204]);
  await becomes(() => member.get(at(album)), 404);
  assert.equal((await member.get(`/api/v1/photos/${photo}`)).status, 404);
});

test("many albums are listed in pages, each once, with their counts", async () => {
  const photo = (await other.photo()).id;
  const made = [];
  for (let i = 0; i < 20; i++) made.push(await make(other, `number ${i}`));
  await put(other, made[3], [photo]);
  const listed = (await all(other)).filter(({ title }) => title.startsWith("number "));
  assert.deepEqual(listed.map(({ id }) => id), made.map(({ id }) => id).sort());
  assert.deepEqual(listed.map(({ count }) => count), made.map((_, i) => (i === 3 ? 1 : 0)));
  assert.equal((await other.get("/api/v1/albums?limit=501")).status, 400);
  assert.equal((await other.get("/api/v1/albums?cursor=nonsense")).status, 400);
});

test("albums are there when the catalog was lost", { skip: process.env.CADRE_TEST_URL && "not ours to lose" }, async () => {
  const top = await make(member, "top");
  const low = await make(member, "low", { parent: top.id });
  await join(member, low, ids.other, "contributor");
  await put(member, low, [(await member.photo()).id, (await member.photo()).id]);
  const before = [await all(member), await all(other)];
  await server.down();
  for (const name of await readdir(server.data))
    if (name.startsWith("catalog.db")) await rm(joined(server.data, name));
  await server.up();
  // Sessions went with it.
  const [grace, alan] = [await logIn(server.url, "grace"), await logIn(server.url, "alan")];
  assert.deepEqual([await all(grace), await all(alan)], before);
  assert.equal((await alan.get(`/api/v1/timeline?scope=album:${low.id}`)).json.total, 2);
});
