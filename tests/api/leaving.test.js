// Users who are deleted although they have photos.
import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { setTimeout as pause } from "node:timers/promises";
import { called, Client, logIn, password, people } from "./client.js";
import { Server } from "./server.js";

let server, admin, member, count = 0;

before(async () => {
  server = await Server.start();
  ({ admin, member } = await people(server));
});
after(() => server.stop());

/** Somebody new, logged in. */
async function newcomer() {
  const name = `newcomer ${++count}`;
  const made = await admin.post("/api/v1/users", { name: called(name), role: "member", password });
  assert.equal(made.status, 201, String(made.body));
  return { id: made.json.id, name, client: await logIn(server.url, name) };
}
const idOf = async (client) => (await client.get("/api/v1/me")).json.user.id;
const pathOf = (photo) => `/api/v1/photos/${photo.id}`;
async function until(what, reached) {
  for (let i = 0; i < 600; i++) {
    if (await reached()) return;
    await pause(50);
  }
  assert.fail(`not after 30 s: ${what}`);
}

test("who has photos stays, unless it is said what becomes of them", async () => {
  const { id, client } = await newcomer();
  const photo = await client.photo();
  await client.delete(pathOf(photo));
  const refused = await admin.delete(`/api/v1/users/${id}`);
  assert.equal(refused.status, 409);
  assert.equal(refused.json.type, "/problems/user-has-photos");
  for (const wrong of ["", "keep", "transfer:", `transfer:${id}`, "transfer:01935b91-0d4e-7b6a-9c1f-6f0c2d1e8a55"]) {
    const answer = await admin.delete(`/api/v1/users/${id}?photos=${wrong}`);
    assert.equal(answer.status, 400, wrong);
    assert.deepEqual(answer.json.errors.map(({ field }) => field), ["photos"]);
  }
  assert.equal((await client.get("/api/v1/me")).json.user.id, id, "nothing has happened");
  assert.equal((await member.delete(`/api/v1/users/${id}?photos=delete`)).status, 403);
});

test("with their photos deleted, user, sessions, photos and pictures are gone", async () => {
  const { id, name, client } = await newcomer();
  const shown = await client.photo("?visibility=public");
  const trashed = await client.photo();
  await client.delete(pathOf(trashed));
  const { token } = (await client.post("/api/v1/me/tokens", { name: "program" })).json;
  assert.equal((await admin.delete(`/api/v1/users/${id}?photos=delete`)).status, 204);
  assert.equal((await admin.get(`/api/v1/users/${id}`)).status, 404);
  assert.ok(!(await admin.get("/api/v1/users?limit=500")).json.users.some((user) => user.id === id));
  assert.equal((await client.get("/api/v1/me")).json.user, null);
  assert.equal((await new Client(server.url, { token }).get("/api/v1/me")).status, 401);
  const again = await new Client(server.url).post("/api/v1/session", { name: called(name), password });
  assert.equal(again.status, 401);
  for (const photo of [shown, trashed])
    await until("a photo is gone", async () => (await admin.get(pathOf(photo))).status === 404);
  await server.forgotten();
  assert.equal((await member.get(shown.media.variants[0].url)).status, 404);
  // At last the name is free.
  await until("the name is free", async () => {
    const made = await admin.post("/api/v1/users", { name: called(name), role: "member", password });
    return made.status === 201;
  });
});

test("handed over, photos keep what people said of them, and their address", async () => {
  const { id, client } = await newcomer();
  const heir = await newcomer();
  const photo = await client.photo("?visibility=public&filename=lake.png");
  const described = { title: "The lake", tags: ["lake"], favourite: true, rating: 4 };
  assert.equal((await client.patch(pathOf(photo), described)).status, 200);
  const trashed = await client.photo();
  await client.delete(pathOf(trashed));
  const before = (await client.get(pathOf(photo))).json;
  assert.equal((await admin.delete(`/api/v1/users/${id}?photos=transfer:${heir.id}`)).status, 204);
  await until("both are the other's", async () => {
    const scopes = await Promise.all(["mine", "trash"].map((scope) => heir.client.get(`/api/v1/timeline?scope=${scope}`)));
    return scopes.every(({ json }) => json.total === 1);
  });
  const after = (await heir.client.get(pathOf(photo))).json;
  assert.deepEqual(after.owner, { id: heir.id, name: called(heir.name) });
  const same = ({ title, tags, rating, visibility, taken_at, sha256, filename, media }) =>
    ({ title, tags, rating, visibility, taken_at, sha256, filename, media });
  assert.deepEqual(same(after), same(before));
  assert.equal(after.favourite, false);
  assert.equal((await member.get(after.media.variants[0].url)).status, 200);
  const original = await heir.client.get(`${pathOf(photo)}/original`);
  assert.equal(original.status, 200);
  assert.equal((await heir.client.request("POST", `${pathOf(trashed)}/restore`)).status, 200);
  const known = await heir.client.post("/api/v1/photos/known", { sha256: [after.sha256] });
  assert.equal(known.json.known[after.sha256], photo.id);
});

test("what was answered happens, though the server is killed at once", async (t) => {
  if (!server.own) return t.skip("the server is not the test's own");
  const { id, client } = await newcomer();
  const photos = await Promise.all(Array.from({ length: 12 }, () => client.photo()));
  const to = await idOf(member);
  assert.equal((await admin.delete(`/api/v1/users/${id}?photos=transfer:${to}`)).status, 204);
  await server.down("SIGKILL");
  await server.up();
  admin = await logIn(server.url, "ada");
  for (const photo of photos)
    await until("it is the other's", async () => (await admin.get(pathOf(photo))).json.owner?.id === to);
  assert.equal((await admin.get(`/api/v1/users/${id}`)).status, 404);
});
