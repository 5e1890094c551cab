// What people choose for themselves: name, language, theme.
import assert from "node:assert/strict";
import { readdir, rm } from "node:fs/promises";
import { join } from "node:path";
import { after, before, test } from "node:test";
import { called, Client, logIn, password, people } from "./client.js";
import { Server } from "./server.js";

let server, member, other, nobody;
const path = "/api/v1/me/settings";

before(async () => {
  server = await Server.start();
  ({ member, other, nobody } = await people(server));
});
after(() => server.stop());

const chosen = async (client) => {
  const { language, theme } = (await client.get(path)).json;
  return { language, theme };
};

test("settings are empty at first, are kept, and go with the person to every place they log in", async () => {
  assert.deepEqual(await chosen(member), { language: null, theme: null });
  const changed = await member.patch(path, { language: "fr", theme: "dark" });
  assert.equal(changed.status, 200);
  assert.deepEqual(await chosen(await logIn(server.url, "grace")), { language: "fr", theme: "dark" });
  const { user } = (await member.get("/api/v1/me")).json;
  assert.deepEqual([user.language, user.theme], ["fr", "dark"]);
  await member.patch(path, { theme: null });
  assert.deepEqual(await chosen(member), { language: "fr", theme: null });
  assert.deepEqual(await chosen(other), { language: null, theme: null });
});

test("settings outlive the catalog", async (t) => {
  if (!server.own) return t.skip("the server is not the test's own");
  await member.patch(path, { language: "en", theme: "light" });
  await server.down();
  for (const name of await readdir(server.data))
    if (name.startsWith("catalog.db")) await rm(join(server.data, name));
  await server.up();
  [member, other] = await Promise.all(["grace", "alan"].map((name) => logIn(server.url, name)));
  nobody = new Client(server.url);
  assert.deepEqual(await chosen(await logIn(server.url, "grace")), { language: "en", theme: "light" });
});

test("a change that was made of older settings is refused", async () => {
  const before = await member.get(path);
  await member.patch(path, { theme: "dark" });
  const late = await member.patch(path, { theme: "light" }, { "If-Match": before.headers.etag });
  assert.equal(late.status, 412);
  assert.equal(late.json.type, "/problems/changed-meanwhile");
  assert.equal((await chosen(member)).theme, "dark");
  const now = await member.get(path);
  assert.equal((await member.patch(path, { theme: "light" }, { "If-Match": now.headers.etag })).status, 200);
  assert.equal((await member.get(path, { "If-None-Match": now.headers.etag })).status, 200);
});

test("what is no language, no theme or no setting is refused, all of it at once", async () => {
  const before = await chosen(member);
  const refused = await member.patch(path, { language: "de", theme: "red", colour: 1 });
  assert.equal(refused.status, 400);
  assert.deepEqual(refused.json.errors.map(({ field }) => field).sort(), ["colour", "language", "theme"]);
  assert.equal((await member.patch(path, {})).status, 400);
  assert.equal((await member.patch(path, { name: "x" })).status, 400);
  assert.deepEqual(await chosen(member), before);
  assert.equal((await nobody.get(path)).status, 401);
  assert.equal((await nobody.patch("/api/v1/me", { theme: "dark" })).status, 401);
});

test("one's name can be changed, and logs in from then on; another's cannot be taken", async () => {
  const id = (await other.get("/api/v1/me")).json.user.id;
  const taken = await other.patch("/api/v1/me", { name: called("Grace") });
  assert.equal(taken.status, 409);
  assert.equal(taken.json.type, "/problems/name-taken");
  const name = called("Alan Turing");
  const changed = await other.patch("/api/v1/me", { name, language: "en" });
  assert.equal(changed.status, 200, String(changed.body));
  assert.deepEqual([changed.json.user.id, changed.json.user.name, changed.json.user.language], [id, name, "en"]);
  assert.equal((await other.get("/api/v1/me")).json.user.name, name, "and the session stays");
  const again = await nobody.post("/api/v1/session", { name, password });
  assert.equal(again.status, 201);
  assert.equal(again.json.user.id, id);
  assert.equal((await nobody.post("/api/v1/session", { name: called("alan"), password })).status, 401);
  const photo = await other.photo("?visibility=public");
  assert.equal((await member.get(`/api/v1/photos/${photo.id}`)).json.owner.name, name);
  // The old name is free, and only its capital letters of one's own may differ.
  assert.equal((await other.patch("/api/v1/me", { name: called("ALAN TURING") })).status, 200);
  assert.equal((await other.patch("/api/v1/me", { name: called("alan") })).status, 200);
  for (const name of ["", " x", "x".repeat(65), "a‮b"])
    assert.equal((await other.patch("/api/v1/me", { name })).status, 400, JSON.stringify(name));
});

test("a token that may only read chooses nothing", async () => {
  const minted = await member.post("/api/v1/me/tokens", { name: "frame", scope: "read" });
  const frame = new Client(server.url, { token: minted.json.token });
  assert.equal((await frame.get(path)).status, 200);
  assert.equal((await frame.patch(path, { theme: "dark" })).json.type, "/problems/token-may-not");
});
