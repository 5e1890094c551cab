// Tags: the list of one's own with counts, and the photos that have one.
import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { people } from "./client.js";
import { Server } from "./server.js";

let server, nobody, admin, member, other;

before(async () => {
  server = await Server.start();
  ({ nobody, admin, member, other } = await people(server));
});
after(() => server.stop());

const word = "Zoë & co/1 %";
const scope = (tag) => `scope=${encodeURIComponent(`tag:${tag}`)}`;

async function tagged(client, tags, change = {}) {
  const { id } = await client.photo();
  const answer = await client.patch(`/api/v1/photos/${id}`, { tags, taken_at: "2021-06-05T10:00:00", ...change });
  assert.equal(answer.status, 200, String(answer.body));
  return id;
}

async function tagsOf(client, limit = 100) {
  const tags = {};
  let cursor = "";
  do {
    const page = await client.get(`/api/v1/tags?limit=${limit}&cursor=${cursor}`);
    assert.equal(page.status, 200, String(page.body));
    assert.ok(page.json.tags.length <= limit);
    for (const { tag, count } of page.json.tags) {
      assert.ok(!(tag in tags), `${tag} is listed twice`);
      tags[tag] = count;
    }
    cursor = page.json.next;
  } while (cursor);
  return tags;
}

test("tags are counted, and follow edits, the trash and what comes back", async () => {
  const first = await tagged(member, ["sea", word]);
  const second = await tagged(member, ["sea", "boat"]);
  await tagged(other, ["sea", "other's"]);
  assert.deepEqual(await tagsOf(member), { boat: 1, sea: 2, [word]: 1 });
  for (const limit of [1, 2]) assert.deepEqual(await tagsOf(member, limit), await tagsOf(member));
  assert.deepEqual(await tagsOf(other), { "other's": 1, sea: 1 });
  assert.deepEqual(await tagsOf(admin), {}, "an administrator's list is of their own photos");

  await member.patch(`/api/v1/photos/${second}`, { tags: ["sea"] });
  assert.deepEqual(await tagsOf(member), { sea: 2, [word]: 1 });
  await member.delete(`/api/v1/photos/${first}`);
  assert.deepEqual(await tagsOf(member), { sea: 1 });
  await member.post(`/api/v1/photos/${first}/restore`);
  assert.deepEqual(await tagsOf(member), { sea: 2, [word]: 1 });
  const bulk = { ids: [first, second], change: { add_tags: ["boat"], remove_tags: ["sea"] } };
  assert.equal((await member.post("/api/v1/photos/bulk", bulk)).status, 200);
  assert.deepEqual(await tagsOf(member), { boat: 2, [word]: 1 });
});

test("the list has an entity tag, and refuses a cursor that it did not give", async () => {
  const list = await member.get("/api/v1/tags");
  assert.equal((await member.get("/api/v1/tags", { "If-None-Match": list.headers.etag })).status, 304);
  await tagged(member, ["harbour"]);
  assert.equal((await member.get("/api/v1/tags", { "If-None-Match": list.headers.etag })).status, 200);
  assert.equal((await member.get("/api/v1/tags?cursor=%21")).status, 400);
  assert.equal((await member.get("/api/v1/tags?limit=0")).status, 400);
  assert.equal((await nobody.get("/api/v1/tags")).status, 401);
});

test("the photos of a tag are one's own, as a timeline and as a list", async () => {
  const id = await tagged(member, ["a/b: c", "lake"], { favourite: true });
  const theirs = await tagged(other, ["lake"], { visibility: "public" });
  for (const tag of ["a/b: c", "lake"]) {
    const timeline = (await member.get(`/api/v1/timeline?${scope(tag)}`)).json;
    assert.deepEqual([timeline.total, timeline.months[0].month], [1, "2021-06"], tag);
    const month = (await member.get(`/api/v1/timeline/2021-06?${scope(tag)}`)).json;
    assert.deepEqual([month.id, month.favourite], [[id], [true]]);
    assert.equal((await member.get(`/api/v1/timeline/2021-06/layout?${scope(tag)}`)).json.count, 1);
    const list = (await member.get(`/api/v1/photos?${scope(tag)}`)).json;
    assert.deepEqual(
      list.photos.map((photo) => photo.id),
      [id],
    );
  }
  assert.deepEqual((await other.get(`/api/v1/timeline/2021-06?${scope("lake")}`)).json.id, [theirs]);
  assert.equal((await admin.get(`/api/v1/timeline?${scope("lake")}`)).json.total, 0);
  assert.equal((await member.get(`/api/v1/timeline?${scope("nothing has it")}`)).json.total, 0);
  assert.equal((await member.get(`/api/v1/timeline?${scope("lak")}`)).json.total, 0);
});

test("what is no scope is not found, and one's own need an account", async () => {
  const paths = ["timeline", "timeline/2021-06", "timeline/2021-06/layout", "photos", "events"];
  for (const path of paths) {
    for (const none of ["all", "tag", "tag:", "mine:x", "wall:", "tags:sea", "tag/sea", ""]) {
      const refused = await member.get(`/api/v1/${path}?scope=${encodeURIComponent(none)}`);
      assert.deepEqual([refused.status, refused.json.type], [404, "/problems/not-found"], `${path} ${none}`);
    }
    assert.equal((await nobody.get(`/api/v1/${path}?${scope("sea")}`)).status, 401, path);
    assert.equal((await member.get(`/api/v1/${path}?${scope("x".repeat(600))}`)).status, 400, path);
  }
});
