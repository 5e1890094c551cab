// Look-alikes over a real server: which there are, what differs, and what becomes of those that are not kept.
import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { people, searchable } from "./client.js";
import { scene } from "./pictures.js";
import { Server } from "./server.js";

let server, nobody, member, other;

before(async () => {
  server = await Server.start();
  ({ nobody, member, other } = await people(server));
  await searchable(nobody);
});
after(() => server.stop());

const unique = Math.floor(Math.random() * 1e9);
let made = 0;
const seed = () => unique + 7 * made++;

async function photo(client, bytes, change) {
  const answer = await client.upload(bytes, "?filename=made.png");
  assert.equal(answer.status, 201, String(answer.body));
  const { id } = answer.json;
  for (let attempt = 0; (await client.get(`/api/v1/photos/${id}`)).json.state === "processing"; attempt++) {
    assert.ok(attempt < 600, "it is never ready");
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
  if (change) assert.equal((await client.patch(`/api/v1/photos/${id}`, change)).status, 200);
  return id;
}

async function groups(client, query = "") {
  const all = [];
  let cursor = "";
  do {
    const answer = await client.get(`/api/v1/duplicates?limit=2${query}${cursor && `&cursor=${cursor}`}`);
    assert.equal(answer.status, 200, String(answer.body));
    all.push(...answer.json.groups);
    cursor = answer.json.next;
  } while (cursor);
  return all;
}

/** The group of exactly these, once it is there; without any, until none of these stands in one. */
async function groupOf(client, ids, query = "") {
  for (let attempt = 0; attempt < 600; attempt++) {
    const all = await groups(client, query);
    const is = (group) => group.photos.map(({ id }) => id).sort().join() === [...ids].sort().join();
    const found = all.find(is);
    if (found) return found;
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
  assert.fail("these are never shown as look-alikes");
}
async function isNoGroup(client, ids) {
  for (let attempt = 0; attempt < 600; attempt++) {
    const all = await groups(client);
    if (!all.some((group) => group.photos.some(({ id }) => ids.includes(id)))) return;
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
  assert.fail("these are still shown as look-alikes");
}

const keep = (client, group, ids, more) => client.post(`/api/v1/duplicates/${group.id}`, { keep: ids, ...more });

test("files of the same pixels are exact look-alikes, and the younger says of which it is a copy", async () => {
  const of = seed();
  const first = await photo(member, scene(240, 160, of, "one"), { title: "A boat" });
  const second = await photo(member, scene(240, 160, of, "two, longer"));
  await photo(other, scene(240, 160, of, "somebody else's"));
  const group = await groupOf(member, [first, second]);
  assert.equal(group.kind, "exact");
  assert.equal(group.best, second, "of more bytes");
  assert.deepEqual(group.photos.map(({ id }) => id), [second, first]);
  assert.deepEqual(group.differs, ["size", "title", "caption"], "a comment in a PNG is its caption");
  const get = async (client, id) => (await client.get(`/api/v1/photos/${id}`)).json;
  assert.equal((await get(member, second)).duplicate_of, first);
  assert.equal((await get(member, first)).duplicate_of, null);
  await member.patch(`/api/v1/photos/${second}`, { visibility: "public" });
  assert.ok(!("duplicate_of" in (await get(other, second))), "its owner's alone");
  const list = (await member.get("/api/v1/photos?scope=mine")).json.photos;
  assert.equal(list.find(({ id }) => id === second).duplicate_of, first);
});

test("one that was made smaller is near, and what was said of it is joined into what stays", async () => {
  const of = seed();
  const large = await photo(member, scene(480, 320, of), { tags: ["sea"] });
  const small = await photo(member, scene(240, 160, of), { title: "A boat", tags: ["boat"], favourite: true, rating: 4 });
  const album = (await member.post("/api/v1/albums", { title: "Holidays" })).json.id;
  await member.post(`/api/v1/albums/${album}/photos`, { add: [small] });
  const group = await groupOf(member, [large, small]);
  assert.equal(group.kind, "near");
  assert.equal(group.best, large);
  for (const name of ["width", "height", "tags", "albums", "rating", "favourite", "title"])
    assert.ok(group.differs.includes(name), name);

  const answer = await keep(member, group, [large]);
  assert.equal(answer.status, 200, String(answer.body));
  assert.deepEqual(answer.json.trashed, [small]);
  assert.deepEqual(answer.json.results.map(({ status }) => status), [200, 200]);
  const stays = (await member.get(`/api/v1/photos/${large}`)).json;
  assert.deepEqual(stays.tags, ["boat", "sea"]);
  assert.deepEqual([stays.title, stays.favourite, stays.rating], ["A boat", true, 4]);
  assert.deepEqual(stays.albums.map(({ id }) => id), [album]);
  await isNoGroup(member, [large]);

  // Taken back.
  const undone = await member.post("/api/v1/photos/bulk", { ids: answer.json.trashed, change: { trashed: false } });
  assert.equal(undone.json.results[0].status, 200);
  assert.equal((await groupOf(member, [large, small])).id, group.id);
});

test("a group that is told apart is not shown again, until that is taken back", async () => {
  const of = seed();
  const ids = [await photo(member, scene(240, 160, of, "one")), await photo(member, scene(240, 160, of, "two"))];
  const group = await groupOf(member, ids);
  const answer = await keep(member, group, ids);
  assert.deepEqual(answer.json.trashed, []);
  assert.deepEqual(answer.json.results.map(({ status }) => status), [200, 200]);
  await isNoGroup(member, ids);
  assert.equal((await keep(member, group, ids, { apart: false })).status, 200);
  await groupOf(member, ids);
});

test("what cannot be is refused, and changes nothing", async () => {
  const of = seed();
  const ids = [await photo(member, scene(240, 160, of, "one")), await photo(member, scene(240, 160, of, "two"))];
  const stranger = await photo(member, scene(240, 160, seed()));
  const group = await groupOf(member, ids);
  const refused = async (promise, status, type) => {
    const answer = await promise;
    assert.equal(answer.status, status, String(answer.body));
    if (type) assert.equal(answer.json.type, `/problems/${type}`);
    return answer.json;
  };
  await refused(keep(nobody, group, ids), 401);
  await refused(nobody.get("/api/v1/duplicates"), 401);
  await refused(keep(member, group, []), 400, "invalid-fields");
  await refused(keep(member, group, ["no id"]), 400);
  await refused(member.get("/api/v1/duplicates?kind=twins"), 400);
  await refused(member.get("/api/v1/duplicates?cursor=nonsense"), 400);
  const outside = await refused(keep(member, group, [ids[0], stranger]), 400, "invalid-fields");
  assert.equal(outside.errors[0].field, "keep[1]");
  await refused(keep(member, group, [stranger]), 409, "look-alikes-changed");
  await refused(keep(other, group, [ids[0]]), 409, "look-alikes-changed");
  await refused(keep(member, { id: "0".repeat(32) }, [ids[0]]), 409, "look-alikes-changed");
  ids.push(await photo(member, scene(240, 160, of, "three")));
  await groupOf(member, ids);
  await refused(keep(member, group, [ids[0]]), 409, "look-alikes-changed");
  for (const id of ids) assert.equal((await member.get(`/api/v1/photos/${id}`)).json.trashed_at, null);
});
