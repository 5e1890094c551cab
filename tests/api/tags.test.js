// Tags: the list of one's own with counts, and the photos that have one.
import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { people } from "./client.js";
import { checkSchema } from "./contract.js";
import { picture } from "./pictures.js";
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

/** Waits until the list of tags is so. */
async function until(client, expected) {
  for (const end = Date.now() + 60_000; ;) {
    const tags = await tagsOf(client);
    try {
      return assert.deepEqual(tags, expected);
    } catch (error) {
      if (Date.now() > end) throw error;
    }
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
}

test("a tag is renamed, joined into another and taken off, also in the trash, and only among one's own", async () => {
  const before = await tagsOf(member);
  const ids = [];
  for (const tags of [["old/one"], ["old/one", "kept"], ["joined"]]) ids.push(await tagged(member, tags));
  const thrown = await tagged(member, ["old/one"]);
  await member.delete(`/api/v1/photos/${thrown}`);
  const theirs = await tagged(other, ["old/one"]);
  const renamed = await member.patch("/api/v1/tags/old/one", { name: "new & %" });
  assert.equal(renamed.status, 202, String(renamed.body));
  assert.deepEqual(renamed.json, { tag: "old/one", name: "new & %", count: 2 });
  await until(member, { ...before, "new & %": 2, kept: 1, joined: 1 });
  assert.equal((await member.patch(`/api/v1/tags/${encodeURIComponent("new & %")}`, { name: "joined" })).status, 202);
  await until(member, { ...before, kept: 1, joined: 3 });
  const deleted = await member.delete("/api/v1/tags/kept");
  assert.equal(deleted.status, 202);
  assert.deepEqual(deleted.json, { tag: "kept", name: null, count: 1 });
  await until(member, { ...before, joined: 3 });
  assert.deepEqual((await member.get(`/api/v1/photos/${ids[1]}`)).json.tags, ["joined"]);
  for (const end = Date.now() + 60_000; ;) {
    const { tags } = (await member.get(`/api/v1/photos/${thrown}`)).json;
    if (String(tags) === "joined") break;
    assert.ok(Date.now() < end, String(tags));
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
  assert.deepEqual((await other.get(`/api/v1/photos/${theirs}`)).json.tags, ["old/one"]);
});

test("tags that look the same are one, however their letters are written", async () => {
  const before = await tagsOf(member);
  const [one, two] = ["\u00e9t\u00e9", "e\u0301te\u0301"];
  const id = await tagged(member, [one, two]);
  assert.deepEqual((await member.get(`/api/v1/photos/${id}`)).json.tags, [one]);
  const other = await tagged(member, ["winter"]);
  assert.equal((await member.post("/api/v1/photos/bulk", { ids: [other], change: { add_tags: [two] } })).status, 200);
  await until(member, { ...before, [one]: 2, winter: 1 });
  const renamed = await member.patch("/api/v1/tags/winter", { name: two });
  assert.deepEqual([renamed.status, renamed.json.name], [202, one]);
  await until(member, { ...before, [one]: 2 });
  const change = { ids: [id, other], change: { remove_tags: [two] } };
  assert.equal((await member.post("/api/v1/photos/bulk", change)).status, 200);
  await until(member, before);
});

test("what cannot be renamed is refused with a sentence", async () => {
  await tagged(member, ["harbour"]);
  for (const [status, type, attempt] of [
    [404, "not-found", () => member.patch("/api/v1/tags/nobody%20has%20it", { name: "x" })],
    [404, "not-found", () => member.delete("/api/v1/tags/nobody%20has%20it")],
    [400, "invalid-fields", () => member.patch("/api/v1/tags/harbour", { name: "" })],
    [400, "invalid-fields", () => member.patch("/api/v1/tags/harbour", {})],
    [400, "invalid-fields", () => member.patch("/api/v1/tags/harbour", { name: "x".repeat(101) })],
    [400, "invalid-fields", () => member.patch("/api/v1/tags/harbour", { name: "x", colour: "red" })],
    [401, "not-logged-in", () => nobody.patch("/api/v1/tags/harbour", { name: "x" })],
    [401, "not-logged-in", () => nobody.delete("/api/v1/tags/harbour")],
  ]) {
    const refused = await attempt();
    assert.deepEqual([refused.status, refused.json.type], [status, `/problems/${type}`], String(attempt));
  }
});

test("who listens hears how far it has come", async () => {
  const abort = new AbortController();
  const { body } = await fetch(`${server.url}/api/v1/events?scope=mine`, {
    headers: { Cookie: member.credentials.cookie },
    signal: AbortSignal.any([abort.signal, AbortSignal.timeout(60_000)]),
  });
  const reader = body.pipeThrough(new TextDecoderStream()).getReader();
  await tagged(member, ["heard"]);
  assert.equal((await member.patch("/api/v1/tags/heard", { name: "heard of" })).status, 202);
  let text = "";
  let last;
  while (last?.left !== 0) {
    const { value, done } = await reader.read();
    assert.ok(!done, text);
    text += value;
    for (const [, data] of text.matchAll(/event: tags\.changed\ndata: (.*)\n\n/g)) {
      last = JSON.parse(data);
      checkSchema("TagsChanged", last);
    }
  }
  assert.deepEqual(last, { tag: "heard", left: 0, name: "heard of" });
  abort.abort();
});

test("a renaming goes on after kill -9", async (t) => {
  if (!server.own) return t.skip("the server is not ours to kill");
  const before = await tagsOf(member);
  const ids = await Promise.all(Array.from({ length: 30 }, async () => (await member.upload(picture())).json.id));
  const tag = { ids, change: { add_tags: ["killed"] } };
  assert.equal((await member.post("/api/v1/photos/bulk", tag)).status, 200);
  assert.equal((await member.patch("/api/v1/tags/killed", { name: "alive" })).status, 202);
  await server.down("SIGKILL");
  await server.up();
  for (const client of [nobody, admin, member, other]) client.url = server.url;
  await until(member, { ...before, alive: 30 });
});
