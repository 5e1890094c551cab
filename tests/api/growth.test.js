// What people write is bounded, so that nobody can make a library that cannot be read again; and one record that cannot
// be read costs that one.
import assert from "node:assert/strict";
import { readdir, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { after, before, test } from "node:test";
import { logIn, people } from "./client.js";
import { picture } from "./pictures.js";
import { Server } from "./server.js";

let server, admin, member, other;

before(async () => {
  server = await Server.start();
  ({ admin, member, other } = await people(server));
});
after(() => server.stop());

const tags = (round) => Array.from({ length: 100 }, (_, i) => `${round}-${i}-`.padEnd(99, "ä"));
const purge = (id) => `/api/v1/photos/${id}?permanent=true`;

async function restartWithoutCatalog() {
  await server.down();
  for (const name of await readdir(server.data))
    if (name.startsWith("catalog.db")) await rm(join(server.data, name));
  await server.up();
  admin = await logIn(server.url, "ada");
  member = await logIn(server.url, "grace");
  other = await logIn(server.url, "alan");
}

/** The files that hold the facts of a photo. */
async function factsOf(id) {
  const all = await readdir(join(server.data, "blobs"), { recursive: true });
  return all
    .filter((name) => name.includes(id) && /\/f,[^/]*$/.test(name))
    .map((name) => join(server.data, "blobs", name));
}

test("99 times 100 long tags end at a bound, and all else can still be done", async (t) => {
  const { id } = await member.photo();
  const path = `/api/v1/photos/${id}`;
  let refused;
  for (let round = 0; round < 99 && !refused; round++) {
    const changed = await member.patch(path, { tags: tags(round) });
    if (changed.status !== 200) refused = changed;
  }
  assert.equal(refused?.status, 400);
  assert.match(refused.json.detail, /30 days/);
  assert.equal((await member.patch(path, { tags: [] })).status, 200);
  assert.equal((await member.patch(path, { tags: tags(0) })).status, 200, "it had these");
  assert.equal((await member.patch(path, { tags: tags(500) })).status, 400);
  assert.equal((await member.patch(path, { title: "Lofoten", favourite: true })).status, 200);
  assert.equal((await member.delete(path)).status, 204);
  assert.equal((await member.post(`${path}/restore`)).status, 200);
  assert.equal((await member.patch(path, { visibility: "public" })).status, 200);
  if (server.own) {
    await restartWithoutCatalog();
    assert.equal((await member.get(path)).json.title, "Lofoten");
  } else t.diagnostic("the server is not the test's own: it is not restarted");
  assert.equal((await member.delete(purge(id))).status, 204);
  assert.equal((await member.get(path)).status, 404);
});

test("facts that no reader takes stop nothing, and their photo can be deleted for good", async (t) => {
  if (!server.own) return t.skip("the server is not the test's own");
  const photos = {};
  for (const name of ["large", "broken", "unknown", "right"]) photos[name] = (await member.photo()).id;
  const spoil = async (id, text) => {
    for (const file of await factsOf(id)) await writeFile(file, text);
  };
  const field = `["${"x".repeat(5 << 20)}",1,"0000000000000001"]`;
  await spoil(photos.large, `{"schema":1,"fields":{"x":${field}}}`);
  await spoil(photos.broken, '{"schema":1,');

  // The catalog still knows whose they are.
  for (const id of [photos.large, photos.broken]) {
    for (const change of [
      await member.patch(`/api/v1/photos/${id}`, { title: "new" }),
      await member.delete(`/api/v1/photos/${id}`),
    ]) {
      assert.equal(change.status, 422);
      assert.match(change.json.detail, /deleted for good/);
    }
    assert.equal((await other.delete(purge(id))).status, 404);
    assert.equal((await member.delete(purge(id))).status, 204);
    assert.equal(await server.holdsOriginal(id), false);
  }

  // Nobody knows whose this is, once the catalog is gone too.
  await spoil(photos.unknown, "nonsense");
  await restartWithoutCatalog();
  assert.equal((await member.get(`/api/v1/photos/${photos.right}`)).status, 200);
  assert.equal((await member.get(`/api/v1/photos/${photos.unknown}`)).status, 404);
  assert.equal((await member.delete(purge(photos.unknown))).status, 404);
  assert.equal((await admin.delete(purge(photos.unknown))).status, 204);
  assert.equal(await server.holdsOriginal(photos.unknown), false);
  assert.equal((await member.upload(picture())).status, 201);
});
