// What a restart keeps, also one without a catalog.
import assert from "node:assert/strict";
import { readdir, rm } from "node:fs/promises";
import { join } from "node:path";
import { after, before, test } from "node:test";
import { Client, logIn, password, people } from "./client.js";
import { Server } from "./server.js";

let server, member;

before(async () => {
  server = await Server.start();
  ({ member } = await people(server));
});
after(() => server.stop());

test("a rebuilt catalog says the same, and set-up stays closed", async (t) => {
  if (!server.own) return t.skip("the server is not the test's own");
  const photo = await member.photo("?visibility=public&filename=a.png");
  await member.patch(`/api/v1/photos/${photo.id}`, {
    title: "kept",
    tags: ["x"],
    taken_at: "2019-01-02T03:04:05",
  });
  const gone = await member.photo();
  await member.delete(`/api/v1/photos/${gone.id}?permanent=true`);
  const { token } = (await member.post("/api/v1/me/tokens", { name: "kept" })).json;
  const read = async (client) => [
    (await client.get(`/api/v1/photos/${photo.id}`)).json,
    (await client.get("/api/v1/timeline?scope=mine")).json,
    (await client.get("/api/v1/timeline/2019-01?scope=mine")).json,
  ];
  const before = await read(member);
  const setupToken = server.token;

  await server.down();
  for (const name of await readdir(server.data))
    if (name.startsWith("catalog.db")) await rm(join(server.data, name));
  await server.up();

  const nobody = new Client(server.url);
  assert.equal((await nobody.get("/api/v1/me")).json.setup_needed, false);
  const again = await nobody.post("/api/v1/setup", { token: setupToken, name: "eve", password });
  assert.equal(again.status, 404);
  const program = new Client(server.url, { token });
  assert.deepEqual(await read(program), before);
  assert.equal((await program.get(`/api/v1/photos/${gone.id}`)).status, 404);
  member = await logIn(server.url, "grace");
  assert.deepEqual(await read(member), before);
});

test("a session outlives a restart", async (t) => {
  if (!server.own) return t.skip("the server is not the test's own");
  await server.down();
  await server.up();
  const same = new Client(server.url, member.credentials);
  assert.equal((await same.get("/api/v1/me")).json.user.name, "grace");
});
