// The archive, and ratings of many.
import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { people } from "./client.js";
import { Server } from "./server.js";

let server, member, other, admin;

before(async () => {
  server = await Server.start();
  ({ admin, member, other } = await people(server));
});
after(() => server.stop());

const month = "2031-02";
async function photo(change = {}) {
  const { id } = await member.photo("?visibility=public");
  const changed = await member.patch(`/api/v1/photos/${id}`, { taken_at: `${month}-03T10:00:00`, ...change });
  assert.equal(changed.status, 200, String(changed.body));
  return changed.json;
}
const change = (id, json, client = member) => client.patch(`/api/v1/photos/${id}`, json);
const bulk = (ids, json) => member.post("/api/v1/photos/bulk", { ids, change: json });

async function shownIn(scope, client = member) {
  const answer = await client.get(`/api/v1/timeline/${month}?scope=${encodeURIComponent(scope)}`);
  assert.equal(answer.status, 200, String(answer.body));
  const list = await client.get(`/api/v1/photos?limit=500&scope=${encodeURIComponent(scope)}`);
  const listed = list.json.photos.filter(({ taken_at }) => taken_at?.startsWith(month)).map(({ id }) => id);
  assert.deepEqual(listed, answer.json.id, `the list and the timeline of ${scope}`);
  return answer.json.id;
}

test("an archived photo is in the archive, in albums, tags and favourites, and not among all", async () => {
  const { id } = await photo({ favourite: true, tags: ["kept"] });
  const album = (await member.post("/api/v1/albums", { title: "a" })).json.id;
  await member.post(`/api/v1/albums/${album}/photos`, { add: [id] });
  const everywhere = ["mine", "archive", "favourites", "tag:kept", `album:${album}`, "trash"];
  const places = async () => {
    const found = [];
    for (const scope of everywhere) if ((await shownIn(scope)).includes(id)) found.push(scope);
    return found;
  };
  assert.deepEqual(await places(), ["mine", "favourites", "tag:kept", `album:${album}`]);
  const before = (await member.get(`/api/v1/photos/${id}`)).json;
  assert.equal(before.archived, false);
  const archived = await change(id, { archived: true });
  assert.equal(archived.json.archived, true);
  assert.notEqual(archived.json.revision, before.revision);
  assert.equal(archived.json.media.key, before.media.key, "its pictures keep their address");
  assert.deepEqual(await places(), ["archive", "favourites", "tag:kept", `album:${album}`]);
  await member.delete(`/api/v1/photos/${id}`);
  assert.deepEqual(await places(), ["trash"]);
  await member.post(`/api/v1/photos/${id}/restore`);
  assert.deepEqual(await places(), ["archive", "favourites", "tag:kept", `album:${album}`]);
  await change(id, { archived: false });
  assert.deepEqual(await places(), ["mine", "favourites", "tag:kept", `album:${album}`]);
});

test("many are archived and rated at once, and it is told to who may change them", async () => {
  const photos = [await photo(), await photo()];
  const ids = photos.map(({ id }) => id);
  const done = await bulk(ids, { archived: true, rating: 4 });
  assert.deepEqual(
    done.json.results.map(({ status }) => status),
    [200, 200],
  );
  for (const [client, seen] of [
    [member, [true, 4]],
    [admin, [true, 4]],
    [other, [false, 4]],
  ]) {
    const { archived, rating } = (await client.get(`/api/v1/photos/${ids[0]}`)).json;
    assert.deepEqual([archived, rating], seen);
  }
  assert.deepEqual(await shownIn("archive", other), []);
  await bulk(ids, { archived: false, rating: null });
  const after = (await member.get(`/api/v1/photos/${ids[1]}`)).json;
  assert.deepEqual([after.archived, after.rating], [false, null]);
});

test("what is no rating and no truth value is refused", async () => {
  const { id } = await photo();
  for (const json of [{ rating: 0 }, { rating: 6 }, { rating: 2.5 }, { rating: "3" }, { archived: 1 }, { archived: null }]) {
    assert.equal((await change(id, json)).status, 400, JSON.stringify(json));
    assert.equal((await bulk([id], json)).status, 400, JSON.stringify(json));
  }
  assert.equal((await change(id, { archived: true }, other)).status, 403);
});
